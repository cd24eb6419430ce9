use std::fmt::Write as _;

use connlint_linter::Linted;

use crate::places::Places;
use crate::xml::escaped;
use crate::{Renderer, RunInfo, Summary, printable};

/// JUnit's XML: a suite for each file with findings, a failed case for each finding.
#[derive(Debug)]
pub(crate) struct Junit;

impl Renderer for Junit {
    fn begin(&self, _: &RunInfo) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"connlint\">\n".to_owned()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        if linted.findings.is_empty() {
            return String::new();
        }
        let places = Places::of(linted.text);
        let path = escaped(&printable(&linted.path));
        let number = linted.findings.len();
        let mut out = format!(
            "  <testsuite name=\"{path}\" tests=\"{number}\" failures=\"{number}\" errors=\"0\" skipped=\"0\">\n"
        );
        for finding in &linted.findings {
            let rule = finding.rule;
            let place = places.at(finding.span.start());
            let at = format!("{path}:{}:{}", place.line, place.column);
            // Writing to a string does not fail.
            let _ = writeln!(
                out,
                "    <testcase classname=\"connlint\" name=\"{} {} {at}\" file=\"{path}\" line=\"{}\">",
                rule.code, rule.name, place.line,
            );
            let message = escaped(finding.message.as_str());
            let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
            let notes = finding.notes.iter().map(|note| format!("\nnote: {note}"));
            let advice: String = help.chain(notes).collect();
            let _ = writeln!(
                out,
                "      <failure type=\"{}\" message=\"{message}\">{at}: {message}{}</failure>",
                finding.severity,
                escaped(&advice),
            );
            out.push_str("    </testcase>\n");
        }
        out.push_str("  </testsuite>\n");
        out
    }

    fn separator(&self) -> &'static str {
        ""
    }

    fn end(&self, summary: &Summary) -> String {
        let mut out = String::new();
        // A report without a case counts as broken with many readers.
        if summary.findings() == 0 {
            out.push_str("  <testsuite name=\"connlint\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n");
            out.push_str("    <testcase classname=\"connlint\" name=\"no findings\"/>\n");
            out.push_str("  </testsuite>\n");
        }
        out.push_str("</testsuites>\n");
        out
    }
}
