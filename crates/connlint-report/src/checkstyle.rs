use std::fmt::Write as _;

use connlint_linter::Linted;

use crate::places::Places;
use crate::xml::escaped;
use crate::{Renderer, RunInfo, Summary, printable};

/// Checkstyle's XML, which many editors and servers read.
#[derive(Debug)]
pub(crate) struct Checkstyle;

impl Renderer for Checkstyle {
    fn begin(&self, _: &RunInfo) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n".to_owned()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        if linted.findings.is_empty() {
            return String::new();
        }
        let places = Places::of(linted.text);
        let mut out = format!("  <file name=\"{}\">\n", escaped(&printable(&linted.path)));
        for finding in &linted.findings {
            let place = places.at(finding.span.start());
            // Writing to a string does not fail. The severities are Checkstyle's own words.
            let _ = writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"connlint.{}\"/>",
                place.line,
                place.column,
                finding.severity,
                escaped(finding.message.as_str()),
                finding.rule.name,
            );
        }
        out.push_str("  </file>\n");
        out
    }

    fn separator(&self) -> &'static str {
        ""
    }

    fn end(&self, _: &Summary) -> String {
        "</checkstyle>\n".to_owned()
    }
}
