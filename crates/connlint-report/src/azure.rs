use std::fmt::Write as _;

use connlint_linter::{Linted, Severity};

use crate::places::Places;
use crate::{Renderer, RunInfo, Summary, printable};

/// Logging commands of Azure Pipelines.
///
/// Source: Microsoft, "Logging commands", `task.logissue`.
#[derive(Debug)]
pub(crate) struct Azure;

impl Renderer for Azure {
    fn begin(&self, _: &RunInfo) -> String {
        String::new()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        let places = Places::of(linted.text);
        let path = property(&printable(&linted.path));
        let mut out = String::new();
        for finding in &linted.findings {
            let place = places.at(finding.span.start());
            // The command knows no remarks.
            let kind = match finding.severity {
                Severity::Error => "error",
                Severity::Warning | Severity::Info => "warning",
            };
            // Writing to a string does not fail.
            let _ = writeln!(
                out,
                "##vso[task.logissue type={kind};sourcepath={path};linenumber={};columnnumber={};code={};]{}: {}",
                place.line,
                place.column,
                finding.rule.code,
                finding.rule.name,
                data(finding.message.as_str()),
            );
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

/// Text behind the `]`.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, which `;` and `]` would end.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}
