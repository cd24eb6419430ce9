use connlint_linter::Linted;

use crate::places::Places;
use crate::style::Paint;
use crate::{Renderer, RunInfo, Style, Summary, printable};

/// `.env:4:36: error CL104 unencoded-delimiter: … [*]`, where `[*]` is a safe fix.
#[derive(Debug)]
pub(crate) struct Concise(pub(crate) Style);

impl Renderer for Concise {
    fn begin(&self, _: &RunInfo) -> String {
        String::new()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        if linted.findings.is_empty() {
            return String::new();
        }
        let Self(style) = self;
        let name = printable(&linted.path);
        let places = Places::of(linted.text);
        let lines = linted.findings.iter().map(|finding| {
            let place = places.at(finding.span.start());
            let severity =
                style.paint(Paint::Severity(finding.severity), finding.severity.as_str());
            let rule = finding.rule;
            let fixable = if finding.safe_fix().is_some() { " [*]" } else { "" };
            format!(
                "{name}:{}:{}: {severity} {} {}: {}{fixable}\n",
                place.line,
                place.column,
                rule.code,
                style.link(&rule.url(), rule.name),
                finding.message,
            )
        });
        lines.collect()
    }

    fn separator(&self) -> &'static str {
        ""
    }

    fn end(&self, summary: &Summary) -> String {
        format!("{}\n", summary.sentence())
    }
}
