use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use connlint::Source;
use connlint::convert::scrub;

use crate::args::Scrub;
use crate::output;
use crate::project::Plan;
use crate::walk;

/// `connlint scrub FILE`: the same file with made-up secrets.
pub(crate) fn run(args: &Scrub) -> anyhow::Result<ExitCode> {
    let input = args.how.of(&args.file);
    let plan = Plan::of(&input, input.flags())?;
    let [file] = &plan.files[..] else { bail!("scrub takes one file") };
    let bytes = match walk::read(&file.entry) {
        Ok(bytes) => bytes,
        Err(unread) => bail!("{}: {}", args.file.display(), unread.reason()),
    };
    let source = Source::of(&bytes);
    if !source.is_utf8() {
        bail!("{} is not UTF-8", args.file.display());
    }
    let linter = file.linter(&plan.flags);
    if linter.extract(&file.entry.name, source.text()).is_none() {
        bail!("{}: no known format; --host says which it is", args.file.display());
    }
    let scrubbed = scrub(&linter, &file.entry.name, source.text());
    match &args.output {
        None => io::stdout().lock().write_all(scrubbed.text.as_bytes())?,
        Some(path) => output::create(path, scrubbed.text.as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))?,
    }
    if scrubbed.keeps_surroundings {
        anstream::eprintln!(
            "what stands outside of the values that Airflow reads is as it was: look through it"
        );
    }
    if !scrubbed.is_same {
        anstream::eprintln!("the findings are not the same: some depend on what was replaced");
    }
    Ok(if scrubbed.is_same { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
