use std::collections::{BTreeMap, BTreeSet};

use connlint_text::{Raw, Span, TextEdit, apply_edits};

use crate::fix::{leaves_the_rest, tally};
use crate::suppression::Suppressions;
use crate::{Finding, Linted, Linter};

/// A text with comments that say which findings are meant.
#[derive(Debug, Clone)]
pub struct Ignored {
    /// The new text; the same as before where no comment could be added.
    pub text: String,
    /// How many findings the new comments speak for.
    pub added: usize,
    /// The findings that no comment can speak for, by their number in what was given.
    pub refused: Vec<usize>,
}

/// A line that is to get a comment above it.
#[derive(Debug, Clone)]
struct Above {
    /// Where the line starts.
    at: u32,
    rules: BTreeSet<&'static str>,
    /// The findings it speaks for.
    findings: Vec<usize>,
}

/// Writes a comment above each line that a finding is about, with this reason.
///
/// A comment is kept only if it is seen to work: afterwards the file has the same sites with the
/// same values, nothing new is found, and the comment speaks for its findings. So a format without
/// comments, and a line that none can stand above, are left alone.
///
/// ```
/// use connlint_linter::{Linter, add_ignores};
///
/// let linter = Linter::default();
/// let text = "AIRFLOW_CONN_LAKE=google_cloud_platform://\n";
/// let findings = linter.lint(".env", text).findings;
/// let ignored = add_ignores(&linter, ".env", text, &findings, Some("read by our own code"));
/// assert_eq!(ignored.text, "\
/// ## connlint: ignore[underscore-scheme] read by our own code
/// AIRFLOW_CONN_LAKE=google_cloud_platform://
/// ".replacen("##", "#", 1));
/// ```
pub fn add_ignores(
    linter: &Linter,
    path: &str,
    text: &str,
    findings: &[Finding],
    reason: Option<&str>,
) -> Ignored {
    let before = linter.lint(path, text);
    let writer = Writer { linter, before: &before, findings, reason };
    let kept = writer.kept(&lines(text, findings));
    let spoken_for: BTreeSet<usize> = kept.iter().flat_map(|line| line.findings.clone()).collect();
    Ignored {
        text: writer.written(&kept).filter(|_| !kept.is_empty()).unwrap_or_else(|| text.to_owned()),
        added: spoken_for.len(),
        refused: (0..findings.len()).filter(|nr| !spoken_for.contains(nr)).collect(),
    }
}

/// The lines that findings are about: those on which their sites start.
fn lines(text: &str, findings: &[Finding]) -> Vec<Above> {
    let mut lines = BTreeMap::<u32, Above>::new();
    for (nr, finding) in findings.iter().enumerate() {
        let span = finding.site.as_ref().map_or(finding.span, |site| site.span);
        let before = text.get(..span.start() as usize).unwrap_or_default();
        let at = before.rfind('\n').map_or(0, |at| at + 1);
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let line = lines.entry(at).or_insert_with(|| Above {
            at,
            rules: BTreeSet::new(),
            findings: Vec::new(),
        });
        line.rules.insert(finding.rule.name);
        line.findings.push(nr);
    }
    lines.into_values().collect()
}

struct Writer<'w> {
    linter: &'w Linter,
    before: &'w Linted<'w>,
    findings: &'w [Finding],
    reason: Option<&'w str>,
}

impl Writer<'_> {
    /// Those of `lines` that take a comment, found by halving: one that does not costs a logarithm
    /// of tries.
    fn kept(&self, lines: &[Above]) -> Vec<Above> {
        if lines.is_empty() || self.written(lines).is_some() {
            return lines.to_vec();
        }
        if lines.len() == 1 {
            return Vec::new();
        }
        let (left, right) = lines.split_at(lines.len() / 2);
        let mut kept = self.kept(left);
        kept.extend(self.kept(right));
        // Each half works; only together they may not.
        if self.written(&kept).is_none() { self.kept(left) } else { kept }
    }

    /// The text with a comment above each of these lines, if they do what they should.
    fn written(&self, lines: &[Above]) -> Option<String> {
        let edits: Vec<TextEdit> = lines.iter().map(|line| self.comment(line)).collect();
        let text = apply_edits(self.before.text, &edits).ok()?.text;
        let after = self.linter.lint(&self.before.path, &text);
        if !leaves_the_rest(self.before, &after, &edits) {
            return None;
        }
        let allowed = tally(&self.before.findings);
        let brings_nothing_up = tally(&after.findings).iter().all(|(code, count)| {
            // A comment without a reason is what was asked for.
            *code == "CL007" || allowed.get(code).is_some_and(|allowed| count <= allowed)
        });
        let mut suppressions = Suppressions::of(after.document.as_ref()?);
        let moved = |span: Span<Raw>| {
            let before = edits.iter().take_while(|edit| edit.span.start() <= span.start());
            let by = before.map(|edit| edit.text.len()).sum::<usize>();
            span.shifted(u32::try_from(by).unwrap_or(u32::MAX))
        };
        let all_are_covered = lines.iter().flat_map(|line| &line.findings).all(|&nr| {
            let mut finding = self.findings[nr].clone();
            finding.span = moved(finding.span);
            if let Some(site) = &mut finding.site {
                site.span = moved(site.span);
            }
            suppressions.cover(&finding)
        });
        (brings_nothing_up && all_are_covered).then_some(text)
    }

    fn comment(&self, line: &Above) -> TextEdit {
        let rest = self.before.text.get(line.at as usize..).unwrap_or_default();
        let own = rest.split('\n').next().unwrap_or_default();
        let indent = &own[..own.len() - own.trim_start_matches([' ', '\t']).len()];
        let end = if own.ends_with('\r') { "\r\n" } else { "\n" };
        let rules = line.rules.iter().copied().collect::<Vec<_>>().join(", ");
        let reason = self.reason.map_or_else(String::new, |reason| format!(" {reason}"));
        let text = format!("{indent}# connlint: ignore[{rules}]{reason}{end}");
        TextEdit { span: Span::empty(line.at), text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(path: &str, text: &str) -> (String, usize, usize) {
        let linter = Linter::default();
        let findings = linter.lint(path, text).findings;
        let ignored = add_ignores(&linter, path, text, &findings, None);
        let left = linter.lint(path, &ignored.text).findings;
        assert_eq!(left.len(), ignored.refused.len(), "{left:#?}");
        (ignored.text, ignored.added, ignored.refused.len())
    }

    #[test]
    fn one_comment_speaks_for_all_that_is_found_in_a_line() {
        let text = "A=1\r\nAIRFLOW_CONN_A=google_cloud_platform://\r\nAIRFLOW_CONN_B=http://h\r\n";
        let (new, added, refused) = added(".env", text);
        assert_eq!((added, refused), (1, 0));
        assert_eq!(
            new,
            text.replacen("AIRFLOW", "# connlint: ignore[underscore-scheme]\r\nAIRFLOW", 1)
        );
    }

    #[test]
    fn comments_are_indented_as_their_line() {
        let text =
            "services:\n  a:\n    environment:\n      AIRFLOW_CONN_A: google_cloud_platform://\n";
        let (new, added, _) = added("docker-compose.yml", text);
        assert_eq!(added, 1);
        assert!(
            new.contains("\n      # connlint: ignore[underscore-scheme]\n      AIRFLOW"),
            "{new}"
        );
    }

    #[test]
    fn what_takes_no_comment_is_left_alone() {
        let text = "{\"a\": \"google_cloud_platform://\"}\n";
        assert_eq!(added("connections.json", text), (text.to_owned(), 0, 1));
    }
}
