use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use connlint::text::LineIndex;
use connlint::{Source, add_ignores};

use crate::args::Check;
use crate::output;
use crate::project::Plan;
use crate::run::{Baselines, Fixes, Output, Run};
use crate::walk;

/// `check --add-ignores`: writes comments for what is found.
pub(crate) fn run(args: &Check, plan: &Plan) -> Result<ExitCode> {
    if plan.files.iter().any(|file| file.entry.path().is_none()) {
        bail!("--add-ignores writes files, and standard input is none");
    }
    let reason = args.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.contains(char::is_control)) {
        bail!("a reason stands in one line");
    }
    let run = Run {
        plan,
        baselines: Baselines::of(plan, args.baseline.as_deref())?,
        fixes: Fixes::None,
        unsafe_fixes: false,
        output: Output::Findings,
        limit: None,
        is_verbose: false,
    };
    let mut out = io::stdout().lock();
    let (mut added, mut files, mut refused, mut failed) = (0, 0, 0, false);
    for (outcome, file) in run.outcomes()?.into_iter().zip(&plan.files) {
        failed |= outcome.failed;
        let Some(path) = file.entry.path().filter(|_| !outcome.findings.is_empty()) else {
            continue;
        };
        let name = walk::printable(&file.entry.name);
        let Ok(bytes) = walk::read(&file.entry) else { continue };
        let source = Source::of(&bytes);
        if !source.is_utf8() {
            refused += outcome.findings.len();
            writeln!(out, "{name}: a file that is not UTF-8 is never written")?;
            continue;
        }
        let linter = file.linter(&plan.flags);
        let text = source.text();
        let ignored = add_ignores(&linter, &file.entry.name, text, &outcome.findings, reason);
        if ignored.added > 0 {
            output::rewrite(path, text.as_bytes(), ignored.text.as_bytes())
                .with_context(|| format!("cannot write {name}"))?;
            added += ignored.added;
            files += 1;
        }
        refused += ignored.refused.len();
        let lines = LineIndex::new(text);
        for finding in ignored.refused.iter().filter_map(|&nr| outcome.findings.get(nr)) {
            let line = lines.line(finding.span.start());
            let rule = finding.rule.name;
            writeln!(out, "{name}:{line}: no comment here can ignore {rule}")?;
        }
    }
    let findings = if added == 1 { "finding" } else { "findings" };
    let places = if files == 1 { "file" } else { "files" };
    writeln!(out, "{added} {findings} ignored in {files} {places}, {refused} left.")?;
    Ok(match () {
        () if failed => ExitCode::from(2),
        () if refused > 0 && !args.exit_zero => ExitCode::from(1),
        () => ExitCode::SUCCESS,
    })
}
