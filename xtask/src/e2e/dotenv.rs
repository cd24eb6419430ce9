//! Real python-dotenv and real bash on `.env` files.

#![expect(clippy::disallowed_methods, reason = "a developer task writes the files that bash reads")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use connlint_hosts::{Consumer, HostFormat, Options, extract};
use serde_json::Value;

use super::random::Random;
use super::venv::{self, Venv};
use super::{Comparison, Wishes};
use crate::check;

/// Generated files of a run.
const GENERATED: usize = 400;

/// What is compared: the variables whose names start so.
const PREFIX: &str = "AIRFLOW_VAR_";

/// Lines on which readers of `.env` files are known to differ; `K` becomes a name of Airflow's.
const LINES: &[&str] = &[
    r#"K={"a": "b", "c": 1}"#,
    r#"K='{"a":"b"}'"#,
    r#"K="{\"a\": \"b\"}""#,
    r#"K={"p": "a$bc"}"#,
    r#"K={"d": "${HOME}x"}"#,
    r#"K='{"p": "a$bc"}'"#,
    "K=pa$$word",
    r"K=pa\$word",
    r#"K={"a": "b # c"}"#,
    r#"K={"a": "b#c"}"#,
    "K=uri?x=1#frag",
    r"K='it\'s'",
    r#"K="a\\nb""#,
    "MY VAR=1",
    "K=v # c",
    "export K=v",
    "K = v",
    "K: v",
    r#"K="l1\nl2""#,
    "K='l1\nl2'",
    "K={\n  \"a\": 1\n}",
    "K=",
    "K",
    "my-conn=v",
    "K= # secret",
    r#"K="a"b"#,
    r#"K=pass""#,
    "K=postgres://u:p%40x@h:5432/d?sslmode=require",
    "K=postgres://u:p@h/d?a=1&b=2",
    "K=\"it's \\\"q\\\"\"",
    "  K='x' # c",
    "K=a\\ b",
    "K=${X:-y}z",
    "K='a'\"b\"c",
];

/// Asks both readers, and compares.
pub(super) fn run(wishes: &Wishes) -> Result<Comparison> {
    let mut files: Vec<String> = LINES.iter().map(|line| named(line)).collect();
    let mut random = Random::new(wishes.seed, 2);
    files.extend((0..GENERATED).map(|_| generated(&mut random)));

    let mut comparison = Comparison::default();
    let python = python_dotenv(&files)?;
    comparison.take("python-dotenv", Consumer::PythonDotenv, &files, &python);
    let bash = bash(&files)?;
    comparison.take("bash", Consumer::Shell, &files, &bash);
    Ok(comparison)
}

/// Variables by name.
type Variables = BTreeMap<String, String>;

impl Comparison {
    fn take(&mut self, reader: &str, consumer: Consumer, files: &[String], read: &[Variables]) {
        for (file, expected) in files.iter().zip(read) {
            let (found, open) = ours(file, consumer);
            let names = expected.keys().chain(found.keys());
            let names: BTreeSet<_> = names.collect();
            // A name that the shell puts together (`A"${X}"=1`, `A""=1`) stands nowhere in the file.
            let is_written = |name: &&String| file.contains(&format!("{name}="));
            for name in names.into_iter().filter(|name| !open.contains(*name)).filter(is_written) {
                self.asked += 1;
                let (expected, found) = (expected.get(name), found.get(name));
                if expected != found {
                    self.disagreements.push(format!(
                        "{reader} in {file:?}: {name} is {expected:?}, not {found:?}"
                    ));
                }
            }
        }
    }
}

/// What connlint reads, and the names whose values depend on the environment.
fn ours(file: &str, consumer: Consumer) -> (Variables, Vec<String>) {
    let options = Options { consumer };
    let document = extract(HostFormat::Dotenv, file, options);
    let mut variables = Variables::new();
    let mut open = Vec::new();
    for site in document.sites.iter().filter(|site| is_compared(&site.name.text)) {
        let name = site.name.text.clone().into_owned();
        if !site.unknown.is_empty() {
            open.push(name.clone());
        }
        variables.insert(name, site.value.text().to_owned());
    }
    (variables, open)
}

