//! The catalogue's JSON, made anew from published wheels.
//!
//! Each wheel is downloaded by package name and release, as `data/wheels.json` has them, and
//! compared with the digest there. The extractors read it as a syntax tree: nothing in it is run.

#![expect(clippy::disallowed_methods, reason = "a developer task reads and writes the sources")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::check;

/// The files that are made from wheels.
const FILES: [&str; 2] = ["backends.json", "conn_types.json"];

/// The folder of the catalogue's JSON.
pub(crate) fn data() -> PathBuf {
    check::root().join("crates/connlint-catalog/data")
}

/// Makes both files anew, and writes them or says which of them differ.
pub(crate) fn rebuild(write: bool) -> Result<Vec<String>> {
    let cache = fetch(&[], &[])?;
    let out = cache.join("out");
    fs::create_dir_all(&out)?;
    extract_backends(&cache, &[], &out.join(FILES[0]))?;
    extract_conn_types(&cache, &out.join(FILES[1]))?;
    let mut stale = Vec::new();
    for name in FILES {
        let fresh = fs::read(out.join(name)).context(name)?;
        if write {
            fs::write(data().join(name), fresh).context(name)?;
        } else if fs::read(data().join(name)).context(name)? != fresh {
            stale.push(format!("{name} is not what the wheels and the overlay say"));
        }
    }
    Ok(stale)
}

/// Reads the wheels of the packages with one of these words in their names, and compares what
/// they say of secrets backends; gives how much was compared, and where it differs.
pub(crate) fn compare(words: &[&str]) -> Result<(usize, Vec<String>)> {
    let cache = fetch(words, &["backends"])?;
    let out = cache.join("some-backends.json");
    extract_backends(&cache, words, &out)?;
    let (fresh, written) = (read(&out)?, read(&data().join(FILES[0]))?);
    Ok(differences(&fresh, &written))
}

/// Downloads what is not there yet; gives the folder it is in.
fn fetch(words: &[&str], folders: &[&str]) -> Result<PathBuf> {
    let cache = check::target().join("catalog");
    fs::create_dir_all(&cache).with_context(|| cache.display().to_string())?;
    let mut command = script("fetch_wheels.py");
    command.arg("--cache").arg(&cache);
    command.args(words.iter().flat_map(|word| ["--only", word]));
    command.args(folders.iter().flat_map(|folder| ["--folder", folder]));
    run(&mut command)?;
    Ok(cache)
}

fn extract_backends(cache: &Path, words: &[&str], out: &Path) -> Result<()> {
    let mut command = script("extract_backends.py");
    command.args(["--pinned", "--cache"]).arg(cache.join("backends")).arg("--out").arg(out);
    run(command.args(words.iter().flat_map(|word| ["--only", word])))
}

fn extract_conn_types(cache: &Path, out: &Path) -> Result<()> {
    let types = cache.join("conn_types");
    let generations = read(&data().join(FILES[1]))?;
    let older = generations["generated_from"]["older"].as_object().context("no generations")?;
    let mut dates: Vec<_> = older.keys().collect();
    // The newest first, which is what the extractor counts back from.
    dates.sort_unstable_by(|a, b| b.cmp(a));
    let mut command = script("extract_conn_types.py");
    command.arg("--latest").arg(types.join("latest")).arg("--core").arg(types.join("latest"));
    for date in dates {
        command.args(["--older", &format!("{date}={}", types.join(date).display())]);
    }
    command.arg("--overlay").arg(data().join("overlay_conn_types.json"));
    run(command.arg("--out").arg(out))
}

/// `$PYTHON`, or `python3`, on one of the scripts.
fn script(name: &str) -> Command {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.arg(data().join(name));
    command
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed:\n{errors}");
    Ok(())
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// Compares what some packages say with the part of the catalogue that is about them.
fn differences(fresh: &Value, written: &Value) -> (usize, Vec<String>) {
    let packages: BTreeSet<&String> =
        fresh["probed_releases"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
    let list = |json: &'_ Value, key: &str| json[key].as_array().cloned().unwrap_or_default();
    let (mut compared, mut found) = (0, Vec::new());
    let mut expect = |what: String, is_equal: bool| {
        compared += 1;
        if !is_equal {
            found.push(format!("{what} differs"));
        }
    };
    for package in &packages {
        let of = |json: &Value| json["probed_releases"][package.as_str()].clone();
        expect(format!("the releases of {package}"), of(fresh) == of(written));
    }
    for backend in list(fresh, "backends") {
        let known = list(written, "backends").into_iter().find(|it| it["id"] == backend["id"]);
        let known = known.unwrap_or_default();
        for kwarg in list(&backend, "kwargs") {
            let own = list(&known, "kwargs").into_iter().find(|it| it["name"] == kwarg["name"]);
            expect(format!("{} {}", backend["id"], kwarg["name"]), own.as_ref() == Some(&kwarg));
        }
        expect(format!("{}", backend["id"]), backend == known);
    }
    for moved in list(fresh, "moved_class_paths") {
        let is_read = packages.iter().any(|package| moved["package"] == package.as_str());
        if is_read {
            let is_known = list(written, "moved_class_paths").contains(&moved);
            expect(format!("{}", moved["class_path"]), is_known);
        }
    }
    for key in ["hvac_client", "vault_client_checks"] {
        let own = &fresh["passthrough"][key];
        // Without the wheels of hvac, there is only what the overlay says.
        let is_read = own.is_array() || own.get("client_params").is_some();
        if is_read {
            expect(key.to_owned(), *own == written["passthrough"][key]);
        }
    }
    (compared, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_kwarg_is_found() {
        let written = read(&data().join(FILES[0])).unwrap();
        let (compared, found) = differences(&written, &written);
        assert!(compared > 100 && found.is_empty(), "{compared} {found:?}");

        let mut fresh = written.clone();
        fresh["backends"][0]["kwargs"][0]["default"] = "elsewhere".into();
        let (_, found) = differences(&fresh, &written);
        assert_eq!(
            found,
            [r#""hashicorp-vault" "connections_path" differs"#, r#""hashicorp-vault" differs"#]
        );
    }

    #[test]
    fn every_release_that_was_read_has_a_wheel() {
        let wheels = read(&data().join("wheels.json")).unwrap();
        let is_there = |package: &str, release: &Value, folder: &str| {
            wheels["wheels"].as_array().unwrap().iter().any(|wheel| {
                wheel["package"] == package
                    && wheel["version"] == *release
                    && wheel["for"].as_array().unwrap().iter().any(|it| it == folder)
            })
        };
        let backends = read(&data().join(FILES[0])).unwrap();
        for (package, releases) in backends["probed_releases"].as_object().unwrap() {
            for release in releases.as_array().unwrap() {
                assert!(is_there(package, release, "backends"), "{package} {release}");
            }
        }
        let types = read(&data().join(FILES[1])).unwrap();
        for (package, release) in types["generated_from"]["latest"].as_object().unwrap() {
            assert!(is_there(package, release, "conn_types/latest"), "{package} {release}");
        }
    }
}
