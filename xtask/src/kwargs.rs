//! `cargo xtask kwargs FILE…`: how often we say what the real secrets backends did.

use std::process::ExitCode;

use anyhow::Context as _;
use connlint_testing::kwargs::{Report, replay};

/// Prints a table of agreement per backend, then each disagreement.
#[expect(clippy::disallowed_methods, reason = "developer tools read files themselves")]
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let mut agree = true;
    for argument in arguments {
        let cases = std::fs::read_to_string(argument).with_context(|| argument.clone())?;
        let report = replay(&cases).with_context(|| argument.clone())?;
        print_table(&report);
        for disagreement in &report.disagreements {
            println!("{disagreement}");
        }
        agree &= report.disagreements.is_empty();
    }
    Ok(if agree { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One row for a backend: agreed and asked, of calls and lookups.
fn print_table(report: &Report) {
    println!("{:<36}{:>10}{:>13}{:>10}", "", "calls", "environment", "lookups");
    for (name, tally) in &report.tallies {
        let calls = format!("{}/{}", tally.agreed, tally.calls);
        let environmental = format!("{}/{}", tally.environmental_agreed, tally.environmental);
        let lookups = format!("{}/{}", tally.lookups_agreed, tally.lookups);
        println!("{name:<36}{calls:>10}{environmental:>13}{lookups:>10}");
    }
}
