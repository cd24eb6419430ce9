//! The readers of the host formats themselves: PyYAML, json, configparser, bash, make, systemd, and
//! parsers of Dockerfiles and of HCL.
//!
//! Each known value of the corpus has to be among what the reader of its format finds, as it stands
//! and with a piece of it replaced through every layer of its quoting, as a fix would.

#![expect(clippy::disallowed_methods, reason = "a developer task reads the corpus")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use connlint_hosts::{Form, HostFormat, Options, Site, detect, extract};
use connlint_text::{Decoded, Span};
use serde_json::json;

use super::random::Random;
use super::venv::{self, Venv};
use super::{Comparison, Wishes};
use crate::check;

/// The formats that have a reader of their own here.
const FORMATS: &[HostFormat] = &[
    HostFormat::Compose,
    HostFormat::GitlabCi,
    HostFormat::Kubernetes,
    HostFormat::HelmValues,
    HostFormat::GithubActions,
    HostFormat::AzurePipelines,
    HostFormat::AstroDeployment,
    HostFormat::AirflowSettings,
    HostFormat::ConnectionsYaml,
    HostFormat::YamlEnv,
    HostFormat::EnvJson,
    HostFormat::VaultJson,
    HostFormat::ConnectionsJson,
    HostFormat::ConfigFile,
    HostFormat::Shell,
    HostFormat::Makefile,
    HostFormat::Dockerfile,
    HostFormat::Terraform,
    HostFormat::CloudFormation,
    HostFormat::Systemd,
];

/// systemd, with the libraries that a machine without it may lack.
const SYSTEMD: &[&str] = &[
    "systemd",
    "libsystemd-shared",
    "libsystemd0",
    "libacl1",
    "libapparmor1",
    "libargon2-1",
    "libaudit1",
    "libblkid1",
    "libcap-ng0",
    "libcryptsetup12",
    "libdevmapper1.02.1",
    "libfdisk1",
    "libip4tc2",
    "libjson-c5",
    "libkmod2",
    "libmount1",
    "libpam0g",
    "libseccomp2",
];

/// What a fix might write, and what it has to be careful with.
const PIECES: &[&str] = &[
    "x",
    "%2F",
    "%",
    "'",
    "\"",
    "\\",
    "$",
    "$$",
    "$(x)",
    "${x}",
    "a b",
    " #",
    "#",
    ": ",
    "{",
    "é",
    "it's \"so\"",
];

/// A text to read, and a value that has to come out.
struct Request {
    format: HostFormat,
    text: String,
    value: String,
    what: String,
}

/// Asks the readers, and compares.
pub(super) fn run(wishes: &Wishes) -> Result<Comparison> {
    let mut random = Random::new(wishes.seed, 5);
    let mut requests = Vec::new();
    for path in corpus()? {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let name = path.to_string_lossy();
        let format = detect(&name, &text).filter(|format| FORMATS.contains(format));
        let Some(format) = format else { continue };
        let document = extract(format, &text, Options::default());
        let is_compared = |site: &&Site<'_>| site.form == Form::Text && site.unknown.is_empty();
        for site in document.sites.iter().filter(is_compared) {
            let what = format!("{name}: {}", site.name.text);
            let value = site.value.text().to_owned();
            requests.push(Request { format, text: text.clone(), value, what });
            requests.extend(
                PIECES.iter().filter_map(|piece| fixed(format, &text, site, piece, &mut random)),
            );
        }
    }
    let answers = ask(&requests)?;
    let mut comparison = Comparison::default();
    for (request, values) in requests.iter().zip(answers) {
        comparison.asked += 1;
        if !values.contains(&request.value) {
            let Request { format, value, what, .. } = request;
            let format = format.name();
            comparison.disagreements.push(format!("{format} in {what}: {value:?} is not read"));
        }
    }
    Ok(comparison)
}

/// The file with one character of a value replaced, where its place can carry the piece.
fn fixed(
    format: HostFormat,
    text: &str,
    site: &Site<'_>,
    piece: &str,
    random: &mut Random,
) -> Option<Request> {
    let value = site.value.text();
    let inner: Vec<_> = value.char_indices().collect();
    // Not at the ends, where blanks are no part of some values.
    let inner = inner.get(1..inner.len().checked_sub(1)?)?;
    let (at, char) = *inner.get(random.below(inner.len().max(1)))?;
    let place = Span::<Decoded>::from_range(at..at + char.len_utf8());
    let raw = site.value.map().to_raw(place);
    let is_exact = site.value.map().to_raw_within(place).any(|within| within == raw);
    let written = site.encode(piece).filter(|_| is_exact && !char.is_whitespace())?;
    let mut file = text.to_owned();
    file.replace_range(raw.range(), &written);
    let value = format!("{}{piece}{}", &value[..at], &value[at + char.len_utf8()..]);
    let what = format!("{} with {piece:?}", site.name.text);
    Some(Request { format, text: file, value, what })
}

fn ask(requests: &[Request]) -> Result<Vec<Vec<String>>> {
    let venv = Venv::of("hosts")?;
    let program = check::root().join("tests/e2e/read_hosts.py");
    let mut input = String::new();
    for Request { format, text, .. } in requests {
        input.push_str(&json!({ "format": format.name(), "text": text }).to_string());
        input.push('\n');
    }
    let mut reader = Command::new(&venv.python);
    reader.arg(program).env("SYSTEMD", venv::debian_files("systemd", SYSTEMD)?);
    let answers =
        venv::ask(&mut reader, input).context("the readers of host formats cannot be asked")?;
    let answers: Result<Vec<Vec<String>>, _> = answers.lines().map(serde_json::from_str).collect();
    let answers = answers.context("an answer is no list of texts")?;
    ensure!(answers.len() == requests.len(), "the readers did not answer everything");
    Ok(answers)
}

/// The files of the corpus, in order.
fn corpus() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(&check::root().join("crates/connlint-hosts/tests/corpus"), &mut files)?;
    files.retain(|path| !path.to_string_lossy().ends_with(".expect.json"));
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
