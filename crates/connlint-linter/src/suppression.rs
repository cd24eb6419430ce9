use connlint_hosts::Document;
use connlint_text::{Edit, Grounds, LineIndex, Public, Raw, Span, message};

use crate::rules::file::{ignore_without_reason, unknown_ignore, unused_ignore};
use crate::{Applicability, Check, Finding, Linter, Reporter, Rule, nearest_rule, rule};

/// What a suppression comment starts with, behind the host's own comment sign.
const MARK: &str = "connlint: ignore";

/// The comments of a document that say which findings are meant.
///
/// `# connlint: ignore[rule, CL104] reason` holds for its own line and, where nothing but white
/// space stands before it, for the next line that holds more than a comment.
#[derive(Debug, Default)]
pub(crate) struct Suppressions<'a> {
    /// Both ends of what they speak for are in rising order.
    ignores: Vec<Ignore<'a>>,
    /// Comments that start like one of these and name no rule.
    nameless: Vec<Span<Raw>>,
}

/// A comment that names rules.
#[derive(Debug)]
struct Ignore<'a> {
    /// The bytes it speaks for.
    speaks: Span<Raw>,
    /// The comment, from its sign to its end.
    comment: Span<Raw>,
    /// From `connlint` to the bracket that closes.
    mark: Span<Raw>,
    words: Vec<Word<'a>>,
    has_reason: bool,
}

/// A word between the brackets.
#[derive(Debug)]
struct Word<'a> {
    text: &'a str,
    span: Span<Raw>,
    rule: Option<&'static Rule>,
    is_used: bool,
}

impl<'a> Suppressions<'a> {
    pub(crate) fn of(document: &Document<'a>) -> Self {
        let mut suppressions = Self::default();
        // Line positions are needed only where there is a suppression at all.
        let mut lines: Option<LineIndex> = None;
        // From the end on: a comment above another one speaks for the same line.
        let mut below: Option<Speaks> = None;
        for &comment in document.comments.iter().rev() {
            let text = comment.of(document.text);
            let Some(at) = text.find(MARK) else { continue };
            let behind = &text[at + MARK.len()..];
            let start = comment.start() + offset(at);
            let Some((rules, reason)) =
                behind.strip_prefix('[').and_then(|list| list.split_once(']'))
            else {
                // `connlint: ignored` is a word of prose.
                if !behind.starts_with(|char: char| char.is_alphanumeric()) {
                    let mark = Span::new(start, start + offset(MARK.len()));
                    suppressions.nameless.push(mark);
                }
                continue;
            };
            let lines = lines.get_or_insert_with(|| LineIndex::new(document.text));
            let speaks = Speaks::of(document, lines, comment, below);
            let first = start + offset(MARK.len()) + 1;
            suppressions.ignores.push(Ignore {
                speaks: speaks.span,
                comment,
                mark: Span::new(start, first + offset(rules.len()) + 1),
                words: words(rules, first),
                has_reason: reason.contains(char::is_alphanumeric),
            });
            below = Some(speaks);
        }
        suppressions.ignores.reverse();
        suppressions.nameless.reverse();
        suppressions
    }

    /// Whether a comment says that this finding is meant. That comment is used then.
    pub(crate) fn cover(&mut self, finding: &Finding) -> bool {
        let starts = [Some(finding.span), finding.site.as_ref().map(|site| site.span)];
        starts.iter().flatten().any(|start| {
            let behind = self.ignores.partition_point(|it| it.speaks.start() <= start.start());
            let covering = self.ignores[..behind].iter_mut().rev();
            covering
                .take_while(|ignore| ignore.speaks.end() > start.start())
                .flat_map(|ignore| &mut ignore.words)
                .find(|word| word.rule == Some(finding.rule))
                .map(|word| word.is_used = true)
                .is_some()
        })
    }

    /// What is to be said about the comments themselves, once all findings were asked for.
    pub(crate) fn findings(&self, linter: &Linter, document: &Document<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for mark in &self.nameless {
            Reporter::new(document.text, &unknown_ignore::RULE, None, &mut findings)
                .report_raw(*mark, message!["this comment names no rule to ignore"])
                .label("so it ignores nothing")
                .help("write `connlint: ignore[RULE] REASON`; `connlint rules` lists the rules");
        }
        for ignore in &self.ignores {
            ignore.unknown(document, &mut findings);
            ignore.unused(linter, document, &mut findings);
            if !ignore.has_reason {
                Reporter::new(document.text, &ignore_without_reason::RULE, None, &mut findings)
                    .report_raw(ignore.mark, message!["this comment does not say why"])
                    .help("write the reason behind the bracket");
            }
        }
        findings
    }
}

/// The parts of comments `connlint: ignore[…]` that may be shown: all but reasons, and words that
/// are nothing like a rule.
pub fn ignore_parts(document: &Document<'_>) -> Vec<Span<Raw>> {
    let suppressions = Suppressions::of(document);
    let mut parts = suppressions.nameless.clone();
    for ignore in &suppressions.ignores {
        let mut at = ignore.mark.start();
        if ignore.is_line(document) {
            at = ignore.comment.start();
        }
        let is_strange =
            |word: &&Word<'_>| word.rule.is_none() && nearest_rule(word.text).is_none();
        for word in ignore.words.iter().filter(is_strange) {
            parts.push(Span::new(at, word.span.start()));
            at = word.span.end();
        }
        parts.push(Span::new(at, ignore.mark.end()));
    }
    parts
}

