use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, Span};

use crate::{HostIssue, HostIssueKind, Name, Quoting};

/// One assignment, as one reader sees it.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) name: Name<'a>,
    /// Name, separator and value.
    pub(super) span: Span<Raw>,
    /// The value with its quotes.
    pub(super) value_span: Span<Raw>,
    pub(super) value: DecodedText<'a>,
    pub(super) unknown: Unknown,
    pub(super) quoting: Quoting,
}

/// The parts of a value that depend on the environment.
pub(super) type Unknown = Vec<Span<Decoded>>;

/// A position in a file, and what was found before it.
///
/// A reader takes one statement at a time off it: a blank, a comment, an assignment, or a line it
/// cannot read. Each step moves on by at least a byte.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) pos: usize,
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) issues: Vec<HostIssue>,
    pub(super) comments: Vec<Span<Raw>>,
}

impl<'a> Scan<'a> {
    /// A scan over `text` from `pos`.
    pub(super) fn new(text: &'a str, pos: usize) -> Self {
        Self { text, pos, entries: Vec::new(), issues: Vec::new(), comments: Vec::new() }
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.text.len()
    }

    /// The text from the position on.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    /// Moves on while `accept` holds.
    pub(super) fn skip_while(&mut self, accept: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.pos += rest.find(|char| !accept(char)).unwrap_or(rest.len());
    }

    /// Takes a byte order mark off the start of the file.
    pub(super) fn skip_bom(&mut self) {
        if self.pos == 0 && self.text.starts_with('\u{FEFF}') {
            self.pos = '\u{FEFF}'.len_utf8();
        }
    }

    /// The end of the line at `from`, in front of its `\n`.
    pub(super) fn line_end(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |len| from + len)
    }

    /// Takes the line at the position, and moves behind its `\n`.
    pub(super) fn take_line(&mut self) -> Line {
        let start = self.pos;
        let end = self.line_end(start);
        self.pos = (end + 1).min(self.text.len());
        Line { start, end }
    }

    /// Notes a comment.
    pub(super) fn comment(&mut self, start: usize, end: usize) {
        self.comments.push(Span::from_range(start..end));
    }

    /// Notes that the reader does not take `start..end` for an assignment.
    pub(super) fn refuse(&mut self, start: usize, end: usize, why: &'static str) {
        let kind = HostIssueKind::Line(why);
        self.issues.push(HostIssue { kind, span: Span::from_range(start..end) });
    }

    /// Notes that nothing is read from `start` on.
    pub(super) fn give_up(&mut self, start: usize, kind: HostIssueKind) {
        self.issues.push(HostIssue { kind, span: Span::from_range(start..self.line_end(start)) });
        self.pos = self.text.len();
    }
}

/// A range of offsets in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Line {
    pub(super) fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Without the characters at both ends that `accept` holds for.
    #[must_use]
    pub(super) fn trim(self, text: &str, accept: impl Fn(char) -> bool) -> Self {
        let trimmed = self.of(text).trim_start_matches(&accept);
        let start = self.end - trimmed.len();
        Self { start, end: start + trimmed.trim_end_matches(&accept).len() }
    }

    /// Without the characters at the end that `accept` holds for.
    #[must_use]
    pub(super) fn trim_end(self, text: &str, accept: impl Fn(char) -> bool) -> Self {
        Self { end: self.start + self.of(text).trim_end_matches(&accept).len(), ..self }
    }

    pub(super) fn span(self) -> Span<Raw> {
        Span::from_range(self.start..self.end)
    }

    /// The text, decoded as it stands.
    pub(super) fn verbatim(self, text: &str) -> DecodedText<'_> {
        DecodedText::verbatim(text, self.span())
    }
}

/// Decodes `value` once more.
///
/// `step` reads the text so far and writes the new one, whose raw side counts bytes of it.
pub(crate) fn decode_again<'a>(
    value: &DecodedText<'a>,
    step: impl FnOnce(&str, &mut MapBuilder<'_>),
) -> DecodedText<'a> {
    let mut builder = MapBuilder::new(value.text());
    step(value.text(), &mut builder);
    let both = value.then(builder.finish());
    let map = both.map().clone();
    DecodedText::new(both.into_text().into_owned(), map)
}

/// Copies `text` and replaces each escape that `escape` finds.
///
/// It is asked at each `\`, and gives the length of the escape and what it stands for.
pub(super) fn unescape(
    text: &str,
    builder: &mut MapBuilder<'_>,
    escape: impl Fn(&str) -> Option<(usize, Escaped)>,
) {
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..]) {
        let start = at + found;
        at = start + 1;
        let Some((len, meaning)) = escape(&text[start..]) else { continue };
        builder.copy(copied..start);
        match meaning {
            Escaped::Char(char) => builder.replace_char(start..start + len, char),
            Escaped::Text(text) => builder.replace(start..start + len, text),
            Escaped::Tail(from) => {
                // One escape, not a dropped byte: an edit of what it stands for replaces all of it.
                builder.replace(start..start + len, &text[start + from..start + len]);
            }
        }
        at = start + len;
        copied = at;
    }
    builder.copy(copied..text.len());
}

/// What an escape stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Escaped {
    Char(char),
    Text(&'static str),
    /// Itself, without so many bytes at the start.
    Tail(usize),
}

/// Go's `\s`, and the only blanks of its regular expressions.
pub(super) const fn is_ascii_blank(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\x0C' | '\r' | ' ')
}
