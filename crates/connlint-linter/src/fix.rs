use std::collections::BTreeMap;

use connlint_hosts::Site;
use connlint_text::{Raw, Span, TextEdit, apply_edits};

use crate::{Applicability, Finding, Fix, Linted, Linter};

/// How often a text is fixed and linted again before it must have settled.
const MAX_ROUNDS: usize = 10;

/// A text after its fixes.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The new text; the same as before where nothing could be fixed.
    pub text: String,
    /// How many findings each rule's fixes have settled, by name.
    pub applied: BTreeMap<&'static str, usize>,
}

impl Fixed {
    /// The number of findings that were settled.
    pub fn count(&self) -> usize {
        self.applied.values().sum()
    }
}

/// Applies the fixes that promise at least `least`, until nothing is left to apply.
///
/// A fix is kept only if it is seen to work: after each round the text is linted again, and a
/// round that leaves a finding it should have settled, or brings up a new one, is taken back and
/// tried fix by fix. So no fix ever adds a finding, whatever a rule promises.
///
/// ```
/// use connlint_linter::{Applicability, Linter, fix};
///
/// let text = "AIRFLOW_CONN_GCP=google_cloud_platform://\n";
/// let fixed = fix(&Linter::default(), ".env", text, Applicability::Safe);
/// assert_eq!(fixed.text, "AIRFLOW_CONN_GCP=google-cloud-platform://\n");
/// ```
pub fn fix(linter: &Linter, path: &str, text: &str, least: Applicability) -> Fixed {
    let mut fixed = Fixed { text: text.to_owned(), applied: BTreeMap::new() };
    for _ in 0..MAX_ROUNDS {
        let (next, rules) = {
            let linted = linter.lint(path, &fixed.text);
            let kept = working(linter, &linted, least);
            let Some(next) = applied(linter, &linted, &kept).filter(|_| !kept.is_empty()) else {
                break;
            };
            (next, kept.iter().map(|(finding, _)| finding.rule.name).collect::<Vec<_>>())
        };
        fixed.text = next;
        for rule in rules {
            *fixed.applied.entry(rule).or_default() += 1;
        }
    }
    fixed
}

/// The fixes to apply in one round: the first ones that do not overlap and that work. A fix that
/// does not work makes way for those that it overlaps.
fn working<'f>(
    linter: &Linter,
    linted: &'f Linted<'_>,
    least: Applicability,
) -> Vec<(&'f Finding, &'f Fix)> {
    let mut candidates: Vec<_> = linted
        .findings
        .iter()
        .filter_map(|finding| Some((finding, finding.fix_up_to(least)?)))
        .collect();
    while !candidates.is_empty() {
        let chosen = compatible(&candidates);
        let kept = kept(linter, linted, &chosen);
        if !kept.is_empty() {
            return kept;
        }
        candidates
            .retain(|(finding, _)| !chosen.iter().any(|(tried, _)| std::ptr::eq(*tried, *finding)));
    }
    Vec::new()
}

/// Those of `fixes` that work, found by halving: one that does not costs a logarithm of tries.
fn kept<'f>(
    linter: &Linter,
    linted: &Linted<'_>,
    fixes: &[(&'f Finding, &'f Fix)],
) -> Vec<(&'f Finding, &'f Fix)> {
    if fixes.is_empty() || applied(linter, linted, fixes).is_some() {
        return fixes.to_vec();
    }
    if fixes.len() == 1 {
        return Vec::new();
    }
    let (left, right) = fixes.split_at(fixes.len() / 2);
    let mut kept_ones = kept(linter, linted, left);
    kept_ones.extend(kept(linter, linted, right));
    // Each half works; only together they may not. The next round takes the rest.
    if applied(linter, linted, &kept_ones).is_none() {
        kept_ones = kept(linter, linted, left);
    }
    kept_ones
}

/// Those of `fixes` that overlap no earlier one.
fn compatible<'f>(fixes: &[(&'f Finding, &'f Fix)]) -> Vec<(&'f Finding, &'f Fix)> {
    let mut taken: Vec<Span<Raw>> = Vec::new();
    let mut chosen = Vec::new();
    for &(finding, fix) in fixes {
        let spans = fix.edits.iter().map(|edit| edit.edit.span);
        let meets = |span: Span<Raw>| {
            taken.iter().any(|other| span.overlaps(*other) || span.start() == other.start())
        };
        if spans.clone().any(meets) {
            continue;
        }
        taken.extend(spans);
        chosen.push((finding, fix));
    }
    chosen
}

/// The text with these fixes, if they do what they promise.
fn applied(linter: &Linter, linted: &Linted<'_>, fixes: &[(&Finding, &Fix)]) -> Option<String> {
    let edits: Vec<TextEdit> =
        fixes.iter().flat_map(|(_, fix)| &fix.edits).map(|edit| edit.edit.clone()).collect();
    let text = apply_edits(linted.text, &edits).ok()?.text;
    let after = linter.lint(&linted.path, &text);
    if !leaves_the_rest(linted, &after, &edits) {
        return None;
    }
    let mut allowed = tally(&linted.findings);
    for (finding, _) in fixes {
        *allowed.get_mut(finding.rule.code)? -= 1;
    }
    let keeps = tally(&after.findings)
        .iter()
        .all(|(code, count)| allowed.get(code).is_some_and(|allowed| count <= allowed));
    keeps.then_some(text)
}

/// Whether every site is still there, and those that no edit touches say what they said.
///
/// A quote that an edit adds may close one that stands open far away.
pub(crate) fn leaves_the_rest(before: &Linted<'_>, after: &Linted<'_>, edits: &[TextEdit]) -> bool {
    let (Some(before), Some(after)) = (&before.document, &after.document) else { return false };
    let mut touched: Vec<_> = edits.iter().map(|edit| edit.span).collect();
    touched.sort_unstable();
    // Edits are apart from each other, so their ends are in order too.
    let is_touched = |site: &Site<'_>| {
        let behind = touched.partition_point(|span| span.end() < site.span.start());
        touched.get(behind).is_some_and(|span| span.start() <= site.span.end())
    };
    let is_renamed = |site: &Site<'_>| {
        let at = touched.partition_point(|span| span.start() < site.name.span.start());
        touched.get(at).is_some_and(|span| *span == site.name.span)
    };
    // A fix may make more of the entry it changes: a key that is now read is a site of its own.
    let mut rest = after.sites.iter();
    before.sites.iter().all(|old| {
        rest.any(|new| {
            let is_same =
                old.role == new.role && old.name.text.eq_ignore_ascii_case(&new.name.text);
            let says_the_same = old.value.text() == new.value.text();
            (is_same && (is_touched(old) || says_the_same)) || (is_renamed(old) && says_the_same)
        })
    })
}

pub(crate) fn tally(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for finding in findings {
        *tally.entry(finding.rule.code).or_default() += 1;
    }
    tally
}
