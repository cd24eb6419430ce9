//! `cargo xtask check`: what no compiler checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};
use connlint_testing::meta;
use serde_json::Value;

use crate::{catalog, docs, evidence, layers, links, schema};

/// Runs every check, and says all that does not hold.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    ensure!(arguments.is_empty(), "usage: cargo xtask check");
    let metadata = layers::metadata()?;
    let mut code = ExitCode::SUCCESS;
    for (name, faults) in [
        ("layers", layers::faults(&metadata)?),
        ("catalogue", catalog::faults()?),
        ("rules", meta::faults(&root().join("crates/connlint-linter"))?),
        ("evidence", evidence::faults()?),
        ("docs", docs::faults()?),
        ("links", links::faults()?),
        ("schemas", schema::faults()?),
        ("dependencies", dependencies()?),
        ("crates", crates(&metadata)?),
    ] {
        if verdict(name, &faults) != ExitCode::SUCCESS {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Prints what does not hold, and turns it into an exit code.
pub(crate) fn verdict(name: &str, faults: &[String]) -> ExitCode {
    if faults.is_empty() {
        println!("ok   {name}");
        return ExitCode::SUCCESS;
    }
    println!("FAIL {name}");
    for fault in faults {
        println!("     {fault}");
    }
    ExitCode::FAILURE
}

/// The top of the checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_owned()
}

/// The folder that cargo builds into.
#[expect(clippy::disallowed_methods, reason = "a developer task goes by the environment")]
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The connlint of this checkout, built first.
pub(crate) fn connlint(profile: &str) -> Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "connlint-cli", "--profile", profile])
        .current_dir(root())
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "connlint does not build");
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(target().join(folder).join("connlint"))
}

/// The dependencies of the workspace that nobody said the purpose of.
#[expect(clippy::disallowed_methods, reason = "a developer task reads the sources")]
fn dependencies() -> Result<Vec<String>> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).context("Cargo.toml")?;
    Ok(without_purpose(&manifest))
}

/// A comment stands above each dependency, or above the block of lines it belongs to.
fn without_purpose(manifest: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    let mut faults = Vec::new();
    let mut is_explained = false;
    for line in lines.take_while(|line| !line.starts_with('[')) {
        match line.chars().next() {
            None => is_explained = false,
            Some('#') => is_explained = true,
            Some(_) if !is_explained => {
                let name = line.split([' ', '=']).next().unwrap_or_default();
                faults.push(format!("Cargo.toml: no comment says what {name} is for"));
            }
            Some(_) => {}
        }
    }
    faults
}

/// Every crate says what it is: in its manifest, its README and its documentation.
#[expect(clippy::disallowed_methods, reason = "a developer task reads the sources")]
fn crates(metadata: &Value) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for package in metadata["packages"].as_array().context("no packages")? {
        let name = package["name"].as_str().context("a package without a name")?;
        if package["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
            faults.push(format!("{name} has no description"));
        }
        // `publish = false` is an empty list of registries.
        if package["publish"].is_null() {
            for key in ["license", "repository", "readme", "keywords", "categories"] {
                let value = &package[key];
                if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
                    faults.push(format!("{name} is published, and has no {key}"));
                }
            }
        }
        let manifest = Path::new(package["manifest_path"].as_str().context("no manifest")?);
        let readme = manifest.with_file_name("README.md");
        let title = fs::read_to_string(&readme).unwrap_or_default();
        if !title.starts_with(&format!("# {name}\n")) {
            faults.push(format!("{name} has no README.md with its name as title"));
        }
        for target in package["targets"].as_array().context("no targets")? {
            let is_main = |kind: &Value| matches!(kind.as_str(), Some("lib" | "bin" | "test"));
            if !target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(is_main)) {
                continue;
            }
            let source = target["src_path"].as_str().context("a target without a source")?;
            if !fs::read_to_string(source).is_ok_and(|text| text.starts_with("//! ")) {
                faults.push(format!("{source} does not start with a doc comment"));
            }
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes() {
        let manifest = "[workspace.dependencies]\n# Ours.\na = 1\nb = 1\n\n# C.\nc = 1\n\nd = 1\n\n[x]\ne = 1\n";
        assert_eq!(without_purpose(manifest), ["Cargo.toml: no comment says what d is for"]);
    }

    #[test]
    fn every_dependency_has_a_purpose() {
        assert_eq!(dependencies().unwrap(), [""; 0]);
    }
}
