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

/// One row for a backend: how many of its calls end as we say, by outcome, stage and exception.
fn print_table(report: &Report) {
    const HEADINGS: [&str; 6] =
        ["outcome", "stage", "exception", "all three", "environment", "lookups"];
    print!("{:<36}", "");
    for heading in HEADINGS {
        print!("{heading:>13}");
    }
    println!();
    for (name, tally) in &report.tallies {
        print!("{name:<36}");
        for (agreed, of) in [
            (tally.outcomes, tally.calls),
            (tally.stages, tally.calls),
            (tally.exceptions, tally.calls),
            (tally.agreed, tally.calls),
            (tally.environmental_agreed, tally.environmental),
            (tally.lookups_agreed, tally.lookups),
        ] {
            print!("{:>13}", format!("{agreed}/{of}"));
        }
        println!();
    }
}
