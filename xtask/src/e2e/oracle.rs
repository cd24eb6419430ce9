//! Real Airflow on the recorded and on generated connections.

#![expect(clippy::disallowed_methods, reason = "a developer task reads the recorded cases")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use connlint_json::{Value, parse};
use connlint_testing::oracle::{Engine, replay};
use connlint_testing::strategies::{request, request_like};
use proptest::prelude::{BoxedStrategy, Strategy as _, prop_oneof};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::venv::{self, Venv};
use super::{Comparison, Wishes};
use crate::check;

/// The releases that can be asked, and what their classes are called in recordings.
const RELEASES: &[Release] = &[
    Release { version: "2.7.3", core: "2.7", sdk: None },
    Release { version: "2.8.4", core: "2.8", sdk: None },
    Release { version: "2.9.3", core: "2.9", sdk: None },
    Release { version: "2.10.5", core: "2.10", sdk: None },
    Release { version: "2.11.0", core: "2.11", sdk: None },
    Release { version: "3.0.6", core: "3.0", sdk: Some("3.0-sdk") },
    Release { version: "3.1.8", core: "3.1", sdk: Some("3.1-sdk") },
    Release { version: "3.2.2", core: "3.2", sdk: Some("3.2-sdk") },
    Release { version: "3.3.2", core: "3.3", sdk: Some("3.3-sdk") },
];

/// Those that are asked where nobody names one.
const USUAL: [&str; 2] = ["2.11", "3.3"];

struct Release {
    version: &'static str,
    core: &'static str,
    sdk: Option<&'static str>,
}

/// The recordings that every release has answers for.
const RECORDED: &[&str] =
    &["uri", "json", "get_uri", "env", "conn_id", "files", "vars_files", "backend_kwargs"];

/// Generated questions of a run, where nobody says how many.
const GENERATED: usize = 20_000;

/// Operations that know no class: what they answer is core's.
const CORE_ONLY: &[&str] = &["conn_id", "backend_kwargs", "file", "vars_file", "export"];

/// Questions that are asked at once.
const BATCH: usize = 2_000;

/// The most questions that go into making one disagreement small.
const PATIENCE: usize = 400;

/// Asks each release, and compares.
pub(super) fn run(wishes: &Wishes) -> Result<Comparison> {
    let usual = USUAL.map(str::to_owned);
    let names = if wishes.releases.is_empty() { &usual[..] } else { &wishes.releases };
    let mut comparison = Comparison::default();
    for name in names {
        let Some(release) = RELEASES.iter().find(|it| it.core == name) else {
            let known: Vec<_> = RELEASES.iter().map(|release| release.core).collect();
            bail!("no release is called {name}; there are {}", known.join(", "));
        };
        let found = ask_release(release, wishes)?;
        comparison.asked += found.asked;
        comparison.disagreements.extend(found.disagreements);
    }
    Ok(comparison)
}

fn ask_release(release: &Release, wishes: &Wishes) -> Result<Comparison> {
    let venv = Venv::of(&format!("airflow-{}", release.version))?;
    let mut airflow = Airflow::start(&venv, release)?;
    let mut comparison = Comparison::default();

    let recorded = recorded()?;
    let judged = airflow.judge(&recorded)?;
    comparison.asked += judged.iter().map(|it| it.asked).sum::<usize>();
    comparison.disagreements.extend(judged.iter().flat_map(|it| it.complaints.iter().cloned()));

    let config = Config { failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes(wishes.seed));
    let mut runner = TestRunner::new_with_rng(config, rng);
    let questions = questions(recorded);
    let mut left = wishes.inputs.unwrap_or(GENERATED);
    let mut shrunk = 0;
    while left > 0 {
        let mut trees = Vec::new();
        for _ in 0..left.min(BATCH) {
            let tree = questions.new_tree(&mut runner);
            trees.push(tree.map_err(|reason| anyhow::anyhow!("no question: {reason}"))?);
        }
        left -= trees.len();
        let texts: Vec<_> = trees.iter().map(ValueTree::current).collect();
        for (tree, judged) in trees.into_iter().zip(airflow.judge(&texts)?) {
            comparison.asked += judged.asked;
            if judged.complaints.is_empty() {
                continue;
            }
            shrunk += 1;
            let complaint = if shrunk > wishes.shown {
                judged.complaints.join("\n       ")
            } else {
                airflow.smallest(tree, judged)?
            };
            comparison.disagreements.push(complaint);
        }
    }
    println!("     {}: {} answers compared", release.version, comparison.asked);
    Ok(comparison)
}

/// Questions that nobody wrote, and recorded ones that are slightly changed.
fn questions(recorded: Vec<String>) -> BoxedStrategy<String> {
    prop_oneof![3 => request(), 1 => request_like(recorded)].boxed()
}

fn seed_bytes(seed: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes
}

/// The questions of the recordings, as they stand there.
fn recorded() -> Result<Vec<String>> {
    let mut questions = Vec::new();
    for name in RECORDED {
        let path = check::root().join(format!("tests/oracle/{name}.jsonl"));
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        for line in text.lines() {
            let case = parse(line).ok().context("a recorded line is not JSON")?;
            let input = case.last("input").context("a recorded case without an input")?;
            questions.push(input.span.of(line).to_owned());
        }
    }
    Ok(questions)
}

/// What came of one question.
struct Judged {
    /// Answers that were compared.
    asked: usize,
    /// Fields with another answer, each with the question.
    complaints: Vec<String>,
    /// The answers as a case for a recording.
    case: String,
}

