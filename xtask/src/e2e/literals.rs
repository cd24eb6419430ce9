//! The literals of Python, as Python itself reads them.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use connlint_hosts::{HostFormat, Options, extract};
use serde_json::Value;

use super::random::Random;
use super::venv;
use super::{Comparison, Wishes};
use crate::check;

/// Generated expressions of a run.
const GENERATED: usize = 5_000;

/// Generates expressions, and compares.
pub(super) fn run(wishes: &Wishes) -> Result<Comparison> {
    let mut random = Random::new(wishes.seed, 7);
    let expressions: Vec<_> = (0..GENERATED).map(|_| generated(&mut random)).collect();
    let mut requests = String::new();
    for expression in &expressions {
        requests.push_str(&Value::from(expression.as_str()).to_string());
        requests.push('\n');
    }
    let program = check::root().join("tests/e2e/read_python.py");
    let answers = venv::ask(Command::new(venv::base_python()?).arg(program), requests)
        .context("Python cannot be asked")?;
    let answers: Vec<_> = answers.lines().collect();
    ensure!(answers.len() == expressions.len(), "Python did not answer everything");

    let mut comparison = Comparison::default();
    for (expression, answer) in expressions.iter().zip(answers) {
        let Some(expected) = serde_json::from_str::<Option<String>>(answer)? else { continue };
        // Templates are for somebody else to fill in.
        if ["{{", "{%", "${"].iter().any(|open| expected.contains(open)) {
            continue;
        }
        comparison.asked += 1;
        let file = format!("os.environ['AIRFLOW_VAR_A'] = {expression}\n");
        let document = extract(HostFormat::Python, &file, Options::default());
        let found = document.sites.first().map(|site| site.value.text());
        if found != Some(&expected) {
            comparison.disagreements.push(format!("{expression:?} is {expected:?}, not {found:?}"));
        }
    }
    Ok(comparison)
}

const PREFIXES: &[&str] = &["", "", "", "", "r", "u", "R", "f", "F", "rf", "fR"];
const QUOTES: &[&str] = &["'", "\"", "'''", "\"\"\""];
const JOINTS: &[&str] = &[" ", "\n ", " + ", "\\\n"];
const PIECES: &[&str] = &[
    "a",
    "é",
    "\u{1f40d}",
    "\\n",
    "\\t",
    "\\\\",
    "\\'",
    "\\\"",
    "\\x41",
    "\\xe9",
    "\\u00e9",
    "\\U0001f40d",
    "\\101",
    "\\777",
    "\\18",
    "\\8",
    "\\d",
    "\\0",
    "\\N{SNAKE}",
    "\\N{LATIN SMALL LETTER A}",
    "\\\n",
    "\\a\\b\\f\\v\\r",
    "\\ud800",
    " ",
    "#",
    "'",
    "\"",
    "\n",
    "\r\n",
    "\r",
    "\u{c}",
    "\u{2028}",
    "%",
    "{{",
    "}}",
];

/// A few strings beside each other; many are no Python.
fn generated(random: &mut Random) -> String {
    let mut expression = String::from("(");
    for part in 0..=random.below(3) {
        if part > 0 {
            expression.push_str(random.pick(JOINTS));
        }
        let quote = random.pick(QUOTES);
        expression.push_str(random.pick(PREFIXES));
        expression.push_str(quote);
        expression.push_str(&random.some(PIECES, 5));
        expression.push_str(quote);
    }
    expression.push(')');
    expression
}
