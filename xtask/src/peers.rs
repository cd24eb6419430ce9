//! `cargo xtask bench --peers`: what other tools take for the same files, in turn, in one run.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::bench::{FORMS, Form, folder, make};
use crate::e2e::venv::debian_package;

/// How often each pair is run; the medians count.
const ROUNDS: usize = 7;
const CONNECTIONS: u32 = 100_000;

/// A tool, and the work it does on a file of a form.
struct Peer {
    what: &'static str,
    form: &'static str,
    /// The program with its arguments; the file comes last.
    command: &'static [&'static str],
    /// Which Debian package has it.
    package: &'static str,
}

const PEERS: &[Peer] = &[
    Peer {
        what: "ripgrep counts the lines with credentials in a URI",
        form: "env",
        command: &["rg", "-c", "-j1", r"[a-z][a-z0-9+.-]*://[^/?#\s:]*:[^/?#\s@]+@"],
        package: "ripgrep",
    },
    Peer {
        what: "jq reads the file and counts its members",
        form: "json",
        command: &["jq", "length"],
        package: "jq",
    },
    Peer {
        what: "Python reads the file with its json module",
        form: "json",
        command: &["python3", "-c", "import json, sys; json.load(open(sys.argv[1]))"],
        package: "python3",
    },
];

/// Measures, and prints a table.
pub(crate) fn run(connlint: &Path) -> Result<()> {
    let connlint = connlint.to_str().context("the target folder has an odd name")?;
    println!(
        "{CONNECTIONS} connections, two of a hundred with a fault; seconds of processor time."
    );
    println!();
    println!("| form | other tool | connlint, all rules | the other | ratio |");
    println!("| --- | --- | ---: | ---: | ---: |");
    for peer in PEERS {
        // The package is not always called like the program.
        let program = peer.command.first().context("a peer without a program")?;
        if Command::new(program).arg("--version").output().is_err() {
            debian_package(peer.package)?;
        }
        let file = file(peer.form)?;
        let check = ["check", "--isolated", "--threads", "1", "--output-format", "concise"];
        let ours: Vec<_> = [connlint].into_iter().chain(check).collect();
        let (ours, theirs, ratio) =
            paired(|| seconds(&ours, &file, CPU), || seconds(peer.command, &file, CPU))?;
        println!("| {} | {} | {ours:.2} | {theirs:.2} | {ratio:.2} |", peer.form, peer.what);
    }
    println!();
    println!("| form | one thread | two threads | ratio |");
    println!("| --- | ---: | ---: | ---: |");
    for form in &FORMS[..3] {
        let file = file(form.name)?;
        let run = |threads| {
            let check = ["check", "--isolated", "--output-format", "concise", "--threads", threads];
            let command: Vec<_> = [connlint].into_iter().chain(check).collect();
            seconds(&command, &file, WALL)
        };
        let (one, two, ratio) = paired(|| run("1"), || run("2"))?;
        println!("| {} | {one:.2} s | {two:.2} s | {ratio:.2} |", form.name);
    }
    Ok(())
}

/// Runs two in turn; gives the median of each, and that of one divided by the other.
fn paired(
    one: impl Fn() -> Result<f64>,
    other: impl Fn() -> Result<f64>,
) -> Result<(f64, f64, f64)> {
    let pairs: Result<Vec<_>> = (0..ROUNDS).map(|_| Ok((one()?, other()?))).collect();
    let pairs = pairs?;
    let ratio = median(pairs.iter().map(|(one, other)| one / other));
    let one = median(pairs.iter().map(|(one, _)| *one));
    Ok((one, median(pairs.iter().map(|(_, other)| *other)), ratio))
}

fn file(form: &str) -> Result<String> {
    let is_it = |it: &&Form| it.name == form;
    let form = FORMS.iter().find(is_it).context("no such form")?;
    let file = make(&folder().join("100k"), form, CONNECTIONS, 1)?;
    Ok(file.to_str().context("the target folder has an odd name")?.to_owned())
}

/// What bash is to tell of a run: the time of the processor, or the time that passed.
const CPU: &str = "%3U %3S";
const WALL: &str = "%3R 0";

/// The seconds that a command takes with a file, as bash measures them.
fn seconds(command: &[&str], file: &str, format: &str) -> Result<f64> {
    let output = Command::new("bash")
        .args([
            "-c",
            r#"TIMEFORMAT=$1; shift; { time "$@" >/dev/null 2>&1; } 2>&1 || true"#,
            "time",
        ])
        .arg(format)
        .args(command)
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .context("cannot run bash")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let parts: Vec<f64> = text.split_whitespace().filter_map(|part| part.parse().ok()).collect();
    ensure!(parts.len() == 2, "bash measures nothing");
    Ok(parts.iter().sum())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
