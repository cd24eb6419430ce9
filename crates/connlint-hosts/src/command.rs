use connlint_text::{Decoded, DecodedText, Raw, Span};

use crate::Quoting;

/// A word of a shell script, as the shell hands it to a program.
#[derive(Debug, Clone)]
pub struct Word<'a> {
    /// Where it stands, quotes and all.
    pub span: Span<Raw>,
    /// The text without quotes and escapes.
    pub value: DecodedText<'a>,
    /// Where the text depends on what runs the script: `$X`, `$(…)`, `~`.
    pub unknown: Vec<Span<Decoded>>,
    /// How to write into it.
    pub quoting: Quoting,
}

/// A simple command of a shell script that runs one of the tools around Airflow.
///
/// What runs the tool for somebody else (`sudo`, `docker exec web`, `poetry run`) is left out, and
/// so are assignments in front.
#[derive(Debug, Clone)]
pub struct Command<'a> {
    /// From the first word, of a prefix too, to the last.
    pub span: Span<Raw>,
    /// The program and its arguments; never empty.
    pub words: Vec<Word<'a>>,
    /// What its standard input says, where the script does: a here-document, the `echo` in front
    /// of a `|`.
    pub input: Option<Word<'a>>,
    /// The operator that ends it (`&`, `;`, `|`); empty where the line end does.
    pub end: Span<Raw>,
}

impl<'a> Word<'a> {
    /// The text without quotes and escapes.
    pub fn text(&self) -> &str {
        self.value.text()
    }

    /// Whether all of the text stands in the script.
    pub const fn is_known(&self) -> bool {
        self.unknown.is_empty()
    }

    /// The rest of a word of `file` behind the first `offset` bytes of its text.
    pub(crate) fn tail(&self, file: &'a str, offset: usize) -> Self {
        let from = u32::try_from(offset).unwrap_or(u32::MAX);
        let before = self.value.map().to_raw(Span::new(from.saturating_sub(1), from));
        let start = if offset == 0 { self.span.start() } else { before.end() };
        let len = self.value.map().decoded_len();
        let in_quotes = Span::<Raw>::new(self.span.start(), start).of(file).contains(['"', '\'']);
        let close = u32::from(in_quotes && self.quoting != Quoting::Opaque);
        let span = Span::new(start, (self.span.end() - close).max(start));
        let (quoting, inside) =
            if in_quotes { (self.quoting, 0) } else { quoting_of(span.of(file)) };
        let value = if from >= len {
            let at = span.start() + inside;
            DecodedText::verbatim(file, Span::empty(at.min(span.end())))
        } else if self.value.map().is_verbatim() {
            let raw = self.value.map().to_raw(Span::new(from, len));
            DecodedText::verbatim(file, raw)
        } else {
            let part = self.value.part(Span::new(from, len));
            let map = part.map().clone();
            DecodedText::new(part.into_text().into_owned(), map)
        };
        let unknown = self.unknown.iter().filter(|part| part.start() >= from);
        let unknown = unknown.map(|part| Span::new(part.start() - from, part.end() - from));
        Self { span, value, unknown: unknown.collect(), quoting }
    }
}

impl Command<'_> {
    /// The name of the program, without the folders in front.
    pub fn program(&self) -> &str {
        self.words.first().map_or("", |word| base(word.text()))
    }

    /// Whether the first arguments are these words: `["kv", "put"]`.
    pub fn runs(&self, program: &str, arguments: &[&str]) -> bool {
        self.program() == program
            && self.words.len() > arguments.len()
            && self.words[1..].iter().zip(arguments).all(|(word, wanted)| word.text() == *wanted)
    }
}

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How the text of a word as it stands is quoted, and how far inside the text begins.
pub(crate) fn quoting_of(raw: &str) -> (Quoting, u32) {
    match raw.as_bytes() {
        [b'\'', inner @ .., b'\''] if !inner.contains(&b'\'') => (Quoting::ShellSingle, 1),
        [b'"', inner @ .., b'"'] if is_one_quotation(inner) => (Quoting::ShellDouble, 1),
        bytes if bytes.iter().any(|byte| b"'\"".contains(byte)) => (Quoting::Opaque, 0),
        _ => (Quoting::ShellBare, 0),
    }
}

/// Whether the text between two `"` holds no other `"` but escaped ones.
fn is_one_quotation(inner: &[u8]) -> bool {
    let mut escaped = false;
    for &byte in inner {
        if byte == b'"' && !escaped {
            return false;
        }
        escaped = byte == b'\\' && !escaped;
    }
    !escaped
}
