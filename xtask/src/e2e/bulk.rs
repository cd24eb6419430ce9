//! Faults that were made on purpose: each of them is found, in each form, by the rule that is about
//! it, and at any number of threads.

#![expect(clippy::disallowed_methods, reason = "a developer task reads what it made")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Comparison, Wishes, venv};
use crate::bench::{FORMS, Form, make, manifest};

/// How many connections a file has, where nobody says.
const CONNECTIONS: u32 = 5_000;

/// The rules that tell a fault, by what the generator calls it.
const RULES: &[(&str, &[&str])] = &[
    // Not a name of a variable, a name that is passed over, or an id that is not kept.
    ("bad-conn-id", &["CL003", "CL604", "CL769"]),
    ("bad-percent-escape", &["CL106"]),
    ("bad-prefix", &["CL604"]),
    ("double-encoded", &["CL116"]),
    ("duplicate-conn-id", &["CL602"]),
    ("duplicate-query-key", &["CL109"]),
    ("extra-bad-json", &["CL203"]),
    ("extra-mixed-with-query", &["CL115"]),
    ("extra-not-object", &["CL203"]),
    ("field-wrong-type", &["CL207"]),
    ("json-truncated", &["CL204"]),
    ("missing-conn-type", &["CL302"]),
    ("missing-scheme", &["CL101"]),
    ("port-not-integer", &["CL105", "CL202"]),
    ("port-out-of-range", &["CL105", "CL202"]),
    ("raw-reserved-in-password", &["CL104"]),
    ("single-slash", &["CL101"]),
    ("surrounding-whitespace", &["CL336"]),
    ("unbalanced-bracket", &["CL113"]),
    ("unknown-conn-type", &["CL301"]),
    ("unknown-key", &["CL201"]),
];

/// What is no fault in a form.
fn is_harmless(form: &Form, kind: &str) -> bool {
    match form.name {
        // A blank behind a URI is stripped by readers of `.env` files, and by Airflow.
        "env" | "uri-lines" => kind == "surrounding-whitespace",
        // Nothing of Airflow reads JSON lines: whoever does decides what other keys and ids mean,
        // and an object without a type may be anything.
        "jsonl" => matches!(kind, "unknown-key" | "missing-conn-type" | "bad-conn-id"),
        _ => false,
    }
}

/// A fault that was made: the line its connection starts at, and what it is.
struct Fault {
    line: usize,
    kind: String,
}

pub(super) fn run(wishes: &Wishes) -> Result<Comparison> {
    let count = wishes
        .inputs
        .map_or(CONNECTIONS, |inputs| u32::try_from(inputs).unwrap_or(u32::MAX).min(CONNECTIONS));
    let folder = venv::folder()?.join(format!("bulk-{}-{count}", wishes.seed));
    let mut comparison = Comparison::default();
    for form in &FORMS {
        let file = make(&folder, form, count, wishes.seed)?;
        let one = report(&file, form, "1")?;
        let two = report(&file, form, "2")?;
        comparison.asked += 1;
        if one != two {
            let line = format!("{}: two threads print something else than one", form.name);
            comparison.disagreements.push(line);
        }
        compare(&file, form, &one, &mut comparison)?;
    }
    Ok(comparison)
}

fn compare(file: &Path, form: &Form, report: &str, comparison: &mut Comparison) -> Result<()> {
    let found = findings(report)?;
    let text = fs::read_to_string(file).context("cannot read the data")?;
    let lines: Vec<&str> = text.lines().collect();
    for fault in faults(&manifest(file))? {
        if is_harmless(form, &fault.kind) {
            continue;
        }
        let rules = RULES.iter().find(|(kind, _)| *kind == fault.kind).map_or(&[][..], |it| it.1);
        let end = fault.line + rest_of_connection(form, &lines, fault.line);
        let mut here = found.range(fault.line..=end).flat_map(|(_, codes)| codes);
        comparison.asked += 1;
        if !here.any(|code| rules.contains(&code.as_str())) {
            let Fault { line, kind } = fault;
            comparison
                .disagreements
                .push(format!("{}, line {line}: {kind} is not told", form.name));
        }
    }
    Ok(())
}

/// The number of lines of a connection behind its first, which is counted from 1.
fn rest_of_connection(form: &Form, lines: &[&str], first: usize) -> usize {
    let is_inside = |line: &&&str| match form.name {
        "json" => line.starts_with("    "),
        "yaml" => line.starts_with(' '),
        _ => false,
    };
    lines.get(first..).unwrap_or_default().iter().take_while(is_inside).count()
}

/// The codes of the rules that have something to say about a line, first or also.
fn findings(report: &str) -> Result<BTreeMap<usize, Vec<String>>> {
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let report: Value = serde_json::from_str(report).context("the report is no JSON")?;
    let findings = report["findings"].as_array().context("a report without findings")?;
    for finding in findings {
        let code = finding["rule"].as_str().context("a finding without a rule")?;
        let labels = finding["labels"].as_array().into_iter().flatten();
        for place in std::iter::once(finding).chain(labels) {
            let line =
                place["range"]["start"]["line"].as_u64().context("a place without a line")?;
            found.entry(usize::try_from(line)?).or_default().push(code.to_owned());
        }
    }
    Ok(found)
}

fn faults(manifest: &Path) -> Result<Vec<Fault>> {
    let text = fs::read_to_string(manifest).context("cannot read the list of faults")?;
    let fault = |line: &str| -> Result<Fault> {
        let fault: Value = serde_json::from_str(line)?;
        let line = fault["line"].as_u64().context("a fault without a line")?;
        let kind = fault["kind"].as_str().context("a fault without a kind")?.to_owned();
        Ok(Fault { line: usize::try_from(line)?, kind })
    };
    text.lines().map(fault).collect()
}

/// What connlint finds, strictly: one of the faults may be meant.
fn report(file: &Path, form: &Form, threads: &str) -> Result<String> {
    let output = venv::connlint()
        .args(["check", "--isolated", "--strict", "--output-format", "json"])
        .args(["--threads", threads])
        .args(form.format.iter().flat_map(|format| ["--host", format]))
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .context("cannot run connlint")?;
    String::from_utf8(output.stdout).context("the report is no UTF-8")
}
