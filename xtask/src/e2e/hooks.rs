//! Real pre-commit, with the hooks of this repository.

#![expect(clippy::disallowed_methods, reason = "a developer task sets up repositories")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result};

use super::venv::{self, Venv, run_quietly};
use super::wheel;
use super::{Comparison, Wishes};
use crate::check;

const FAULTY: &str = "AIRFLOW_CONN_LAKE=google_cloud_platform://\n";
const FIXED: &str = "AIRFLOW_CONN_LAKE=google-cloud-platform://\n";

pub(super) fn run(_: &Wishes) -> Result<Comparison> {
    let mut comparison = Comparison::default();
    let stage = Stage::set()?;
    for hook in ["connlint", "connlint-project"] {
        stage.write(FAULTY)?;
        stage.expect(&mut comparison, &stage.python_hook, hook, 1, "CL102")?;
        stage.write(FIXED)?;
        stage.expect(&mut comparison, &stage.python_hook, hook, 0, "Passed")?;
    }
    // A hook that changes files fails once, so that the changes can be looked at.
    stage.write(FAULTY)?;
    stage.expect(&mut comparison, &stage.python_hook, "connlint-fix", 1, "files were modified")?;
    comparison.asked += 1;
    if fs::read_to_string(stage.project.join(".env"))? != FIXED {
        comparison.disagreements.push("connlint-fix does not fix".to_owned());
    }
    stage.expect(&mut comparison, &stage.python_hook, "connlint-fix", 0, "Passed")?;

    stage.write(FAULTY)?;
    stage.expect(&mut comparison, &stage.own_hooks, "connlint-system", 1, "CL102")?;
    stage.write(FIXED)?;
    stage.expect(&mut comparison, &stage.own_hooks, "connlint-system", 0, "Passed")?;
    stage.start(&mut comparison)?;
    Ok(comparison)
}

/// A project, the repositories of hooks, and a pre-commit to run them.
struct Stage {
    pre_commit: PathBuf,
    wheels: PathBuf,
    /// What pre-commit clones for hooks that install the wheel.
    python_hook: PathBuf,
    /// What it clones for the hooks of this repository.
    own_hooks: PathBuf,
    project: PathBuf,
    path: OsString,
}

impl Stage {
    fn set() -> Result<Self> {
        let venv = Venv::of("pre-commit")?;
        let wheel = wheel::build()?;
        let wheels = wheel.parent().context("a wheel in no folder")?.to_owned();
        // pip builds the hook's own package, which is empty, with setuptools.
        run_quietly(
            Command::new(&venv.python)
                .args(["-m", "pip", "download", "--disable-pip-version-check", "--no-deps"])
                .args(["setuptools==84.2.1", "--dest"])
                .arg(&wheels),
        )?;
        // The system hook runs the connlint that is on the path.
        let installed = venv::folder()?.join("system-connlint");
        run_quietly(
            Command::new(&venv.python)
                .args(["-m", "pip", "install", "--disable-pip-version-check", "--upgrade"])
                .args(["--no-index", "--target"])
                .arg(&installed)
                .arg(&wheel),
        )?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(installed.join("bin")).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).context("a folder with a colon in its name")?;

