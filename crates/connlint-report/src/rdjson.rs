use connlint_linter::{Linted, Severity};
use connlint_text::{Raw, Span};
use serde_json::{Value, json};

use crate::places::Places;
use crate::{Renderer, RunInfo, Summary, json};

/// Reviewdog's diagnostics.
///
/// Columns count bytes there. Fixes are left out: they hold values.
#[derive(Debug)]
pub(crate) struct Rdjson;

impl Renderer for Rdjson {
    fn begin(&self, _: &RunInfo) -> String {
        let source = json!({ "name": "connlint", "url": env!("CARGO_PKG_REPOSITORY") });
        format!("{{\"source\":{source},\"diagnostics\":[\n")
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        let places = Places::of(linted.text);
        let diagnostics = linted.findings.iter().map(|finding| {
            json::line(&json!({
                "message": finding.message.as_str(),
                "location": { "path": linted.path, "range": range(finding.span, &places) },
                "severity": severity(finding.severity),
                "code": { "value": finding.rule.code, "url": finding.rule.url() },
            }))
        });
        diagnostics.collect::<Vec<_>>().join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Summary) -> String {
        "\n]}\n".to_owned()
    }
}

fn range(span: Span<Raw>, places: &Places<'_>) -> Value {
    let place = |offset| {
        let line = places.line(offset);
        json!({ "line": line, "column": offset - places.line_span(line).start() + 1 })
    };
    json!({ "start": place(span.start()), "end": place(span.end()) })
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}
