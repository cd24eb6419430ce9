//! The Python package: built by maturin, installed into a fresh environment, and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};

use super::venv::{self, Venv, base_python, run_quietly};
use super::{Comparison, Wishes};
use crate::check;

pub(super) fn run(_: &Wishes) -> Result<Comparison> {
    let python = installed()?;
    let folder = python.parent().context("a Python in no folder")?;
    let mut comparison = Comparison::default();
    let mut expect = |what: &str, holds: bool| {
        comparison.asked += 1;
        if !holds {
            comparison.disagreements.push(what.to_owned());
        }
    };

    let version = format!("connlint {}\n", env!("CARGO_PKG_VERSION"));
    let answers = |command: &mut Command| -> Result<Output> {
        command.current_dir(check::root()).output().context("cannot run the installed program")
    };
    let program = folder.join("connlint");
    let output = answers(Command::new(&program).arg("--version"))?;
    expect("`connlint --version`", output.stdout == version.as_bytes());
    let output = answers(Command::new(&python).args(["-m", "connlint", "--version"]))?;
    expect("`python -m connlint --version`", output.stdout == version.as_bytes());
    let output = answers(Command::new(&program).args(["check", "examples/astro-vault"]))?;
    expect("findings exit with 1", output.status.code() == Some(1));
    let output = answers(Command::new(&python).args(["-m", "connlint", "check", "no such file"]))?;
    expect("`python -m connlint` forwards the exit code", output.status.code() == Some(2));
    Ok(comparison)
}

/// A Python with the wheel installed, from nothing but the wheel.
fn installed() -> Result<PathBuf> {
    let folder = venv::folder()?.join("wheel-user");
    let python = folder.join("bin/python");
    run_quietly(Command::new(base_python()?).args(["-m", "venv", "--clear"]).arg(&folder))?;
    run_quietly(
        Command::new(&python)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-index"])
            .arg(build()?),
    )?;
    Ok(python)
}

/// The wheel of this checkout, alone in its folder.
///
/// It is built without optimisation: what is asked here does not depend on it.
pub(super) fn build() -> Result<PathBuf> {
    let maturin = Venv::of("maturin")?.python.with_file_name("maturin");
    let folder = venv::folder()?.join("wheels");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot remove old wheels")?;
    }
    run_quietly(
        Command::new(maturin).args(["build", "--out"]).arg(&folder).current_dir(check::root()),
    )?;
    let wheels = wheels(&folder)?;
    ensure!(wheels.len() == 1, "maturin built {} wheels", wheels.len());
    wheels.into_iter().next().context("maturin built no wheel")
}

fn wheels(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|it| it == "whl")).collect())
}
