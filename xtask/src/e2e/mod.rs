//! `cargo xtask e2e`: the programs that connlint claims to agree with are installed and asked.
//!
//! A suite installs what it needs below `target/e2e/`, once, and compares answers on recorded and
//! on generated inputs. It never passes because something could not be installed.

mod bulk;
mod catalog;
mod convert;
mod crates;
mod dotenv;
mod hooks;
mod hosts;
mod literals;
mod oracle;
mod random;
mod reports;
mod shells;
mod vault;
pub(crate) mod venv;
mod wheel;
mod workflows;

use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};

/// One comparison with a real program.
struct Suite {
    name: &'static str,
    run: fn(&Wishes) -> Result<Comparison>,
}

/// What the command line asks for.
#[derive(Debug)]
struct Wishes {
    /// What generated inputs start from.
    seed: u64,
    /// How many inputs are generated, where a suite generates any.
    inputs: Option<usize>,
    /// The releases of Airflow that are asked, such as `2.10`; the usual ones where there is none.
    releases: Vec<String>,
    /// How many disagreements of a suite are shown; the rest is counted.
    shown: usize,
}

const SUITES: &[Suite] = &[
    Suite { name: "oracle", run: oracle::run },
    Suite { name: "dotenv", run: dotenv::run },
    Suite { name: "hosts", run: hosts::run },
    Suite { name: "literals", run: literals::run },
    Suite { name: "bulk", run: bulk::run },
    Suite { name: "reports", run: reports::run },
    Suite { name: "wheel", run: wheel::run },
    Suite { name: "crates", run: crates::run },
    Suite { name: "hooks", run: hooks::run },
    Suite { name: "workflows", run: workflows::run },
    Suite { name: "shells", run: shells::run },
    Suite { name: "stress", run: stress },
    Suite { name: "catalog", run: catalog::run },
    Suite { name: "vault", run: vault::run },
    Suite { name: "convert", run: convert::run },
];

/// Whether a suite is called so.
pub(crate) fn is_suite(name: &str) -> bool {
    SUITES.iter().any(|suite| suite.name == name)
}

/// What came of a suite.
#[derive(Debug, Default)]
struct Comparison {
    /// Answers that were compared.
    asked: usize,
    /// Where connlint answers otherwise, a line each.
    disagreements: Vec<String>,
}

/// Hostile inputs have a task of their own.
fn stress(_: &Wishes) -> Result<Comparison> {
    let (asked, disagreements) = crate::stress::all_unoptimised()?;
    Ok(Comparison { asked, disagreements })
}

/// Disagreements shown, where nobody says how many.
const SHOWN: usize = 20;

/// Runs the suites that are named, or all.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let mut wishes = Wishes { seed: now(), inputs: None, releases: Vec::new(), shown: SHOWN };
    let mut names = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut number = || {
            let text = rest.next().map(|text| text.replace('_', ""));
            text.and_then(|text| text.parse().ok())
                .with_context(|| format!("{argument} takes a number"))
        };
        match argument.as_str() {
            "--seed" => wishes.seed = number()?,
            "--show" => wishes.shown = usize::try_from(number()?)?,
            "--inputs" => wishes.inputs = Some(usize::try_from(number()?)?),
            "--releases" => {
                let list = rest.next().context("--releases takes a list, such as 2.11,3.3")?;
                wishes.releases = list.split(',').map(str::to_owned).collect();
            }
            name if is_suite(name) => names.push(name),
            _ => {
                let known: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
                bail!("no suite is called {argument}; there are {}", known.join(", "));
            }
        }
    }
    let seed = wishes.seed;
    println!("seed {seed} (repeat with --seed {seed})");
    let mut code = ExitCode::SUCCESS;
    for suite in SUITES.iter().filter(|it| names.is_empty() || names.contains(&it.name)) {
        let start = Instant::now();
        let comparison = (suite.run)(&wishes).with_context(|| format!("suite {}", suite.name))?;
        let Comparison { asked, disagreements } = comparison;
        let verdict = if disagreements.is_empty() && asked > 0 { "ok  " } else { "FAIL" };
        let seconds = start.elapsed().as_secs();
        println!("{verdict} {}: {asked} answers compared in {seconds} s", suite.name);
        for disagreement in disagreements.iter().take(wishes.shown) {
            println!("     {disagreement}");
        }
        if let Some(more @ 1..) = disagreements.len().checked_sub(wishes.shown) {
            println!("     … and {more} more");
        }
        if !disagreements.is_empty() || asked == 0 {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// A seed that is another one each time.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.as_secs()
}
