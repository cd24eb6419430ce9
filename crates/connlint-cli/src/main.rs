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

use clap::{ColorChoice, Parser as _};

use crate::args::{Cli, Command};
use crate::project::Faulty;

fn main() -> ExitCode {
    let cli = Cli::parse();
    color(cli.color).write_global();
    let done = match &cli.command {
        Command::Check(args) => commands::check::run(args, &cli),
        Command::Show(args) => commands::show::run(args),
        Command::Convert(args) => commands::convert::run(args),
        Command::Diff(args) => commands::diff::run(args),
        Command::Scrub(args) => commands::scrub::run(args),
        Command::Baseline(args) => commands::baseline::run(args, &cli),
        Command::Init(args) => commands::init::run(args),
        Command::Rule { name } => commands::rule::explain(name),
        Command::Rules { json } => commands::rule::list(*json),
        Command::Schema { of } => commands::schema::run(*of),
        Command::Completions { shell } => commands::schema::completions(*shell),
        Command::Man { folder } => commands::schema::man(folder),
    };
    match done {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

/// Says why a command could not do what it is for.
pub(crate) fn complain(error: &anyhow::Error) {
    match error.downcast_ref::<Faulty>() {
        Some(faults) => anstream::eprint!("{faults}"),
        // The name of a file may stand in it, and be of a stranger's making.
        None => anstream::eprintln!("error: {}", walk::printable(&format!("{error:#}"))),
    }
}

/// When to use colour: as `--color` says, or `NO_COLOR`, or `FORCE_COLOR`.
fn color(said: ColorChoice) -> anstream::ColorChoice {
    let is_set = |name: &str| {
        #[expect(clippy::disallowed_methods, reason = "the command reads the environment")]
        let value = std::env::var_os(name);
        value.is_some_and(|value| !value.is_empty())
    };
    match said {
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
        ColorChoice::Auto if is_set("NO_COLOR") => anstream::ColorChoice::Never,
        ColorChoice::Auto if is_set("FORCE_COLOR") => anstream::ColorChoice::Always,
        ColorChoice::Auto => anstream::ColorChoice::Auto,
    }
}

/// Whether the reader of our output went away, as `head` does: no failure of ours.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
