//! `cargo xtask dist`: what a release is made of, in `target/dist`.

#![expect(clippy::disallowed_methods, reason = "a developer task writes what is released")]

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{check, layers, sbom};

/// Shells, and what their completions are called where they look for them.
const SHELLS: &[(&str, &str)] = &[
    ("bash", "connlint.bash"),
    ("elvish", "connlint.elv"),
    ("fish", "connlint.fish"),
    ("powershell", "_connlint.ps1"),
    ("zsh", "_connlint"),
];

/// Programs that print checksums, as `sha256sum -c` reads them.
const CHECKSUMS: &[&[&str]] = &[&["sha256sum"], &["shasum", "-a", "256"]];

/// Makes everything, and says what it has made.
pub(crate) fn run(flags: &[String]) -> Result<ExitCode> {
    let profile = match flags.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => "release",
        ["--profile", profile] => profile,
        _ => bail!("usage: cargo xtask dist [--profile PROFILE]"),
    };
    let target = check::target();
    let dist = target.join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist).context("cannot remove what was made before")?;
    }
    for folder in ["completions", "man"] {
        fs::create_dir_all(dist.join(folder)).context(folder)?;
    }

    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--locked", "--package", "connlint-cli", "--profile", profile];
    done(Command::new(cargo).args(build).current_dir(check::root()))?;
    let built = target.join(if profile == "dev" { "debug" } else { profile });
    let program = dist.join(format!("connlint{EXE_SUFFIX}"));
    fs::copy(built.join(format!("connlint{EXE_SUFFIX}")), &program).context("no program")?;

    for (shell, name) in SHELLS {
        let script = output(Command::new(&program).args(["completions", shell]))?;
        fs::write(dist.join("completions").join(name), script).context(*name)?;
    }
    done(Command::new(&program).arg("man").arg(dist.join("man")))?;
    for name in ["LICENSE", "CHANGELOG.md"] {
        fs::copy(check::root().join(name), dist.join(name)).context(name)?;
    }
    let metadata = layers::metadata_with(&["--locked", "--filter-platform", &platform()?])?;
    let lock = fs::read_to_string(check::root().join("Cargo.lock")).context("Cargo.lock")?;
    let bill = sbom::bill(&metadata, &lock, "connlint-cli")?;
    fs::write(dist.join("connlint.cdx.json"), format!("{bill:#}\n")).context("the bill")?;
    if Command::new("maturin").arg("--version").output().is_ok() {
        let wheel = ["build", "--quiet", "--profile", profile, "--out"];
        done(Command::new("maturin").args(wheel).arg(&dist).current_dir(check::root()))?;
    } else {
        println!("no wheel: there is no maturin on the path");
    }

    let files = files(&dist)?;
    let sums = CHECKSUMS.iter().find_map(|program| {
        let (name, arguments) = program.split_first()?;
        output(Command::new(name).args(arguments).args(&files).current_dir(&dist)).ok()
    });
    fs::write(dist.join("SHA256SUMS"), sums.context("neither sha256sum nor shasum runs")?)
        .context("SHA256SUMS")?;
    println!("{}", dist.display());
    for file in files.iter().map(PathBuf::as_path).chain([Path::new("SHA256SUMS")]) {
        println!("{:>12}  {}", fs::metadata(dist.join(file))?.len(), file.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The platform that is built for, as the compiler calls it.
fn platform() -> Result<String> {
    let version = String::from_utf8(output(Command::new("rustc").arg("-vV"))?)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say which platform it is on")
}

/// The files in a folder and the folders in it, relative to it.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(current) = open.pop() {
        for entry in fs::read_dir(current)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path.strip_prefix(folder)?.to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn done(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed");
    Ok(output.stdout)
}
