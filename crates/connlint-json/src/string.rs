use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use connlint_text::{Decoded, DecodedText, MapBuilder, Span};

use crate::PyText;

/// A JSON string as it is written.
///
/// `Debug` shows the place only: the text may be a secret.
///
/// ```
/// use connlint_json::{Value, parse};
///
/// let node = parse(r#""a\"b""#).unwrap();
/// let Value::String(string) = node.value else { panic!() };
/// assert_eq!(string.raw(), r#"a\"b"#);
/// assert_eq!(string.text(), "a\"b");
/// ```
#[derive(Clone, Copy)]
pub struct Str<'a> {
    source: &'a str,
    span: Span<Decoded>,
    escaped: bool,
}

/// A stretch of a string: taken over as it is, or an escape.
enum Stretch {
    Copy(Range<usize>),
    Escape(Range<usize>, u32),
}

impl<'a> Str<'a> {
    /// The string at `span` of `source`, quotes included, which the reader has checked.
    pub(crate) const fn new(source: &'a str, span: Span<Decoded>, escaped: bool) -> Self {
        Self { source, span, escaped }
    }

    /// Where it stands, quotes included.
    pub const fn span(&self) -> Span<Decoded> {
        self.span
    }

    /// Where its content stands, between the quotes.
    pub const fn content(&self) -> Span<Decoded> {
        Span::new(self.span.start() + 1, self.span.end() - 1)
    }

    /// Its content as it is written, escapes and all.
    pub fn raw(&self) -> &'a str {
        self.source.get(self.content().range()).unwrap_or_default()
    }

    /// Whether it has an escape.
    pub const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// Whether it says `text`, exactly.
    #[inline]
    pub fn is(&self, text: &str) -> bool {
        // Most comparisons end at the length.
        let may_be = self.escaped || self.span.len() as usize == text.len() + 2;
        may_be && self.is_exactly(text)
    }

    fn is_exactly(&self, text: &str) -> bool {
        if self.escaped { self.text() == text } else { self.raw() == text }
    }

    /// What Python reads, borrowed where there is no escape.
    pub fn text(&self) -> PyText<'a> {
        if !self.escaped {
            return PyText::Str(Cow::Borrowed(self.raw()));
        }
        let mut text = String::with_capacity(self.raw().len());
        let mut stretches = self.stretches();
        while let Some(stretch) = stretches.next() {
            match stretch {
                Stretch::Copy(range) => text.push_str(self.slice(range)),
                Stretch::Escape(_, point) => match char::from_u32(point) {
                    Some(char) => text.push(char),
                    None => return self.with_surrogates(&text, point, stretches),
                },
            }
        }
        PyText::Str(Cow::Owned(text))
    }

    /// What Python reads, with the place of each byte.
    ///
    /// The raw side of the map counts bytes of the text that was read, so that
    /// [`DecodedText::then`] chains it. U+FFFD stands for each lone surrogate.
    pub fn decode(&self) -> DecodedText<'a> {
        let mut builder = MapBuilder::new(self.source);
        for stretch in self.stretches() {
            match stretch {
                Stretch::Copy(range) => builder.copy(range),
                Stretch::Escape(range, point) => {
                    let char = char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
                    builder.replace_char(range, char);
                }
            }
        }
        builder.finish_at(self.content().range().start)
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.source.get(range).unwrap_or_default()
    }

    /// `before` and the rest as code points, from the first lone surrogate on.
    fn with_surrogates(
        &self,
        before: &str,
        surrogate: u32,
        rest: impl Iterator<Item = Stretch>,
    ) -> PyText<'a> {
        let mut points: Vec<u32> = before.chars().map(u32::from).chain([surrogate]).collect();
        for stretch in rest {
            match stretch {
                Stretch::Copy(range) => points.extend(self.slice(range).chars().map(u32::from)),
                Stretch::Escape(_, point) => points.push(point),
            }
        }
        PyText::Surrogates(points)
    }

    /// The content in stretches, in order.
    fn stretches(&self) -> impl Iterator<Item = Stretch> + use<'a> {
        let source = self.source.as_bytes();
        let Range { start, end } = self.content().range();
        let bytes = source.get(..end).unwrap_or_default();
        let escaped = self.escaped;
        let mut at = start;
        std::iter::from_fn(move || {
            let rest = bytes.get(at..)?;
            let from = at;
            if rest.is_empty() {
                return None;
            }
            let plain = if escaped { memchr::memchr(b'\\', rest) } else { None };
            match plain.unwrap_or(rest.len()) {
                0 => {
                    let (point, len) = escape(rest);
                    at += len;
                    Some(Stretch::Escape(from..at, point))
                }
                len => {
                    at += len;
                    Some(Stretch::Copy(from..at))
                }
            }
        })
    }
}

/// How many bytes stand in front of the first one that JSON escapes in a string: a quote, a
/// backslash or a control character.
///
/// ```
/// assert_eq!(connlint_json::plain_len(b"a word\"..."), 6);
/// assert_eq!(connlint_json::plain_len(b"a word"), 6);
/// ```
pub fn plain_len(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;

    let mut at = 0;
    // Eight at a time. A borrow sets bits behind the first byte that is found, never in front of it.
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*word);
        let is = |sign: u8| {
            let differs = word ^ (ONES * u64::from(sign));
            differs.wrapping_sub(ONES) & !differs
        };
        let is_control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (is(b'"') | is(b'\\') | is_control) & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| !matches!(byte, 0..0x20 | b'"' | b'\\')).count()
}

/// The code point of the escape at the start of `bytes`, and its length.
///
/// Two escapes that make a surrogate pair are one.
fn escape(bytes: &[u8]) -> (u32, usize) {
    let point = match bytes.get(1) {
        Some(b'b') => 0x08,
        Some(b't') => 0x09,
        Some(b'n') => 0x0a,
        Some(b'f') => 0x0c,
        Some(b'r') => 0x0d,
        Some(b'u') => return unicode_escape(bytes),
        Some(&itself) => u32::from(itself),
        None => u32::from(b'\\'),
    };
    (point, bytes.len().min(2))
}

fn unicode_escape(bytes: &[u8]) -> (u32, usize) {
    let Some(first) = code_unit(bytes) else { return (0xfffd, bytes.len().min(6)) };
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = bytes.get(6..).and_then(code_unit)
        && (0xdc00..0xe000).contains(&second)
    {
        return (0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00), 12);
    }
    (first, 6)
}

/// `\uXXXX` at the start of `bytes`.
pub(crate) fn code_unit(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes else { return None };
    digits.get(..4)?.iter().try_fold(0, |unit, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        Some(unit << 4 | digit)
    })
}

impl PartialEq for Str<'_> {
    /// Two strings are the same where Python reads the same.
    fn eq(&self, other: &Self) -> bool {
        if self.escaped || other.escaped {
            self.text() == other.text()
        } else {
            self.raw() == other.raw()
        }
    }
}

impl Eq for Str<'_> {}

impl fmt::Debug for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Str({:?})", self.span)
    }
}
