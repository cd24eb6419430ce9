use std::fmt::Write as _;

use connlint_linter::{Finding, Linted};
use connlint_text::{Message, Public, Raw, Span, is_harmless};
use schemars::JsonSchema;
use serde::Serialize;

use crate::places::Places;
use crate::{Renderer, RunInfo, Summary};

/// The version of the documents. It changes when a field changes its meaning or goes away.
pub(crate) const VERSION: u32 = 1;

/// One JSON document: a finding a line.
#[derive(Debug)]
pub(crate) struct Json;

impl Renderer for Json {
    fn begin(&self, run: &RunInfo) -> String {
        format!("{{\"version\":{VERSION},\"airflow\":\"{}\",\"findings\":[\n", run.airflow)
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        let places = Places::of(linted.text);
        let findings = linted.findings.iter();
        let lines: Vec<_> =
            findings.map(|finding| line(&JsonFinding::of(linted, finding, &places))).collect();
        lines.join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, summary: &Summary) -> String {
        format!("\n],\"summary\":{}}}\n", line(&JsonSummary::of(summary)))
    }
}

/// One JSON object a line, each of which stands alone.
#[derive(Debug)]
pub(crate) struct JsonLines;

impl Renderer for JsonLines {
    fn begin(&self, _: &RunInfo) -> String {
        String::new()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        let places = Places::of(linted.text);
        let findings = linted.findings.iter();
        findings.map(|finding| line(&JsonFinding::of(linted, finding, &places)) + "\n").collect()
    }

    fn separator(&self) -> &'static str {
        ""
    }

    fn end(&self, _: &Summary) -> String {
        String::new()
    }
}

/// What `check --output-format json` prints.
#[derive(JsonSchema)]
#[schemars(title = "connlint check --output-format json")]
#[expect(dead_code, reason = "the document is written piece by piece; this says what comes of it")]
struct JsonReport<'a> {
    /// Goes up when a field changes its meaning or goes away; new ones may come without.
    version: u32,
    /// The Airflow that the findings are about.
    airflow: &'a str,
    findings: Vec<JsonFinding<'a>>,
    summary: JsonSummary,
}

/// The JSON Schema of what `check --output-format json` prints.
///
/// ```
/// let schema = connlint_report::json_schema();
/// assert_eq!(schema["required"], serde_json::json!(["version", "airflow", "findings", "summary"]));
/// ```
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(JsonReport<'_>).to_value()
}

/// A summary as one line of JSON.
pub(crate) fn summary(summary: &Summary) -> String {
    line(&JsonSummary::of(summary))
}

/// A value as one line of JSON, with escapes for the characters that drive a terminal.
pub(crate) fn line(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("strings, numbers and lists have a JSON form");
    if text.chars().all(is_harmless) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if is_harmless(char) {
            out.push(char);
        } else {
            // None of them takes more than four digits, and all stand in strings.
            let _ = write!(out, "\\u{:04x}", u32::from(char));
        }
    }
    out
}

#[derive(Serialize, JsonSchema)]
struct JsonFinding<'a> {
    rule: &'static str,
    name: &'static str,
    severity: &'static str,
    confidence: &'static str,
    category: &'static str,
    file: &'a str,
    range: JsonRange,
    site: Option<JsonSite<'a>>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    labels: Vec<JsonLabel<'a>>,
    help: Option<&'a str>,
    notes: Vec<&'a str>,
    fixes: Vec<JsonFix<'a>>,
    url: String,
}

#[derive(Serialize, JsonSchema)]
struct JsonSite<'a> {
    name: &'a str,
    conn_id: Option<&'a str>,
    role: &'static str,
    line: u32,
}

#[derive(Serialize, JsonSchema)]
struct JsonLabel<'a> {
    range: JsonRange,
    message: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct JsonFix<'a> {
    title: &'a str,
    applicability: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct JsonRange {
    start: JsonPlace,
    end: JsonPlace,
}

#[derive(Serialize, JsonSchema)]
struct JsonPlace {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize, JsonSchema)]
struct JsonSummary {
    files: usize,
    sites: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    baselined: usize,
    not_shown: usize,
    fixable: usize,
}

impl<'a> JsonFinding<'a> {
    fn of(linted: &'a Linted<'_>, finding: &'a Finding, places: &Places<'_>) -> Self {
        let site = finding.site.as_ref().map(|site| JsonSite {
            name: site.name.as_str(),
            conn_id: site.id.as_ref().map(Public::as_str),
            role: site.role.name(),
            line: places.line(site.span.start()),
        });
        let labels = finding.labels.iter().map(|label| JsonLabel {
            range: JsonRange::of(label.span, places),
            message: label.message.as_str(),
        });
        let fixes = finding.fixes.iter().map(|fix| JsonFix {
            title: fix.title.as_str(),
            applicability: fix.applicability.as_str(),
        });
        Self {
            rule: finding.rule.code,
            name: finding.rule.name,
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            category: finding.rule.category.as_str(),
            file: &linted.path,
            labels: labels.collect(),
            range: JsonRange::of(finding.span, places),
            site,
            message: finding.message.as_str(),
            label: finding.label.as_ref().map(Message::as_str),
            help: finding.help.as_ref().map(Message::as_str),
            notes: finding.notes.iter().map(Message::as_str).collect(),
            fixes: fixes.collect(),
            url: finding.rule.url(),
        }
    }
}

impl JsonRange {
    fn of(span: Span<Raw>, places: &Places<'_>) -> Self {
        let place = |offset| {
            let at = places.at(offset);
            JsonPlace { line: at.line, column: at.column, offset }
        };
        Self { start: place(span.start()), end: place(span.end()) }
    }
}

impl JsonSummary {
    const fn of(summary: &Summary) -> Self {
        Self {
            files: summary.files,
            sites: summary.sites,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            suppressed: summary.suppressed,
            baselined: summary.baselined,
            not_shown: summary.hidden,
            fixable: summary.fixable,
        }
    }
}
