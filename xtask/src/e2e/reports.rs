//! Reports, read by the programs that they are for.

#![expect(clippy::disallowed_methods, reason = "a developer task installs what it compares with")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::venv::{self, Venv, npm_folder};
use super::{Comparison, Wishes};
use crate::check;

/// What is reported on: a project with all kinds of findings, and names that need escapes.
const EXAMPLE: &str = "examples/astro-vault";
const NAMES: &[&str] = &["a b.env", "ü,1:2;3]4%25.env", "<&\"'>.env"];

/// The formats that `read_reports.py` has a reader for.
const FORMATS: &[&str] = &["checkstyle", "junit", "gitlab", "rdjson", "sarif", "github", "azure"];

/// The validator of Microsoft, which has all of the standard's rules.
const SARIF_VALIDATOR: &str = "@microsoft/sarif-multitool@5.7.0";

/// A finding as any reader sees it: path, line and severity.
type Place = (String, u64, String);

pub(super) fn run(_: &Wishes) -> Result<Comparison> {
    let folder = project()?;
    let expected = ours(&report(&folder, "json")?)?;
    let mut reports = BTreeMap::new();
    for format in FORMATS {
        reports.insert(*format, report(&folder, format)?);
    }
    let python = Venv::of("reports")?.python;
    let program = check::root().join("tests/e2e/read_reports.py");
    let answer = venv::ask(Command::new(python).arg(program), serde_json::to_string(&reports)?)
        .context("a reader refuses a report")?;
    let answers: BTreeMap<String, Vec<Place>> = serde_json::from_str(&answer)?;

    let mut comparison = Comparison::default();
    for format in FORMATS {
        let mut expected = expected.clone();
        for (path, _, severity) in &mut expected {
            match *format {
                "sarif" => *path = path_of_uri(path),
                // Its commands have two severities.
                "azure" if severity == "info" => "warning".clone_into(severity),
                _ => {}
            }
        }
        comparison.asked += expected.len();
        if answers.get(*format) != Some(&expected) {
            comparison.disagreements.push(format!("{format}: not the findings of the JSON report"));
        }
    }
    comparison.asked += 1;
    if let Some(complaint) = sarif_complaint(&folder, &reports["sarif"])? {
        comparison.disagreements.push(complaint);
    }
    Ok(comparison)
}

/// A copy of the example, and beside it files whose names need escapes.
fn project() -> Result<PathBuf> {
    let folder = venv::folder()?.join("reports-project");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot remove an old project")?;
    }
    copy(&check::root().join(EXAMPLE), &folder)?;
    for name in NAMES {
        fs::write(folder.join(name), "AIRFLOW_CONN_A=google_cloud://\n")
            .with_context(|| format!("cannot write {name}"))?;
    }
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// The report on the project.
fn report(folder: &Path, format: &str) -> Result<String> {
    let output = venv::connlint()
        .args(["check", "--output-format", format, "."])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .context("cannot run connlint")?;
    ensure!(output.status.code() == Some(1), "connlint found nothing");
    String::from_utf8(output.stdout).context("a report is no UTF-8")
}

/// The findings of the JSON report.
fn ours(report: &str) -> Result<Vec<Place>> {
    let report: Value = serde_json::from_str(report)?;
    let findings = report["findings"].as_array().context("a report without findings")?;
    let place = |finding: &Value| {
        let path = finding["file"].as_str()?.to_owned();
        let severity = finding["severity"].as_str()?.to_owned();
        Some((path, finding["range"]["start"]["line"].as_u64()?, severity))
    };
    findings.iter().map(place).collect::<Option<_>>().context("a finding without a place")
}

/// The path as a URI reference, which SARIF wants.
fn path_of_uri(path: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(escape).collect()
}

/// What Microsoft's validator says against the report.
fn sarif_complaint(folder: &Path, report: &str) -> Result<Option<String>> {
    let tools = npm_folder("sarif-multitool", SARIF_VALIDATOR)?;
    let program = tools.join("node_modules/.bin/sarif-multitool");
    let (input, output) = (folder.join("report.sarif"), folder.join("validation.sarif"));
    fs::write(&input, report).context("cannot write the report")?;
    let status = Command::new(program)
        .arg("validate")
        .arg(&input)
        .arg("--output")
        .arg(&output)
        // It is a .NET program, and asks for no more of a language than this.
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
        .stdout(Stdio::null())
        .status()
        .context("cannot run the validator")?;
    let text = fs::read_to_string(&output).context("the validator writes no result")?;
    let answer: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
    let results = answer["runs"][0]["results"].as_array().cloned().unwrap_or_default();
    let error = results.iter().find(|result| result["level"] == json!("error"));
    Ok(match error {
        Some(error) => Some(format!("sarif: {}", error["message"])),
        None if !status.success() => Some("sarif: the validator failed".to_owned()),
        None => None,
    })
}