fn is_compared(name: &str) -> bool {
    name.len() > PREFIX.len() && name.starts_with(PREFIX)
}

/// The line with `K` written out.
fn named(line: &str) -> String {
    format!("{}\n", line.replacen('K', "AIRFLOW_VAR_K", 1))
}

/// What python-dotenv reads in each file, with an empty environment.
fn python_dotenv(files: &[String]) -> Result<Vec<Variables>> {
    let venv = Venv::of("python-dotenv")?;
    let program = check::root().join("tests/e2e/read_dotenv.py");
    let mut requests = String::new();
    for file in files {
        requests.push_str(&Value::from(file.as_str()).to_string());
        requests.push('\n');
    }
    let answers = venv::ask(Command::new(&venv.python).env_clear().arg(program), requests)
        .context("python-dotenv cannot be asked")?;
    let mut variables = Vec::new();
    for answer in answers.lines() {
        let answer: BTreeMap<String, Option<String>> = serde_json::from_str(answer)?;
        let set = answer.into_iter().filter_map(|(name, value)| Some((name, value?)));
        variables.push(set.filter(|(name, _)| is_compared(name)).collect());
    }
    ensure!(variables.len() == files.len(), "python-dotenv did not answer everything");
    Ok(variables)
}

/// What bash has set after it has sourced each file.
fn bash(files: &[String]) -> Result<Vec<Variables>> {
    let folder = venv::folder()?.join("bash");
    fs::create_dir_all(&folder).context("no folder for bash")?;
    files.iter().map(|file| source(file, &folder)).collect()
}

/// Sources one file in a restricted shell that finds no programs: a generated file cannot do
/// anything but set variables.
fn source(file: &str, folder: &Path) -> Result<Variables> {
    const SCRIPT: &str =
        r#". read.env; for n in "${!AIRFLOW_VAR_@}"; do printf '%s\0%s\0' "$n" "${!n}"; done"#;
    fs::write(folder.join("read.env"), file).context("cannot write a file for bash")?;
    let output = Command::new("/bin/bash")
        .args(["--noprofile", "--norc", "-r", "-c", SCRIPT])
        .env_clear()
        .env("PATH", "/nonexistent")
        .env("LC_ALL", "C.UTF-8")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .context("cannot run bash")?;
    let text = String::from_utf8(output.stdout).context("bash prints no UTF-8")?;
    let mut variables = Variables::new();
    let mut parts = text.split_terminator('\0');
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        if is_compared(name) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    Ok(variables)
}

const PIECES: &[&str] = &[
    "a",
    "b c",
    "s3cr3t",
    " ",
    "  ",
    "\t",
    "#",
    " #",
    "'",
    "\"",
    "\\",
    "\\\"",
    "\\n",
    "\\'",
    "$",
    "$X",
    "${X}",
    "${X:-d}",
    "=",
    ":",
    "/",
    "@",
    "%40",
    "é",
    "{",
    "}",
    "[",
    ",",
    "postgres://u:p@h/d",
    "!",
    "~",
    "*",
    ".",
    "\\\\",
];
const BEFORE: &[&str] = &["", "", "", "", "export ", " ", "\t", "export\t"];
const EQUALS: &[&str] = &["=", "=", "=", "=", "=", "=", " = ", "= ", ""];
const QUOTES: &[&str] = &["", "", "'", "\"", "\"", "'"];
const BEHIND: &[&str] = &["", "", "", " ", " # note", "#", "\t# 'x", " x"];
const LINE_ENDS: &[&str] = &["\n", "\n", "\n", "\n\n", "\n# it's a comment\n"];

/// A few assignments, most of them well-formed.
fn generated(random: &mut Random) -> String {
    let mut file = String::new();
    for name in ["A", "B", "C", "D"].iter().take(1 + random.below(4)) {
        file.push_str(random.pick(BEFORE));
        file.push_str(PREFIX);
        file.push_str(name);
        file.push_str(random.pick(EQUALS));
        let quote = random.pick(QUOTES);
        file.push_str(quote);
        file.push_str(&random.some(PIECES, 6));
        file.push_str(quote);
        file.push_str(random.pick(BEHIND));
        file.push_str(random.pick(LINE_ENDS));
    }
    file
}
