use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::ColorChoice;
use connlint::report::{self, Renderer, Report, RunInfo, Style, Summary};
use connlint::{Applicability, Finding, Linted, Linter, ProjectFacts, RULES, Rule, Source, fix};

use super::{each_file, linter, style};
use crate::args::Check;
use crate::output;
use crate::walk::{self, Entry, Unread};

/// What came of one file.
#[derive(Debug, Default)]
struct Outcome {
    /// What is printed of it.
    text: String,
    summary: Summary,
    /// It could not be read, or not be written.
    failed: bool,
    /// The fixed text of standard input, which has nowhere else to go.
    fixed_stdin: Option<String>,
    /// What it says to the rules about a project, and where to read it again for what they find.
    facts: ProjectFacts,
    again: Option<Again>,
}

/// Where a file is read a second time.
#[derive(Debug)]
enum Again {
    File(Entry),
    /// Standard input is read once only.
    Text(Hidden),
}

/// A text that no `Debug` shows.
struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden")
    }
}

/// Lets the rules about a project look, and prints the files anew in which they find something.
///
/// The texts of the files are not kept in the meantime.
fn across_files(linter: &Linter, renderer: &dyn Renderer, outcomes: &mut [Outcome]) {
    let facts: Vec<_> = outcomes.iter_mut().map(|it| std::mem::take(&mut it.facts)).collect();
    let mut found = linter.lint_project(&facts).into_iter().peekable();
    while let Some((file, finding)) = found.next() {
        let mut findings = vec![finding];
        while let Some((_, finding)) = found.next_if(|(other, _)| *other == file) {
            findings.push(finding);
        }
        let outcome = &mut outcomes[file];
        let bytes = match &outcome.again {
            Some(Again::File(entry)) => walk::read(entry).unwrap_or_default(),
            Some(Again::Text(Hidden(text))) => text.clone().into_bytes(),
            None => continue,
        };
        let source = Source::of(&bytes);
        // A file that has changed since has other places.
        if facts[file].fit(source.text()) {
            let linted = linter.lint_source_with(facts[file].path(), &source, findings);
            outcome.summary = Summary::default();
            outcome.text.clear();
            outcome.take(&linted, renderer);
        }
    }
}

pub(crate) fn run(args: &Check, color: ColorChoice) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let linter = Linter { rules: rules(args)?, ..linter(&args.input) };
    let style = match args.output_file {
        Some(_) => Style { color: false, links: false, ..style(color) },
        None => style(color),
    };
    let renderer = report::renderer(args.output_format, style);
    let mut outcomes =
        each_file(&args.input, |entry| check(args, &linter, renderer.as_ref(), style, entry))?;
    if !args.diff {
        across_files(&linter, renderer.as_ref(), &mut outcomes);
    }

    let mut text = String::new();
    let mut summary = Summary::default();
    let mut failed = false;
    let mut fixed_stdin = None;
    let (mut report, begin) =
        Report::begin(renderer.as_ref(), &RunInfo { airflow: linter.profile });
    text.push_str(&begin);
    for outcome in outcomes {
        text.push_str(report.lead(&outcome.text));
        text.push_str(&outcome.text);
        summary = summary.join(outcome.summary);
        failed |= outcome.failed;
        fixed_stdin = fixed_stdin.or(outcome.fixed_stdin);
    }
    summary.elapsed = start.elapsed();
    text.push_str(&report.end(&summary));

    let found = summary.errors + summary.warnings > 0;
    match (&args.output_file, fixed_stdin) {
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
    Ok(match () {
        () if failed => ExitCode::from(2),
        () if found && !args.exit_zero => ExitCode::from(1),
        () => ExitCode::SUCCESS,
    })
}

/// Reads, lints and, if asked to, fixes one file.
fn check(
    args: &Check,
    linter: &Linter,
    renderer: &dyn Renderer,
    style: Style,
    entry: &Entry,
) -> Outcome {
    let mut outcome = Outcome::default();
    let bytes = match walk::read(entry) {
        Ok(bytes) => bytes,
        Err(Unread::Binary | Unread::Special) if !entry.named => return outcome,
        Err(unread) => {
            outcome.failed = true;
            outcome.take(&unreadable(linter, entry, &unread), renderer);
            return outcome;
        }
    };
    let source = Source::of(&bytes);
    let linted = linter.lint_source(&entry.name, &source);
    // A file that is no UTF-8 cannot be written back as it was.
    if linted.document.is_none() || !(args.fix || args.diff) || !source.is_utf8() {
        outcome.remember(&linted, entry);
        outcome.take(&linted, renderer);
        return outcome;
    }
    let least = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let fixed = fix(linter, &entry.name, source.text(), least);
    let after = linter.lint(&entry.name, &fixed.text);
    if args.diff {
        outcome.text = report::diff(&linted, &after, style);
        outcome.summary.add(&linted);
        return outcome;
    }
    let written = match &entry.path {
        Some(path) if fixed.count() > 0 => output::replace(path, fixed.text.as_bytes()).is_ok(),
        Some(_) => true,
        None => {
            outcome.fixed_stdin = Some(fixed.text.clone());
            true
        }
    };
    if written {
        outcome.remember(&after, entry);
        outcome.take(&after, renderer);
    } else {
        outcome.failed = true;
        outcome.take(&linted, renderer);
    }
    outcome
}

impl Outcome {
    /// Keeps what the rules about a project may want.
    fn remember(&mut self, linted: &Linted<'_>, entry: &Entry) {
        let Some(document) = &linted.document else { return };
        let facts = ProjectFacts::of(&linted.path, document);
        if facts.is_empty() {
            return;
        }
        self.facts = facts;
        self.again = Some(match entry.path {
            Some(_) => Again::File(entry.clone()),
            None => Again::Text(Hidden(linted.text.to_owned())),
        });
    }

    fn take(&mut self, linted: &Linted<'_>, renderer: &dyn Renderer) {
        self.summary.add(linted);
        self.text.push_str(&renderer.file(linted));
    }
}

fn unreadable(linter: &Linter, entry: &Entry, unread: &Unread) -> Linted<'static> {
    Linted {
        path: entry.name.clone(),
        text: "",
        document: None,
        findings: vec![Finding::unreadable(unread.reason())],
        suppressed: 0,
        profile: linter.profile,
    }
}

/// The rules that `--select` and `--ignore` leave.
fn rules(args: &Check) -> anyhow::Result<Vec<&'static Rule>> {
    for word in args.select.iter().chain(&args.ignore) {
        if !RULES.iter().any(|rule| names(word, rule)) {
            bail!("no rule is called `{word}`; `connlint rules` lists them");
        }
    }
    let is_selected =
        |rule: &Rule| args.select.is_empty() || args.select.iter().any(|word| names(word, rule));
    let is_ignored = |rule: &Rule| args.ignore.iter().any(|word| names(word, rule));
    Ok(RULES.iter().copied().filter(|rule| is_selected(rule) && !is_ignored(rule)).collect())
}

/// Whether a word of `--select` names the rule: name, code, or the beginning of a code.
fn names(word: &str, rule: &Rule) -> bool {
    let is_prefix = || word.len() >= 3 && rule.code.starts_with(&word.to_ascii_uppercase());
    word == "ALL" || rule.is_called(word) || is_prefix()
}
