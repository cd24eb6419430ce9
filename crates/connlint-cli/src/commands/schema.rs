use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::CommandFactory as _;

use crate::args::{Cli, SchemaOf};

/// Prints a JSON Schema.
pub(crate) fn run(of: SchemaOf) -> Result<ExitCode> {
    let schema = match of {
        SchemaOf::Config => connlint::config::schema(),
        SchemaOf::Check => connlint::report::json_schema(),
    };
    writeln!(io::stdout().lock(), "{schema:#}")?;
    Ok(ExitCode::SUCCESS)
}

/// Prints completions for a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "connlint", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the man pages of the command and of each of its commands.
pub(crate) fn man(folder: &Path) -> Result<ExitCode> {
    if !folder.is_dir() {
        bail!("{} is no folder", folder.display());
    }
    clap_mangen::generate_to(Cli::command(), folder)
        .with_context(|| format!("cannot write into {}", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}
