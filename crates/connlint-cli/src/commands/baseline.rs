use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::args::{Baseline as Args, Cli};
use crate::output;
use crate::project::{self, DEFAULT_BASELINE, Plan, Project, is_within, printable, shown};
use crate::run::{Baselines, Fixes, Outcome, Output, Run};

/// The files of a project, with what came of them.
type Files<'f> = Vec<(&'f str, &'f Outcome)>;

/// Notes what is found, or forgets what is not.
pub(crate) fn run(args: &Args, cli: &Cli) -> Result<ExitCode> {
    let plan = Plan::of(&args.input, args.input.flags())?;
    let run = Run {
        plan: &plan,
        baselines: Baselines::default(),
        fixes: Fixes::None,
        unsafe_fixes: false,
        output: Output::Findings,
        limit: None,
        is_verbose: cli.verbose,
    };
    let outcomes = run.outcomes()?;
    let failed = outcomes.iter().any(|outcome| outcome.failed);
    let mut projects = BTreeMap::<&Path, (&Project, Files<'_>)>::new();
    for (file, outcome) in plan.files.iter().zip(&outcomes) {
        let (_, files) =
            projects.entry(&file.project.folder).or_insert_with(|| (&file.project, Vec::new()));
        files.push((&file.relative, outcome));
    }
    if args.file.is_some() && projects.len() > 1 {
        bail!("the files belong to {} projects; each has a baseline of its own", projects.len());
    }
    for (project, files) in projects.into_values() {
        write(args, cli, project, &files)?;
    }
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

fn write(args: &Args, cli: &Cli, project: &Project, files: &Files<'_>) -> Result<()> {
    let configured = project.baseline_path()?;
    let is_configured = configured.is_some();
    let path = match (&args.file, configured) {
        (Some(path), _) => path.clone(),
        (None, Some(path)) => path,
        (None, None) => project.folder.join(DEFAULT_BASELINE),
    };
    // A link in a repository may lead to any file of its user.
    if args.file.is_none() && !is_within(&project.folder, &path) {
        bail!("the baseline {} leads out of the project", shown(&path).display());
    }
    let (mut baseline, old) = if path.exists() || args.prune {
        let (baseline, text) = project::baseline(&path)?;
        (baseline, Some(text))
    } else {
        Default::default()
    };
    let before = baseline.findings();
    baseline.retain_files(|file| project.folder.join(file).exists());
    for (file, outcome) in files {
        if args.prune {
            baseline.prune(file, &outcome.findings);
        } else {
            baseline.add(file, &outcome.findings, args.expires);
        }
    }
    let new = baseline.to_json();
    match &old {
        Some(old) => output::rewrite(&path, old.as_bytes(), new.as_bytes()),
        None => output::replace(&path, new.as_bytes()),
    }
    .with_context(|| format!("cannot write {}", path.display()))?;
    if cli.quiet {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    let name = printable(&path);
    let now = baseline.findings();
    let findings = if now == 1 { "finding" } else { "findings" };
    writeln!(out, "{name} knows {now} {findings}; before, {before}.")?;
    if !is_configured && args.file.is_none() {
        writeln!(
            out,
            "Write `baseline = \"{DEFAULT_BASELINE}\"` into connlint.toml, so that it is used."
        )?;
    }
    Ok(())
}
