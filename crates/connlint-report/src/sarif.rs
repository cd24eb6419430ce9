use std::fmt::Write as _;

use connlint_linter::{Confidence, Finding, Linted, RULES, Rule, Severity};
use connlint_text::{Raw, Span};
use serde_json::{Value, json};

use crate::fingerprint::Fingerprints;
use crate::places::Places;
use crate::{Renderer, RunInfo, Summary, json};

/// The name under which a fingerprint is stored; the number changes with what goes into it.
const FINGERPRINT: &str = "connlint/v1";

/// SARIF 2.1.0, a result a line.
///
/// Snippets and fixes are left out: they would be copies of what the files hold. What the baseline
/// knows is said too, as suppressed: who takes in the report would close those alerts else.
#[derive(Debug)]
pub(crate) struct Sarif;

impl Renderer for Sarif {
    fn begin(&self, _: &RunInfo) -> String {
        let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
        let driver = json!({
            "name": "connlint",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
        });
        format!(
            "{{\"$schema\":\"{schema}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\
             \"columnKind\":\"unicodeCodePoints\",\"results\":[\n"
        )
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        let places = Places::of(linted.text);
        let uri = uri(&linted.path);
        let mut fingerprints = Fingerprints::of(linted);
        let mut findings: Vec<_> = linted.findings.iter().map(|it| (it, false)).collect();
        findings.extend(linted.known.iter().map(|it| (it, true)));
        findings.sort_by(|(a, _), (b, _)| a.order(b));
        let results = findings.into_iter().map(|(finding, is_known)| {
            let fingerprint = fingerprints.next(finding);
            let mut result = result(finding, &uri, &fingerprint, &places);
            if is_known {
                result["suppressions"] = json!([{ "kind": "external" }]);
            }
            json::line(&result)
        });
        results.collect::<Vec<_>>().join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Summary) -> String {
        "\n]}]}\n".to_owned()
    }
}

fn descriptor(rule: &Rule) -> Value {
    let summary = rule.summary().replace('\n', " ");
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": summary },
        "help": {
            "text": format!("{summary} See {}", rule.url()),
            "markdown": format!("{summary} [More]({})", rule.url()),
        },
        "helpUri": rule.url(),
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "precision": precision(rule.confidence), "tags": [rule.category.as_str()] },
    })
}

fn result(finding: &Finding, uri: &str, fingerprint: &str, places: &Places<'_>) -> Value {
    let location = |span| {
        json!({
            "artifactLocation": { "uri": uri },
            "region": region(span, places),
        })
    };
    let mut text = finding.message.to_string();
    if let Some(help) = &finding.help {
        // Writing to a string does not fail.
        let _ = write!(text, "; {help}");
    }
    let mut result = json!({
        "ruleId": finding.rule.code,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": location(finding.span) }],
        "partialFingerprints": { FINGERPRINT: fingerprint },
    });
    let site = finding.site.as_ref().map(|site| site.name.as_str());
    if let Some(name) = site {
        result["locations"][0]["logicalLocations"] = json!([{ "name": name }]);
    }
    let related = finding.labels.iter().enumerate().map(|(nr, label)| {
        json!({
            "id": nr,
            "message": { "text": label.message.as_str() },
            "physicalLocation": location(label.span),
        })
    });
    let related: Vec<_> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn region(span: Span<Raw>, places: &Places<'_>) -> Value {
    let (start, end) = (places.at(span.start()), places.at(span.end()));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let path = path.strip_prefix("./").unwrap_or(path);
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => out.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            // Writing to a string does not fail.
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_references() {
        for (path, reference) in [
            ("./a b/é#1?.env", "a%20b/%C3%A9%231%3F.env"),
            ("/etc/airflow.cfg", "file:///etc/airflow.cfg"),
            ("x:y", "x%3Ay"),
        ] {
            assert_eq!(uri(path), reference);
        }
    }
}