/// An Airflow that waits for questions.
struct Airflow<'r> {
    release: &'r Release,
    /// `*` where its Python does not check brackets.
    python: &'static str,
    child: Child,
    /// Closed when nothing more is asked.
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl<'r> Airflow<'r> {
    fn start(venv: &Venv, release: &'r Release) -> Result<Self> {
        let python = if has_bracket_check(venv)? { "" } else { "*" };
        let program = check::root().join("tests/e2e/airflow_oracle.py");
        let mut child = Command::new(&venv.python)
            .arg(program)
            .args(["--impl", "both"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Airflow cannot be started")?;
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self { release, python, child, stdin, stdout })
    }

    /// Asks some questions, and compares each answer with ours.
    fn judge(&mut self, questions: &[String]) -> Result<Vec<Judged>> {
        let answers = self.answers(questions)?;
        let pairs = questions.iter().zip(&answers);
        pairs.map(|(question, answer)| self.compare(question, answer)).collect()
    }

    /// One line for each question; the writer runs beside the reader, since both pipes may fill up.
    fn answers(&mut self, questions: &[String]) -> Result<Vec<String>> {
        let Self { stdin, stdout, .. } = self;
        let stdin = stdin.as_mut().context("no standard input")?;
        thread::scope(|scope| {
            let writer = scope.spawn(move || -> std::io::Result<()> {
                for question in questions {
                    stdin.write_all(question.as_bytes())?;
                    stdin.write_all(b"\n")?;
                }
                // It answers when its buffer is full, or where a line is empty.
                stdin.write_all(b"\n")?;
                stdin.flush()
            });
            let mut answers = Vec::new();
            for _ in questions {
                let mut line = String::new();
                let read = stdout.read_line(&mut line).context("Airflow answers no UTF-8")?;
                ensure!(read > 0, "Airflow did not answer everything");
                answers.push(line);
            }
            writer.join().ok().context("the writer stopped")?.context("Airflow stopped reading")?;
            Ok(answers)
        })
    }

    fn compare(&self, question: &str, answer: &str) -> Result<Judged> {
        let case = self.case(question, answer)?;
        let report = replay(&case).with_context(|| format!("no case: {case}"))?;
        let tallies = Engine::ALL.iter().filter_map(|engine| report.tally(engine));
        let asked = tallies.map(|tally| tally.asked).sum();
        let complaints = report.disagreements.iter();
        let complaints =
            complaints.map(|disagreement| format!("{disagreement}\n       {question}")).collect();
        Ok(Judged { asked, complaints, case })
    }

    /// A line of a recording: the question, and what each class answered that could be asked.
    fn case(&self, question: &str, answer: &str) -> Result<String> {
        let both = parse(answer).ok().context("Airflow answers no JSON")?;
        let is_of_core = CORE_ONLY.iter().any(|op| question.starts_with(&op_is(op)));
        let sdk = self.release.sdk.filter(|_| !is_of_core);
        let mut groups = Vec::new();
        for (engine, key) in [(Some(self.release.core), "core"), (sdk, "sdk")] {
            let (Some(engine), Some(node)) = (engine, both.last(key)) else { continue };
            if node.last("ok").is_none_or(|ok| matches!(ok.value, Value::Null)) {
                continue;
            }
            // Our program is at fault, not Airflow.
            let is_bad = node.last("bad_request").is_some();
            ensure!(!is_bad, "the question is none: {question}");
            let answer = node.span.of(answer);
            let python = self.python;
            groups.push(format!(r#"{{"v": ["{engine}{python}"], "r": {answer}}}"#));
        }
        let groups = groups.join(", ");
        Ok(format!("{{\"id\": \"generated\", \"input\": {question}, \"expect\": [{groups}]}}\n"))
    }

    /// The smallest question like this one that we answer otherwise, as a case for a recording.
    fn smallest(
        &mut self,
        mut tree: impl ValueTree<Value = String>,
        found: Judged,
    ) -> Result<String> {
        let mut smallest = found;
        for _ in 0..PATIENCE {
            let judged = self.judge(&[tree.current()])?.pop().context("no answer")?;
            let goes_on = if judged.complaints.is_empty() {
                tree.complicate()
            } else {
                smallest = judged;
                tree.simplify()
            };
            if !goes_on {
                break;
            }
        }
        let Judged { complaints, case, .. } = smallest;
        let mut text = complaints.join("\n       ");
        // Writing to a string does not fail.
        let _ = write!(text, "\n       to record: {}", case.trim_end());
        Ok(text)
    }
}

impl Drop for Airflow<'_> {
    fn drop(&mut self) {
        // It ends where its input does, and tidies up; a program that hangs must not hang us.
        drop(self.stdin.take());
        for _ in 0..50 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a question with this operation starts.
fn op_is(op: &str) -> String {
    format!("{{\"op\": \"{op}\"")
}

/// Whether `urlsplit` refuses text around brackets (CVE-2025-0938), as current Pythons do. Engines
/// that ran without are told by a `*`.
fn has_bracket_check(venv: &Venv) -> Result<bool> {
    let code = "from urllib.parse import urlsplit\ntry: urlsplit('x://a[::1]')\nexcept ValueError: print('yes')";
    let answer = venv::ask(Command::new(&venv.python).args(["-c", code]), String::new())?;
    Ok(answer.starts_with("yes"))
}
