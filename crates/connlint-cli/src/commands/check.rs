use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use connlint::report::{self, OutputFormat, Report, RunInfo, Style, Summary};

use super::{complain_of_trials, known, style};
use crate::args::{Check, Cli};
use crate::output;
use crate::project::Plan;
use crate::run::{Baselines, Fixes, Outcome, Output, Run};
use crate::walk;

pub(crate) fn run(args: &Check, cli: &Cli) -> Result<ExitCode> {
    if args.watch {
        return super::watch::run(args, cli);
    }
    once(args, cli)
}

/// Looks at everything, and reports.
pub(crate) fn once(args: &Check, cli: &Cli) -> Result<ExitCode> {
    let start = Instant::now();
    known(&args.selection)?;
    let plan = Plan::of(&args.input, args.selection.flags(&args.input))?;
    if args.add_ignores {
        return super::add_ignores::run(args, &plan);
    }
    let style = match args.output_file {
        Some(_) => Style { color: false, links: false, ..style() },
        None => style(),
    };
    let renderer = report::renderer(args.output_format, style);
    let run = Run {
        plan: &plan,
        baselines: Baselines::of(&plan, args.baseline.as_deref())?,
        fixes: match () {
            () if args.fix => Fixes::Written,
            () if args.diff => Fixes::Shown(style),
            () => Fixes::None,
        },
        unsafe_fixes: args.unsafe_fixes,
        output: if args.statistics { Output::Counts } else { Output::Blocks(renderer.as_ref()) },
        limit: args.max_findings,
        is_verbose: cli.verbose,
    };
    let mut outcomes = run.outcomes()?;
    let hidden = run.limit(&mut outcomes);

    let info = RunInfo { airflow: plan.linter().profile };
    let (mut report, begin) = Report::begin(renderer.as_ref(), &info);
    let mut total = Outcome::default();
    for outcome in outcomes {
        total = total.join(outcome);
    }
    let summary = Summary { hidden, elapsed: start.elapsed(), ..total.summary };
    let text = if args.statistics {
        match args.output_format {
            OutputFormat::Json => total.statistics.json(&info, &summary),
            OutputFormat::Full | OutputFormat::Concise => total.statistics.table(style, &summary),
            format => bail!("--statistics prints text or JSON, and no {}", format.name()),
        }
    } else {
        let mut text = begin;
        text.push_str(&report.blocks(total.blocks));
        let end = report.end(&summary);
        if !(cli.quiet && args.output_format.is_for_people()) {
            text.push_str(&end);
        }
        text
    };

    match (&args.output_file, total.fixed_stdin) {
        (Some(path), fixed) => {
            output::replace(path, text.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
            io::stdout().write_all(fixed.unwrap_or_default().as_bytes())?;
        }
        // The fixed text is the output; what is left to say goes beside it.
        (None, Some(fixed)) => {
            io::stderr().write_all(text.as_bytes())?;
            io::stdout().write_all(fixed.as_bytes())?;
        }
        (None, None) => io::stdout().write_all(text.as_bytes())?,
    }
    anstream::eprint!("{}", total.complaints);
    if !cli.quiet {
        anstream::eprint!("{}", total.log);
        Baselines::complain(&plan.flags, total.covered);
        complain_of_trials(&args.selection, &plan.linter());
        if args.output_format.is_for_people() {
            let is_read = |name: &String| plan.files.iter().any(|file| file.entry.name == *name);
            let ignored = walk::ignored_env(&args.input.paths);
            for name in ignored.iter().filter(|name| !is_read(name)) {
                let name = walk::printable(name);
                anstream::eprintln!(
                    "`{name}` was not read, since git ignores it: name it to check it"
                );
            }
        }
    }
    let found = summary.errors + summary.warnings > 0;
    Ok(match () {
        () if total.failed => ExitCode::from(2),
        () if found && !args.exit_zero => ExitCode::from(1),
        () => ExitCode::SUCCESS,
    })
}
