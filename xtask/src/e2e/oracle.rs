//! Real Airflow on the recorded and on generated connections.

#![expect(clippy::disallowed_methods, reason = "a developer task reads the recorded cases")]

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use connlint_json::{Node, Value, dumps_str, parse};
use connlint_testing::oracle::{Engine, replay};

use super::Comparison;
use super::random::{self, Random};
use super::venv::{self, Venv};
use crate::check;

/// The releases that are asked: a list of packages, and what its classes are called in recordings.
const RELEASES: &[Release] = &[
    Release { packages: "airflow-3.3.2", core: "3.3", sdk: Some("3.3-sdk") },
    Release { packages: "airflow-2.11.0", core: "2.11", sdk: None },
];

struct Release {
    packages: &'static str,
    core: &'static str,
    sdk: Option<&'static str>,
}

/// The recordings that every release has answers for.
const RECORDED: &[&str] = &["uri", "json", "get_uri", "env"];

/// Generated inputs of a run.
const GENERATED: usize = 500;

/// Asks each release, and compares.
pub(super) fn run(seed: u64) -> Result<Comparison> {
    let mut comparison = Comparison::default();
    for release in RELEASES {
        let venv = Venv::of(release.packages)?;
        let python = if has_bracket_check(&venv)? { "" } else { "*" };
        let mut cases = recorded()?;
        cases.extend(generated(seed));
        let answers = answers(&venv, &cases)?;
        ensure!(answers.lines().count() == cases.len(), "Airflow did not answer everything");
        let mut lines = String::new();
        for (case, answer) in cases.iter().zip(answers.lines()) {
            lines.extend(line(case, answer, release, python));
        }
        let report = replay(&lines)?;
        let tallies = Engine::ALL.iter().filter_map(|engine| report.tally(engine));
        comparison.asked += tallies.map(|tally| tally.asked).sum::<usize>();
        for disagreement in &report.disagreements {
            let case = cases.iter().find(|case| case.id == disagreement.id);
            let input = case.map_or("", |case| case.request.as_str());
            comparison.disagreements.push(format!("{disagreement}\n       {input}"));
        }
    }
    Ok(comparison)
}

/// A question: a name for it, and the request as JSON.
struct Case {
    id: String,
    request: String,
}

/// Whether `urlsplit` refuses text around brackets (CVE-2025-0938), as current Pythons do. Engines
/// that ran without are told by a `*`.
fn has_bracket_check(venv: &Venv) -> Result<bool> {
    let code = "from urllib.parse import urlsplit\ntry: urlsplit('x://a[::1]')\nexcept ValueError: print('yes')";
    let answer = venv::ask(Command::new(&venv.python).args(["-c", code]), String::new())?;
    Ok(answer.starts_with("yes"))
}

/// The inputs of the recordings.
fn recorded() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for name in RECORDED {
        let path = check::root().join(format!("tests/oracle/{name}.jsonl"));
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        for line in text.lines() {
            let case = parse(line).ok().context("a recorded line is not JSON")?;
            let id = case.last("id").and_then(text_of).context("a recorded case without an id")?;
            let input = case.last("input").context("a recorded case without an input")?;
            cases.push(Case { id, request: input.span.of(line).to_owned() });
        }
    }
    Ok(cases)
}

fn text_of(node: &Node<'_>) -> Option<String> {
    let Value::String(string) = &node.value else { return None };
    Some(string.raw().to_owned())
}

/// Inputs that nobody wrote.
fn generated(seed: u64) -> Vec<Case> {
    let mut random = Random::new(seed, 1);
    let case = |index: usize| {
        let mut request = String::new();
        let mut ask = |op: &str, key: &str, value: String| {
            let value = dumps_str(&value.into());
            let _ = write!(request, r#"{{"op": "{op}", "{key}": {value}}}"#);
        };
        match index % 5 {
            0..=2 => ask("from_uri", "uri", random::uri(&mut random)),
            3 => ask("from_json", "value", random::json(&mut random)),
            _ => ask("deserialize", "value", random::json(&mut random)),
        }
        Case { id: format!("generated-{index}"), request }
    };
    (0..GENERATED).map(case).collect()
}

/// The answers of core and, where there is one, of the task SDK.
fn answers(venv: &Venv, cases: &[Case]) -> Result<String> {
    let mut requests = String::new();
    for case in cases {
        requests.push_str(&case.request);
        requests.push('\n');
    }
    let program = check::root().join("tests/e2e/airflow_oracle.py");
    venv::ask(Command::new(&venv.python).arg(program).args(["--impl", "both"]), requests)
        .context("Airflow cannot be asked")
}

/// The answer with numbers that standard JSON has no form for as Python writes them.
fn with_python_numbers(answer: &str) -> String {
    let number = |name: &str| format!(r#"{{"$py": "float", "str": "{name}"}}"#);
    let answer = answer.replace(&number("nan"), "NaN");
    answer.replace(&number("inf"), "Infinity").replace(&number("-inf"), "-Infinity")
}

/// A line of a recording: the case, and what each class answered that could be asked.
fn line(case: &Case, answer: &str, release: &Release, python: &str) -> Option<String> {
    let both = parse(answer).ok()?;
    let mut groups = Vec::new();
    for (engine, key) in [(Some(release.core), "core"), (release.sdk, "sdk")] {
        let (Some(engine), Some(node)) = (engine, both.last(key)) else { continue };
        if node.last("ok").is_some_and(|ok| matches!(ok.value, Value::Null)) {
            continue;
        }
        let answer = with_python_numbers(node.span.of(answer));
        groups.push(format!(r#"{{"v": ["{engine}{python}"], "r": {answer}}}"#));
    }
    let Case { id, request } = case;
    let groups = groups.join(", ");
    Some(format!("{{\"id\": \"{id}\", \"input\": {request}, \"expect\": [{groups}]}}\n"))
}
