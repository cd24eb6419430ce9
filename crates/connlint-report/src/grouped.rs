use std::fmt::Write as _;

use connlint_linter::Linted;

use crate::places::Places;
use crate::style::Paint;
use crate::{Renderer, RunInfo, Style, Summary, printable};

/// The name of a file, and its findings below it in columns.
#[derive(Debug)]
pub(crate) struct Grouped(pub(crate) Style);

impl Renderer for Grouped {
    fn begin(&self, _: &RunInfo) -> String {
        String::new()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        if linted.findings.is_empty() {
            return String::new();
        }
        let Self(style) = self;
        let places = Places::of(linted.text);
        let places: Vec<_> = linted
            .findings
            .iter()
            .map(|finding| {
                let place = places.at(finding.span.start());
                format!("{}:{}", place.line, place.column)
            })
            .collect();
        let width = places.iter().map(String::len).max().unwrap_or(0);
        let mut out = format!("{}:\n", style.paint(Paint::Strong, &printable(&linted.path)));
        for (place, finding) in places.iter().zip(&linted.findings) {
            let severity = format!("{:7}", finding.severity.as_str());
            let severity = style.paint(Paint::Severity(finding.severity), &severity);
            let rule = finding.rule;
            let name = style.link(&rule.url(), rule.name);
            let fixable = if finding.safe_fix().is_some() { " [*]" } else { "" };
            // Writing to a string does not fail.
            let _ = writeln!(
                out,
                "  {place:width$} {severity} {} {name}: {}{fixable}",
                rule.code, finding.message,
            );
        }
        out
    }

    fn separator(&self) -> &'static str {
        "\n"
    }

    fn end(&self, summary: &Summary) -> String {
        let lead = if summary.findings() == 0 { "" } else { "\n" };
        format!("{lead}{}\n", summary.sentence())
    }
}
