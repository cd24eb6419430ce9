//! `cargo xtask oracle [FILE…]`: how often we say what real Airflow said.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use connlint_testing::oracle::{Engine, Report, replay};

use crate::check;

/// Disagreements shown of one file; the rest is counted.
const SHOWN: usize = 40;

/// Prints a table of agreement per file and engine, then each disagreement.
#[expect(clippy::disallowed_methods, reason = "developer tools read files themselves")]
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let files = if arguments.is_empty() {
        recordings("tests/oracle")?
    } else {
        arguments.iter().map(PathBuf::from).collect()
    };
    let mut reports = Vec::new();
    for file in &files {
        let context = || file.display().to_string();
        let cases = std::fs::read_to_string(file).with_context(context)?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let report = replay(&cases).with_context(context)?;
        reports.push((name.into_owned(), report));
    }
    print_table(&reports);
    for (name, report) in &reports {
        for disagreement in report.disagreements.iter().take(SHOWN) {
            println!("{disagreement}");
        }
        if let Some(more @ 1..) = report.disagreements.len().checked_sub(SHOWN) {
            println!("… and {more} more in {name}");
        }
    }
    let agree = reports.iter().all(|(_, report)| report.disagreements.is_empty());
    Ok(if agree { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every file of recorded answers in a folder of the checkout, by name.
pub(crate) fn recordings(folder: &str) -> Result<Vec<PathBuf>> {
    let folder = check::root().join(folder);
    let entries = folder.read_dir().with_context(|| folder.display().to_string())?;
    let mut files =
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.extension() == Some("jsonl".as_ref()));
    files.sort();
    Ok(files)
}

/// One row for a file: agreed and asked per engine, and what was not replayed.
fn print_table(reports: &[(String, Report)]) {
    print!("{:<16}", "");
    for engine in Engine::ALL {
        print!("{:>9}", engine.name);
    }
    println!("  not replayed");
    for (name, report) in reports {
        print!("{name:<16}");
        for engine in Engine::ALL {
            match report.tally(engine) {
                None => print!("{:>9}", "-"),
                Some(tally) => print!("{:>9}", format!("{}/{}", tally.agreed, tally.asked)),
            }
        }
        let reasons: Vec<_> =
            report.not_replayed.iter().map(|(what, count)| format!("{what}: {count}")).collect();
        println!("  {}", reasons.join(", "));
    }
}
