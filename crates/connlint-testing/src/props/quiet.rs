use connlint_linter::{Linter, Severity};

use super::Held;

/// Nobody objects.
pub fn quiet(linter: &Linter, text: &str) -> Held {
    let linted = linter.lint("file", text);
    let objection = linted.findings.iter().find(|finding| finding.severity >= Severity::Warning);
    objection.map_or(Ok(()), |finding| {
        Err(format!("{} {}: {}\n{text}", finding.severity, finding.rule.name, finding.message))
    })
}
