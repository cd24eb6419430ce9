//! One module a command.

pub(crate) mod check;
pub(crate) mod convert;
pub(crate) mod lookup;
pub(crate) mod rule;
pub(crate) mod show;

use std::io::{self, IsTerminal as _};

use clap::ColorChoice;
use connlint::Linter;
use connlint::report::Style;
use rayon::prelude::*;

use crate::args::Input;
use crate::walk::{self, Entry};

/// A linter set up as the command line says.
pub(crate) fn linter(input: &Input) -> Linter {
    let mut linter =
        Linter { format: input.host, ..Linter::default() }.targeting(&input.airflow_version);
    linter.options.consumer = input.consumer;
    linter
}

/// Does `work` with every file that is named, and gives the results in the order of the names.
pub(crate) fn each_file<T: Send>(
    input: &Input,
    work: impl Fn(&Entry) -> T + Sync + Send,
) -> anyhow::Result<Vec<T>> {
    let entries = walk::entries(&input.paths, input.stdin_filename.as_deref());
    // Starting threads costs more than a few files do.
    if entries.len() < 8 || input.threads == 1 {
        return Ok(entries.iter().map(work).collect());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(input.threads).build()?;
    Ok(pool.install(|| entries.par_iter().map(work).collect()))
}

/// How standard output wants to be written to.
pub(crate) fn style(color: ColorChoice) -> Style {
    let is_terminal = io::stdout().is_terminal();
    let color = match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
        }
    };
    Style { color, links: color && is_terminal, ..Style::PLAIN }
}
