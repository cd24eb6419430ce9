use connlint_linter::{Linter, Severity, reading};

use super::{Held, hold};

/// Every connection that Airflow refuses, or takes without a type, has a finding.
///
/// Not where the value is to be filled in by somebody else: nobody knows what will stand there.
pub fn no_silent_failure(linter: &Linter, text: &str) -> Held {
    if text.contains("connlint: ignore[") {
        return Ok(());
    }
    let linted = linter.lint("file", text);
    let Some(document) = &linted.document else { return Ok(()) };
    for site in &document.sites {
        let value = site.value.text();
        let is_unknown = !site.unknown.is_empty() || value.contains('<') || value.contains("{{");
        let Some(reading) = reading(site, linter.profile).filter(|_| !is_unknown) else { continue };
        let typed = reading.connection().is_some_and(|connection| {
            connection.conn_type.is_some_and(|conn_type| conn_type.is_truthy())
        });
        let is_absent = matches!(reading, connlint_parser::Reading::Absent);
        if typed || is_absent {
            continue;
        }
        let is_said = linted.findings.iter().any(|finding| {
            let is_here = finding.site.as_ref().is_some_and(|at| at.span == site.span);
            is_here && finding.severity >= Severity::Warning
        });
        let kind = reading.failure().map(|failure| failure.kind);
        hold!(is_said, "Airflow refuses this, and nobody says so ({kind:?}): {value}");
    }
    Ok(())
}