        let root = check::root();
        let packaged = root.join("packaging/pre-commit");
        let python_hook = repository("hooks-python", |folder| {
            for name in [".pre-commit-hooks.yaml", "pyproject.toml"] {
                fs::copy(packaged.join(name), folder.join(name)).context(name)?;
            }
            Ok(())
        })?;
        let own_hooks = repository("hooks-own", |folder| {
            let name = ".pre-commit-hooks.yaml";
            fs::copy(root.join(name), folder.join(name)).context(name)?;
            Ok(())
        })?;
        let project = repository("hooks-project", |folder| {
            fs::write(folder.join(".env"), FIXED).context(".env")?;
            fs::write(folder.join("README.md"), "# A project\n").context("README.md")?;
            Ok(())
        })?;
        let pre_commit = venv.python.with_file_name("pre-commit");
        Ok(Self { pre_commit, wheels, python_hook, own_hooks, project, path })
    }

    /// What docs/start.md does: a hook by `connlint init`, a run that fails, fixes, one that passes.
    fn start(&self, comparison: &mut Comparison) -> Result<()> {
        git(&self.python_hook, &["tag", concat!("v", env!("CARGO_PKG_VERSION"))])?;
        let project = repository("hooks-start", |folder| {
            fs::write(folder.join("airflow_settings.yaml"), "airflow:\n").context("settings")?;
            fs::write(folder.join("lake.env"), FAULTY).context("lake.env")
        })?;
        // The address that `init` writes leads to the hooks of this checkout.
        let hooks = format!("url.{}.insteadOf", self.python_hook.display());
        let tell = |program: &Path, arguments: &[&str]| {
            Command::new(program)
                .args(arguments)
                .current_dir(&project)
                .env("PATH", &self.path)
                .env("PIP_NO_INDEX", "1")
                .env("PIP_FIND_LINKS", &self.wheels)
                .env("PRE_COMMIT_HOME", venv::folder()?.join("pre-commit-home"))
                .env("GIT_CONFIG_COUNT", "1")
                .env("GIT_CONFIG_KEY_0", &hooks)
                .env("GIT_CONFIG_VALUE_0", "https://github.com/connlint/connlint-pre-commit")
                .output()
                .context("cannot run it")
        };
        let connlint = Path::new("connlint");
        let pre_commit = ["run", "--all-files", "--color", "never"];
        for (program, arguments, code, word) in [
            (connlint, &["init", "--pre-commit"][..], 0, "for an Astro project"),
            (&self.pre_commit, &pre_commit, 1, "CL102"),
            (connlint, &["check", "--fix"], 0, "All clean"),
            (&self.pre_commit, &pre_commit, 0, "Passed"),
        ] {
            git(&project, &["add", "."])?;
            let Output { status, stdout, .. } = tell(program, arguments)?;
            let text = String::from_utf8_lossy(&stdout);
            comparison.asked += 1;
            if status.code() != Some(code) || !text.contains(word) {
                let fault = format!("{arguments:?}, {status}, without {word}:\n{text}");
                comparison.disagreements.push(fault);
            }
        }
        Ok(())
    }

    fn write(&self, text: &str) -> Result<()> {
        fs::write(self.project.join(".env"), text).context("cannot write .env")?;
        git(&self.project, &["add", "."])
    }

    fn expect(
        &self,
        comparison: &mut Comparison,
        hooks: &Path,
        hook: &str,
        code: i32,
        word: &str,
    ) -> Result<()> {
        let Output { status, stdout, .. } = Command::new(&self.pre_commit)
            .arg("try-repo")
            .arg(hooks)
            .args([hook, "--all-files", "--verbose", "--color", "never"])
            .current_dir(&self.project)
            .env("PATH", &self.path)
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", &self.wheels)
            .env("PRE_COMMIT_HOME", venv::folder()?.join("pre-commit-home"))
            .output()
            .context("cannot run pre-commit")?;
        let text = String::from_utf8_lossy(&stdout);
        comparison.asked += 1;
        if status.code() != Some(code) || !text.contains(word) {
            comparison.disagreements.push(format!("{hook}, {status}, without {word}:\n{text}"));
        }
        Ok(())
    }
}

/// A repository of git with one commit.
fn repository(name: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let folder = venv::folder()?.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    fill(&folder)?;
    git(&folder, &["init", "--quiet"])?;
    git(&folder, &["add", "."])?;
    let author = ["-c", "user.name=connlint", "-c", "user.email=connlint@example.com"];
    git(&folder, &[&author[..], &["commit", "--quiet", "--message", "All"]].concat())?;
    Ok(folder)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<()> {
    run_quietly(Command::new("git").args(arguments).current_dir(folder))
}
