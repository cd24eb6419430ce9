//! One document, read by several Airflows.

use connlint_catalog::Profile;
use connlint_text::message;

use crate::Finding;
use crate::rules::airflow;

/// Takes over what only `other` gives reason to say; what both do is said once.
///
/// `first` is the Airflow that `findings` are about so far.
pub(crate) fn merge(
    findings: &mut Vec<Finding>,
    others: Vec<Finding>,
    first: Profile,
    other: Profile,
) {
    let is_same = |a: &Finding, b: &Finding| (a.rule, a.span) == (b.rule, b.span);
    for finding in others {
        if let Some(known) = findings.iter_mut().find(|known| is_same(known, &finding)) {
            for note in finding.notes {
                // A note that differs in nothing but the Airflow it names says nothing new.
                let same = message![note_about(&note, other, first)];
                if !known.notes.contains(&same) && !known.notes.contains(&note) {
                    known.notes.push(note);
                }
            }
            known.severity = known.severity.max(finding.severity);
        } else {
            let mut finding = finding;
            finding.notes.push(message![airflow(first), " has nothing against it"]);
            findings.push(finding);
        }
    }
}

/// The note as it would be about another Airflow.
fn note_about(
    note: &connlint_text::Message,
    from: Profile,
    to: Profile,
) -> connlint_text::Public<'static> {
    let (from, to) = (airflow(from).to_string(), airflow(to).to_string());
    let text = note.as_str().replacen(&from, &to, 1);
    connlint_text::Public::vouch(text, connlint_text::Grounds::Computed)
}