impl Ignore<'_> {
    /// Whether nothing but the sign of a comment stands before the mark.
    fn is_line(&self, document: &Document<'_>) -> bool {
        let sign = Span::<Raw>::new(self.comment.start(), self.mark.start()).of(document.text);
        matches!(sign.trim_end(), "#" | "//" | ";" | "")
    }

    /// Words that are no rules.
    fn unknown(&self, document: &Document<'_>, findings: &mut Vec<Finding>) {
        for word in self.words.iter().filter(|word| word.rule.is_none()) {
            let span = word.span;
            let mut report = Reporter::new(document.text, &unknown_ignore::RULE, None, findings);
            let draft = report
                .report_raw(span, message!["this comment ignores a rule that does not exist"]);
            match nearest_rule(word.text) {
                Some(meant) => {
                    let meant = Public::vouch(meant, Grounds::Catalogue);
                    draft.help(message!["did you mean `", &meant, "`?"]).raw_fix(
                        Applicability::Unsafe,
                        message!["write `", &meant, "`"],
                        vec![Edit::replace(span, message![&meant])],
                    );
                }
                None => {
                    draft.help("`connlint rules` lists the rules");
                }
            }
        }
    }

    /// Rules that find nothing here, although they look.
    fn unused(&self, linter: &Linter, document: &Document<'_>, findings: &mut Vec<Finding>) {
        let is_unused =
            |word: &Word<'_>| !word.is_used && word.rule.is_some_and(|it| looks(linter, it));
        let stays = self.words.iter().any(|word| !is_unused(word));
        for (nr, word) in self.words.iter().enumerate().filter(|(_, word)| is_unused(word)) {
            let mut report = Reporter::new(document.text, &unused_ignore::RULE, None, findings);
            let draft = report
                .report_raw(word.span, message!["nothing is found that this comment ignores"])
                .label("this rule is content")
                .help("remove it");
            let edit = match self.removable(document) {
                _ if stays => Some(self.without(nr)),
                // The whole comment goes, once.
                Some(whole) if nr == 0 => Some(whole),
                _ => None,
            };
            if let Some(span) = edit {
                let title = if stays { "remove the rule" } else { "remove the comment" };
                draft.raw_fix(Applicability::Safe, title, vec![Edit::delete(span)]);
            }
        }
    }

    /// A word with the comma that it does not need without.
    fn without(&self, nr: usize) -> Span<Raw> {
        let span = self.words[nr].span;
        match (nr.checked_sub(1), self.words.get(nr + 1)) {
            (None, Some(next)) => Span::new(span.start(), next.span.start()),
            (None, None) => span,
            (Some(last), _) => Span::new(self.words[last].span.end(), span.end()),
        }
    }

    /// The comment with the line it stands on alone, or the white space before it; `None` where it
    /// says something else too.
    fn removable(&self, document: &Document<'_>) -> Option<Span<Raw>> {
        let text = self.comment.of(document.text);
        if !self.is_line(document) || text.contains('\n') {
            return None;
        }
        let before = document.text.get(..self.comment.start() as usize)?;
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let white = before.len() - before.trim_end_matches([' ', '\t']).len();
        let end = self.comment.end();
        if before.len() - white > line {
            return Some(Span::new(self.comment.start() - offset(white), end));
        }
        let rest = document.text.get(end as usize..)?;
        let line_end = match rest.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        };
        Some(Span::new(offset(line), end + line_end))
    }
}

/// Whether a rule has looked at everything that it could find something in.
fn looks(linter: &Linter, rule: &'static Rule) -> bool {
    let sees_all = match rule.check {
        // It depends on the other files of the run, and on the reading of the bytes.
        Check::Project(_) | Check::Reading => false,
        Check::Versions(_) => !linter.also.is_empty(),
        _ => true,
    };
    sees_all && linter.has(rule)
}

/// The words of a list that starts at a place of the file.
fn words(list: &str, start: u32) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = start;
    for part in list.split(',') {
        let text = part.trim();
        let lead = offset(part.len() - part.trim_start().len());
        let span = Span::new(at + lead, at + lead + offset(text.len()));
        at += offset(part.len()) + 1;
        words.push(Word { text, span, rule: rule(text), is_used: false });
    }
    words
}

/// A length of a document, which has less than 4 GiB.
fn offset(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
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
    fn rules_about_several_files_are_never_idle() {
        let text = "# connlint: ignore[CL801, CL304] elsewhere\nAIRFLOW_CONN_A=http://h\n";
        assert_eq!(lint(text), (vec![], 0));
    }

    #[test]
    fn a_comment_speaks_for_its_line_or_the_next_setting() {
        let bad = "AIRFLOW_CONN_GCP=google_cloud_platform://\n";
        for (text, found, suppressed) in [
            (bad.to_owned(), 1, 0),
            (format!("# connlint: ignore[underscore-scheme] on purpose\n{bad}"), 0, 1),
            (format!("# connlint: ignore[CL102]\n\n# another comment\n{bad}"), 0, 1),
            (format!("# connlint: ignore[CL101, cl102]\n{bad}"), 1, 1),
            (format!("# connlint: ignore[CL101]\n{bad}"), 2, 0),
            (format!("# connlint: ignore[CL102]\nA=1\n{bad}"), 2, 0),
            (format!("# connlint: ignored\n{bad}"), 1, 0),
            (format!("# connlint: ignore\n{bad}"), 2, 0),
            (format!("# connlint: ignore[CL102\n{bad}"), 2, 0),
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
