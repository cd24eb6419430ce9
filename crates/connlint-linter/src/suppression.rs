use connlint_hosts::Document;
use connlint_text::{LineIndex, Raw, Span};

use crate::Finding;

/// What a suppression comment starts with, behind the host's own comment sign.
const MARK: &str = "connlint: ignore[";

/// The comments of a document that say which findings are meant.
///
/// `# connlint: ignore[rule, CL104] reason` holds for its own line and, where nothing but white
/// space stands before it, for the next line that holds more than a comment.
#[derive(Debug, Default)]
pub(crate) struct Suppressions<'a> {
    /// The bytes a comment speaks for, and its rules; both ends in rising order.
    entries: Vec<(Span<Raw>, &'a str)>,
}

impl<'a> Suppressions<'a> {
    pub(crate) fn of(document: &Document<'a>) -> Self {
        let mut entries = Vec::new();
        // Line positions are needed only where there is a suppression at all.
        let mut lines: Option<LineIndex> = None;
        // From the end on: a comment above another one speaks for the same line.
        let mut below: Option<Speaks> = None;
        for &comment in document.comments.iter().rev() {
            let text = comment.of(document.text);
            let Some(at) = text.find(MARK) else { continue };
            let Some((rules, _reason)) = text[at + MARK.len()..].split_once(']') else { continue };
            let lines = lines.get_or_insert_with(|| LineIndex::new(document.text));
            let speaks = Speaks::of(document, lines, comment, below);
            entries.push((speaks.span, rules));
            below = Some(speaks);
        }
        entries.reverse();
        Self { entries }
    }

    /// Whether a comment says that this finding is meant.
    pub(crate) fn cover(&self, finding: &Finding) -> bool {
        let starts = [Some(finding.span), finding.site.as_ref().map(|site| site.span)];
        starts.iter().flatten().any(|start| {
            let behind = self.entries.partition_point(|(span, _)| span.start() <= start.start());
            let covering = self.entries[..behind].iter().rev();
            covering
                .take_while(|(span, _)| span.end() > start.start())
                .any(|(_, rules)| rules.split(',').any(|word| finding.rule.is_called(word.trim())))
        })
    }
}

/// What a comment speaks for.
#[derive(Debug, Clone, Copy)]
struct Speaks {
    /// The comment's line.
    line: u32,
    /// The bytes.
    span: Span<Raw>,
}

impl Speaks {
    /// What `comment` speaks for; `below` is the next comment of the kind.
    fn of(
        document: &Document<'_>,
        lines: &LineIndex,
        comment: Span<Raw>,
        below: Option<Self>,
    ) -> Self {
        let line = lines.line(comment.start());
        let own = lines.line_span(line);
        let before = Span::<Raw>::new(own.start(), comment.start()).of(document.text);
        if !before.trim().is_empty() {
            return Self { line, span: own };
        }
        for next in line + 1..=lines.lines() {
            if let Some(below) = below.filter(|below| below.line == next) {
                return Self { line, span: own.join(below.span) };
            }
            let next = lines.line_span(next);
            if !is_comment(document, next) {
                return Self { line, span: own.join(next) };
            }
        }
        Self { line, span: own }
    }
}

/// Whether a line holds nothing but a comment, or nothing at all.
fn is_comment(document: &Document<'_>, line: Span<Raw>) -> bool {
    let text = line.of(document.text);
    let indent = u32::try_from(text.len() - text.trim_start().len()).unwrap_or(0);
    let start = line.start() + indent;
    text.trim().is_empty()
        || document.comments.binary_search_by_key(&start, |comment| comment.start()).is_ok()
}

#[cfg(test)]
mod tests {
    use crate::Linter;

    /// The codes of what is found in a `.env` file, and how much is suppressed.
    fn lint(text: &str) -> (Vec<&'static str>, usize) {
        let linted = Linter::default().lint(".env", text);
        (linted.findings.iter().map(|finding| finding.rule.code).collect(), linted.suppressed)
    }

    #[test]
    fn a_comment_speaks_for_its_line_or_the_next_setting() {
        let bad = "AIRFLOW_CONN_GCP=google_cloud_platform://\n";
        for (text, found, suppressed) in [
            (bad.to_owned(), 1, 0),
            (format!("# connlint: ignore[underscore-scheme] on purpose\n{bad}"), 0, 1),
            (format!("# connlint: ignore[CL102]\n\n# another comment\n{bad}"), 0, 1),
            (format!("# connlint: ignore[CL101, cl102]\n{bad}"), 0, 1),
            (format!("# connlint: ignore[CL101]\n{bad}"), 1, 0),
            (format!("# connlint: ignore[CL102]\nA=1\n{bad}"), 1, 0),
            (format!("# connlint: ignore\n{bad}"), 1, 0),
            (format!("# connlint: ignore[CL102\n{bad}"), 1, 0),
        ] {
            let (codes, count) = lint(&text);
            assert_eq!((codes.len(), count), (found, suppressed), "{text}");
        }
    }

    #[test]
    fn a_comment_behind_a_value_speaks_for_its_line() {
        let text = "AIRFLOW_CONN_GCP='google_cloud_platform://' # connlint: ignore[CL102, CL603]\n";
        assert_eq!(lint(text), (vec![], 2));
    }
}
