use connlint_linter::{Linted, Severity};
use serde_json::json;

use crate::fingerprint::Fingerprints;
use crate::places::Places;
use crate::{Renderer, RunInfo, Summary, json};

/// A report for GitLab's merge requests.
///
/// Source: GitLab, "Code Quality report format".
#[derive(Debug)]
pub(crate) struct Gitlab;

impl Renderer for Gitlab {
    fn begin(&self, _: &RunInfo) -> String {
        "[\n".to_owned()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        let places = Places::of(linted.text);
        let mut fingerprints = Fingerprints::of(linted);
        let issues = linted.findings.iter().map(|finding| {
            let (begin, end) = (places.at(finding.span.start()), places.at(finding.span.end()));
            json::line(&json!({
                "description": finding.message.as_str(),
                "check_name": finding.rule.name,
                "fingerprint": fingerprints.next(finding),
                "severity": severity(finding.severity),
                "location": {
                    "path": linted.path.strip_prefix("./").unwrap_or(&linted.path),
                    "lines": { "begin": begin.line, "end": end.line },
                },
            }))
        });
        issues.collect::<Vec<_>>().join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Summary) -> String {
        "\n]\n".to_owned()
    }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
