//! `cargo xtask layers`: dependencies point one way.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::check;

/// What each library may use of ours.
const LAYERS: &[(&str, &[&str])] = &[
    ("connlint-text", &[]),
    ("connlint-json", &["connlint-text"]),
    ("connlint-hcl", &["connlint-text"]),
    ("connlint-catalog", &[]),
    ("connlint-parser", &["connlint-catalog", "connlint-hcl", "connlint-json", "connlint-text"]),
    ("connlint-hosts", &["connlint-hcl", "connlint-json", "connlint-text"]),
    (
        "connlint-backends",
        &["connlint-catalog", "connlint-json", "connlint-parser", "connlint-text"],
    ),
    (
        "connlint-linter",
        &[
            "connlint-backends",
            "connlint-catalog",
            "connlint-hosts",
            "connlint-json",
            "connlint-parser",
            "connlint-text",
        ],
    ),
    (
        "connlint-config",
        &["connlint-catalog", "connlint-hosts", "connlint-linter", "connlint-text"],
    ),
    (
        "connlint-convert",
        &[
            "connlint-backends",
            "connlint-catalog",
            "connlint-hosts",
            "connlint-json",
            "connlint-linter",
            "connlint-parser",
            "connlint-text",
        ],
    ),
    (
        "connlint-report",
        &[
            "connlint-catalog",
            "connlint-hosts",
            "connlint-json",
            "connlint-linter",
            "connlint-parser",
            "connlint-text",
        ],
    ),
    (
        "connlint",
        &[
            "connlint-backends",
            "connlint-catalog",
            "connlint-config",
            "connlint-convert",
            "connlint-hosts",
            "connlint-json",
            "connlint-linter",
            "connlint-parser",
            "connlint-report",
            "connlint-text",
        ],
    ),
    ("connlint-cli", &["connlint"]),
];

/// Crates for developers, which may use what they like, and which nobody else may use.
const DEVELOPERS: &[&str] = &["connlint-benches", "connlint-testing", "connlint-tests", "xtask"];

/// Crates of others that only some of ours may use.
const RESERVED: &[(&str, &[&str])] = &[
    ("anyhow", &["connlint-cli"]),
    ("anstream", &["connlint-cli"]),
    ("clap", &["connlint-cli"]),
    ("clap_complete", &["connlint-cli"]),
    ("globset", &["connlint-config"]),
    ("ignore", &["connlint-cli"]),
    ("miette", &["connlint-report"]),
    ("nom", &["connlint-parser"]),
    ("rayon", &["connlint-cli", "connlint-linter"]),
    ("tempfile", &["connlint-cli"]),
    ("toml", &["connlint-config"]),
];

/// Reads `cargo metadata` and tests the arrows.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    ensure!(arguments.is_empty(), "usage: cargo xtask layers");
    Ok(check::verdict("layers", &faults(&metadata()?)?))
}

/// What `cargo metadata` says of the workspace.
pub(crate) fn metadata() -> Result<Value> {
    metadata_with(&["--no-deps", "--offline"])
}

pub(crate) fn metadata_with(arguments: &[&str]) -> Result<Value> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1"])
        .args(arguments)
        .current_dir(check::root())
        .output()
        .context("cannot run cargo metadata")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("cargo metadata did not print JSON")
}

/// The arrows that point the wrong way.
pub(crate) fn faults(metadata: &Value) -> Result<Vec<String>> {
    let layers: BTreeMap<_, _> = LAYERS.iter().copied().collect();
    let mut faults = Vec::new();
    for package in metadata["packages"].as_array().context("no packages")? {
        let name = package["name"].as_str().context("a package without a name")?;
        if DEVELOPERS.contains(&name) {
            if package["publish"] != Value::Array(Vec::new()) {
                faults.push(format!("{name} is for developers: `publish = false`"));
            }
            continue;
        }
        let Some(allowed) = layers.get(name) else {
            faults.push(format!("{name} has no layer: give it one in xtask/src/layers.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().context("no dependencies")? {
            let used = dependency["name"].as_str().context("a dependency without a name")?;
            // What tests use is no part of the diagram.
            if dependency["kind"] == "dev" {
                continue;
            }
            let is_ours = layers.contains_key(used) || DEVELOPERS.contains(&used);
            if is_ours && !allowed.contains(&used) {
                faults.push(format!("{name} may not depend on {used}"));
            }
            let reserved = RESERVED.iter().find(|(reserved, _)| *reserved == used);
            if let Some((_, users)) = reserved.filter(|(_, users)| !users.contains(&name)) {
                faults.push(format!(
                    "{name} may not depend on {used}: only {} may",
                    users.join(", ")
                ));
            }
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_workspace_has_its_layers() {
        assert_eq!(faults(&metadata().unwrap()).unwrap(), [""; 0]);
    }

    #[test]
    fn wrong_arrows_are_seen() {
        let package = |name: &str, used: &str, kind: Value| json!({"packages": [{"name": name, "dependencies": [{"name": used, "kind": kind}]}]});
        for (name, used, kind, expected) in [
            ("connlint-text", "memchr", Value::Null, None),
            (
                "connlint-text",
                "connlint-json",
                Value::Null,
                Some("may not depend on connlint-json"),
            ),
            ("connlint-text", "connlint-testing", json!("dev"), None),
            ("connlint-linter", "miette", Value::Null, Some("only connlint-report may")),
            ("connlint-cli", "connlint-text", Value::Null, Some("may not depend on connlint-text")),
            ("connlint-new", "memchr", Value::Null, Some("has no layer")),
        ] {
            let found = faults(&package(name, used, kind)).unwrap().join("\n");
            match expected {
                None => assert_eq!(found, ""),
                Some(expected) => assert!(found.contains(expected), "{found}"),
            }
        }
    }
}
