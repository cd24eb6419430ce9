use connlint_linter::{Applicability, Linted, Linter, Source, fix, reading};
use connlint_report::{OutputFormat, RunInfo, Style, Summary, diff, render};
use connlint_text::Span;

use super::{Held, hold};
use crate::strategies::{Sentinel, Template};

/// No output shows four characters of a secret, whatever is wrong around it.
pub fn nothing_leaks(linter: &Linter, template: &Template) -> Held {
    let sentinel = Sentinel::of_length(24);
    let text = template.fill(&sentinel);
    let source = Source::of(text.as_bytes());
    let linted = linter.lint_source("file", &source);
    for (what, output) in outputs(linter, &linted) {
        if let Some(part) = sentinel.found_in(&output) {
            return Err(format!("{what} shows `{part}`:\n{output}\n--- of\n{text}"));
        }
    }
    Ok(())
}

/// The view of a file, and the report about it, tell nothing of the length of a secret.
///
/// Places do: a column counts the characters before it.
pub fn same_view_at_any_length(linter: &Linter, template: &Template) -> Held {
    let [short, long] = [8, 29].map(|letters| template.fill(&Sentinel::of_length(letters)));
    let [short, long] = [&short, &long].map(|text| linter.lint("file", text));
    let [a, b] = [&short, &long].map(whole_view);
    hold!(a == b, "a view tells the length of a secret:\n{a}\n--- and\n{b}");
    // Of a line without room for all of it, what is shown depends on where it is cut.
    if a.lines().any(|line| line.chars().count() > 120) {
        return Ok(());
    }
    let [a, b] = [&short, &long].map(|linted| {
        let report = report(OutputFormat::Full, linted);
        // `[file:1:40]`
        let lines = report.lines().map(|line| line.split("─[file:").next().unwrap_or_default());
        lines.collect::<Vec<_>>().join("\n")
    });
    hold!(a == b, "a report tells the length of a secret:\n{a}\n--- and\n{b}");
    Ok(())
}

fn whole_view(linted: &Linted<'_>) -> String {
    linted.shown(Span::from_range(0..linted.text.len())).text().to_owned()
}

fn report(format: OutputFormat, linted: &Linted<'_>) -> String {
    let run = RunInfo { airflow: linted.profile };
    render(format, Style::PLAIN, &run, [linted], &Summary::of([linted]))
}

/// Everything that is printed about a file, or that a `{:?}` might print.
fn outputs(linter: &Linter, linted: &Linted<'_>) -> Vec<(&'static str, String)> {
    let mut outputs = vec![("the view", whole_view(linted))];
    for format in OutputFormat::ALL {
        outputs.push((format.name(), report(*format, linted)));
    }
    for least in [Applicability::Safe, Applicability::Unsafe] {
        let fixed = fix(linter, &linted.path, linted.text, least);
        let after = linter.lint(&linted.path, &fixed.text);
        outputs.push(("the diff", diff(linted, &after, Style::PLAIN)));
        outputs.push(("the view of what was fixed", whole_view(&after)));
        outputs.push(("the report on what was fixed", report(OutputFormat::Full, &after)));
    }
    outputs.push(("the debug output of findings", format!("{:?}", linted.findings)));
    if let Some(document) = &linted.document {
        for site in &document.sites {
            let Some(reading) = reading(site, linter.profile) else { continue };
            outputs.push(("the debug output of a reading", format!("{reading:?}")));
            outputs.push(("the debug output of a value", format!("{:?}", site.value)));
            if let Some(message) = reading.failure_message(site.id.as_deref()) {
                outputs.push(("a masked message", message.masked().to_string()));
                outputs.push(("the debug output of a message", format!("{message:?}")));
            }
        }
    }
    // A file whose name says that it is something else is no reason to show more of it.
    let guessing = Linter { format: None, ..linter.clone() };
    for name in [".env", "vault.json"] {
        let misread = guessing.lint(name, linted.text);
        outputs.push(("the view as another format", whole_view(&misread)));
        outputs.push(("the report as another format", report(OutputFormat::Full, &misread)));
    }
    outputs
}
