use std::fmt::Write as _;

use connlint_linter::{Finding, Linted, Severity};

use crate::places::Places;
use crate::{Renderer, RunInfo, Summary, printable};

/// Workflow commands that GitHub Actions turns into annotations.
///
/// Source: GitHub, "Workflow commands for GitHub Actions".
#[derive(Debug)]
pub(crate) struct Github;

impl Renderer for Github {
    fn begin(&self, _: &RunInfo) -> String {
        String::new()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        let places = Places::of(linted.text);
        let path = property(&printable(&linted.path));
        let mut out = String::new();
        for finding in &linted.findings {
            let start = places.at(finding.span.start());
            let end = places.at(finding.span.end());
            // Writing to a string does not fail.
            let _ = write!(out, "::{} ", command(finding.severity));
            let _ = write!(out, "file={path},line={},", start.line);
            if start.line == end.line {
                let _ = write!(out, "col={},endLine={},", start.column, end.line);
                let _ = write!(out, "endColumn={},", end.column);
            } else {
                let _ = write!(out, "endLine={},", end.line);
            }
            let title = format!("{} {}", finding.rule.code, finding.rule.name);
            let _ = writeln!(out, "title={}::{}", property(&title), data(&text(finding)));
        }
        out
    }

    fn separator(&self) -> &'static str {
        ""
    }

    fn end(&self, summary: &Summary) -> String {
        format!("{}\n", summary.sentence())
    }
}

/// The message and what to do about it.
fn text(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}: {help}", finding.message),
        None => finding.message.to_string(),
    }
}

const fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Text behind the `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, which `,` and `:` would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
