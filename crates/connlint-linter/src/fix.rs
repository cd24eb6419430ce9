use std::collections::BTreeMap;

use connlint_hosts::Site;
use connlint_text::{Raw, Span, TextEdit, apply_edits};

use crate::{Applicability, Finding, Fix, Linted, Linter, NewLine, ProjectFacts, Rule};

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
    Fixer { linter, path, project: None }.fix(text, least)
}

/// The files of a run, one of which is fixed.
#[derive(Debug, Clone, Copy)]
pub struct ProjectFiles<'p> {
    /// Which rules look at all of them.
    pub linter: &'p Linter,
    /// What they say, all of them.
    pub files: &'p [ProjectFacts],
    /// The number of the file that is fixed.
    pub number: usize,
}

/// The same as [`fix`] for a file of several: what [`Linter::lint_project`] finds in it is fixed
/// too, and no fix adds a finding to another file either.
///
/// ```
/// use connlint_linter::{Applicability, Linter, ProjectFacts, ProjectFiles, fix_in};
///
/// let linter = Linter::default();
/// let dag = "from airflow.sdk import BaseHook\nBaseHook.get_connection(\"Sales\")\n";
/// let files = [("dag.py", dag), ("connections.json", "{\"sales\": {\"conn_type\": \"http\"}}")]
///     .map(|(path, text)| ProjectFacts::of(path, &linter.extract(path, text).unwrap()));
/// let project = ProjectFiles { linter: &linter, files: &files, number: 0 };
/// let fixed = fix_in(project, &linter, "dag.py", dag, Applicability::Unsafe);
/// assert!(fixed.text.ends_with("get_connection(\"sales\")\n"));
/// ```
pub fn fix_in(
    project: ProjectFiles<'_>,
    linter: &Linter,
    path: &str,
    text: &str,
    least: Applicability,
) -> Fixed {
    Fixer { linter, path, project: Some(project) }.fix(text, least)
}

/// Puts lines at the end of a file that findings in other files ask for: each that settles a finding,
/// and brings up none.
pub fn add_lines<'a>(
    project: ProjectFiles<'_>,
    linter: &Linter,
    path: &str,
    text: &str,
    lines: impl IntoIterator<Item = (&'static Rule, &'a NewLine)>,
) -> Fixed {
    let mut fixed = Fixed { text: text.to_owned(), applied: BTreeMap::new() };
    let Some(mut facts) = project.files.get(project.number).cloned() else { return fixed };
    for (rule, line) in lines {
        let next = with_line(&fixed.text, line.text.as_str());
        let Some(document) = linter.extract(path, &next) else { break };
        let after = facts.after(&document);
        let found = |facts: &ProjectFacts| {
            let found = project.linter.lint_project_with(project.files, (project.number, facts));
            tally(&found.into_iter().map(|(_, finding)| finding).collect::<Vec<_>>())
        };
        let (known, left) = (found(&facts), found(&after));
        if is_within(&left, &known) && left != known {
            *fixed.applied.entry(rule.name).or_default() += 1;
            (fixed.text, facts) = (next, after);
        }
    }
    fixed
}

/// The text with one more line, which ends as the others do.
fn with_line(text: &str, line: &str) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    [text, gap, line, end].concat()
}

/// How a file is linted while it is fixed.
struct Fixer<'l> {
    linter: &'l Linter,
    path: &'l str,
    /// The other files, where there are some.
    project: Option<ProjectFiles<'l>>,
}

/// What is found in a text.
struct Seen<'a> {
    linted: Linted<'a>,
    /// How much is found in other files, by rule.
    elsewhere: BTreeMap<&'static str, usize>,
}

impl Fixer<'_> {
    fn fix(&self, text: &str, least: Applicability) -> Fixed {
        let mut fixed = Fixed { text: text.to_owned(), applied: BTreeMap::new() };
        for _ in 0..MAX_ROUNDS {
            let (next, rules) = {
                let seen = self.lint(&fixed.text);
                let kept = self.working(&seen, least);
                let Some(next) = self.applied(&seen, &kept).filter(|_| !kept.is_empty()) else {
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

    fn lint<'a>(&self, text: &'a str) -> Seen<'a> {
        let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
        if let Some(project) = &self.project
            && let Some(document) = self.linter.extract(self.path, text)
        {
            let facts = project.files.get(project.number).map(|facts| facts.after(&document));
            let facts = facts.unwrap_or_default();
            let found = project.linter.lint_project_with(project.files, (project.number, &facts));
            for (number, finding) in found {
                if number == project.number { &mut here } else { &mut elsewhere }.push(finding);
            }
        }
        let linted = self.linter.lint_with(self.path, text, here);
        Seen { linted, elsewhere: tally(&elsewhere) }
    }

    /// The fixes to apply in one round: the first ones that do not overlap and that work. A fix
    /// that does not work makes way for those that it overlaps.
    fn working<'f>(&self, seen: &'f Seen<'_>, least: Applicability) -> Vec<(&'f Finding, &'f Fix)> {
        let findings = seen.linted.findings.iter();
        let mut candidates: Vec<_> =
            findings.filter_map(|finding| Some((finding, finding.fix_up_to(least)?))).collect();
        while !candidates.is_empty() {
            let chosen = compatible(&candidates);
            let kept = self.kept(seen, &chosen);
            if !kept.is_empty() {
                return kept;
            }
            candidates.retain(|(finding, _)| {
                !chosen.iter().any(|(tried, _)| std::ptr::eq(*tried, *finding))
            });
        }
        Vec::new()
    }

    /// Those of `fixes` that work, found by halving: one that does not costs a logarithm of tries.
    fn kept<'f>(
        &self,
        seen: &Seen<'_>,
        fixes: &[(&'f Finding, &'f Fix)],
    ) -> Vec<(&'f Finding, &'f Fix)> {
        if fixes.is_empty() || self.applied(seen, fixes).is_some() {
            return fixes.to_vec();
        }
        if fixes.len() == 1 {
            return Vec::new();
        }
        let (left, right) = fixes.split_at(fixes.len() / 2);
        let mut kept_ones = self.kept(seen, left);
        kept_ones.extend(self.kept(seen, right));
        // Each half works; only together they may not. The next round takes the rest.
        if self.applied(seen, &kept_ones).is_none() {
            kept_ones = self.kept(seen, left);
        }
        kept_ones
    }

    /// The text with these fixes, if they do what they promise.
    fn applied(&self, seen: &Seen<'_>, fixes: &[(&Finding, &Fix)]) -> Option<String> {
        let edits: Vec<TextEdit> =
            fixes.iter().flat_map(|(_, fix)| &fix.edits).map(|edit| edit.edit.clone()).collect();
        let text = apply_edits(seen.linted.text, &edits).ok()?.text;
        let after = self.lint(&text);
        if !leaves_the_rest(&seen.linted, &after.linted, &edits) {
            return None;
        }
        let mut allowed = tally(&seen.linted.findings);
        for (finding, _) in fixes {
            *allowed.get_mut(finding.rule.code)? -= 1;
        }
        let keeps = is_within(&tally(&after.linted.findings), &allowed)
            && is_within(&after.elsewhere, &seen.elsewhere);
        keeps.then_some(text)
    }
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

/// Whether no rule finds more than it is allowed to.
fn is_within(
    found: &BTreeMap<&'static str, usize>,
    allowed: &BTreeMap<&'static str, usize>,
) -> bool {
    found.iter().all(|(code, count)| allowed.get(code).is_some_and(|allowed| count <= allowed))
}

pub(crate) fn tally(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for finding in findings {
        *tally.entry(finding.rule.code).or_default() += 1;
    }
    tally
}
