//! The `connlint` command.

mod args;
mod commands;
mod docker;
mod git;
mod output;
mod project;
mod run;
mod walk;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::project::Faulty;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Command::Check(args) => commands::check::run(args, &cli),
        Command::Show(args) => commands::show::run(args, cli.color),
        Command::Convert(args) => commands::convert::run(args),
        Command::Diff(args) => commands::diff::run(args),
        Command::Scrub(args) => commands::scrub::run(args),
        Command::Baseline(args) => commands::baseline::run(args, &cli),
        Command::Init(args) => commands::init::run(args),
        Command::Rule { name } => commands::rule::explain(name),
        Command::Rules { json } => commands::rule::list(*json),
        Command::Schema { of } => commands::schema::run(*of),
        Command::Completions { shell } => commands::schema::completions(*shell),
    };
    match done {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            match error.downcast_ref::<Faulty>() {
                Some(faults) => anstream::eprint!("{faults}"),
                None => anstream::eprintln!("error: {error:#}"),
            }
            ExitCode::from(2)
        }
    }
}

/// Whether the reader of our output went away, as `head` does: no failure of ours.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
