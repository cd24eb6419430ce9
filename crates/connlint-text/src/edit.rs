use std::borrow::Cow;
use std::fmt;

use crate::{MapBuilder, Message, Raw, SourceMap, Span};

/// A change, described without holding what it changes.
///
/// A rule that percent-encodes a password names the password's span and the encoding; the bytes
/// are read only when the change is applied, and a diff shows them masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit<S: crate::Space> {
    /// What is replaced; empty to insert.
    pub span: Span<S>,
    /// What it is replaced with; empty to delete.
    pub pieces: Vec<Piece<S>>,
}

/// A part of the new text of an [`Edit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<S: crate::Space> {
    /// A text that may be shown.
    Text(Message),
    /// The old text of a span, unchanged.
    Keep(Span<S>),
    /// The old text of a span, encoded.
    Encode(Span<S>, Encoding),
}

/// How the old text of a [`Piece::Encode`] is written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Percent-encode everything but `A-Z a-z 0-9 _ . - ~`, as Airflow's `get_uri` does.
    Component,
    /// As [`Component`](Self::Component), but leave escapes that are valid already.
    UnescapedOnly,
    /// As [`Component`](Self::Component), with `+` for a space, as in a query.
    Query,
    /// Lower-case ASCII letters.
    Lowercase,
    /// Upper-case ASCII letters.
    Uppercase,
    /// `-` for every `_`.
    Dashes,
    /// Without white space at both ends.
    Trim,
}

impl Encoding {
    /// Writes `text` anew.
    ///
    /// ```
    /// use connlint_text::Encoding;
    /// assert_eq!(Encoding::Component.encode("a/b c%2Fé"), "a%2Fb%20c%252F%C3%A9");
    /// assert_eq!(Encoding::UnescapedOnly.encode("a/b%2F%"), "a%2Fb%2F%25");
    /// assert_eq!(Encoding::Query.encode("a b&c"), "a+b%26c");
    /// ```
    pub fn encode(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Component => percent_encode(text, false, false),
            Self::UnescapedOnly => percent_encode(text, false, true),
            Self::Query => percent_encode(text, true, false),
            Self::Lowercase => Cow::Owned(text.to_ascii_lowercase()),
            Self::Uppercase => Cow::Owned(text.to_ascii_uppercase()),
            Self::Dashes => Cow::Owned(text.replace('_', "-")),
            Self::Trim => Cow::Borrowed(text.trim()),
        }
    }
}

/// `urllib.parse.quote(text, safe="")`, or `quote_plus`.
fn percent_encode(text: &str, plus_for_space: bool, keep_escapes: bool) -> Cow<'_, str> {
    let is_safe =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'~');
    if text.bytes().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 16);
    for (at, &byte) in bytes.iter().enumerate() {
        let is_escape = || {
            byte == b'%'
                && bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit)
                && bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit)
        };
        if is_safe(byte) || (keep_escapes && is_escape()) {
            out.push(char::from(byte));
        } else if byte == b' ' && plus_for_space {
            out.push('+');
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    Cow::Owned(out)
}

impl<S: crate::Space> Edit<S> {
    /// Replaces `span` by a text that may be shown.
    pub fn replace(span: Span<S>, text: impl Into<Message>) -> Self {
        Self { span, pieces: vec![Piece::Text(text.into())] }
    }

    /// Inserts a text that may be shown at `offset`.
    pub fn insert(offset: u32, text: impl Into<Message>) -> Self {
        Self::replace(Span::empty(offset), text)
    }

    /// Deletes `span`.
    pub const fn delete(span: Span<S>) -> Self {
        Self { span, pieces: Vec::new() }
    }

    /// Writes the text of `span` anew.
    pub fn encode(span: Span<S>, encoding: Encoding) -> Self {
        Self { span, pieces: vec![Piece::Encode(span, encoding)] }
    }

    /// The new text, read from `text`, in whose coordinates the edit is written.
    ///
    /// It may hold secrets: it goes into files only.
    pub fn resolve(&self, text: &str) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(message) => out.push_str(message.as_str()),
                Piece::Keep(span) => out.push_str(span.of(text)),
                Piece::Encode(span, encoding) => out.push_str(&encoding.encode(span.of(text))),
            }
        }
        out
    }
}

/// An [`Edit`] with its text filled in and encoded for the file it goes into.
///
/// `Debug` does not show the text: it may be a secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextEdit {
    /// What is replaced.
    pub span: Span<Raw>,
    /// What it is replaced with.
    pub text: String,
}

impl fmt::Debug for TextEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextEdit").field("span", &self.span).finish_non_exhaustive()
    }
}

/// A changed text, and where its bytes came from.
#[derive(Clone)]
pub struct Applied {
    /// The new text.
    pub text: String,
    /// From the new text (as decoded side) to the old one (as raw side).
    pub map: SourceMap,
}

/// Two edits want the same bytes, or one does not fit the text; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// The edit that does not fit.
    pub span: Span<Raw>,
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an edit of bytes {}..{} overlaps another one or does not fit the text",
            self.span.start(),
            self.span.end()
        )
    }
}

impl std::error::Error for Overlap {}

/// Applies `edits` to `text`, in any order.
///
/// # Errors
///
/// [`Overlap`] where two edits touch the same bytes or one does not fit the text.
///
/// ```
/// use connlint_text::{Span, TextEdit, apply_edits};
///
/// let edit = TextEdit { span: Span::new(1, 2), text: "%2F".into() };
/// assert_eq!(apply_edits("a/b", &[edit]).unwrap().text, "a%2Fb");
/// ```
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Result<Applied, Overlap> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let mut builder = MapBuilder::new(text);
    let mut at = 0;
    for edit in sorted {
        let range = edit.span.range();
        if range.start < at || text.get(range.clone()).is_none() {
            return Err(Overlap { span: edit.span });
        }
        builder.copy(at..range.start);
        builder.replace(range.clone(), &edit.text);
        at = range.end;
    }
    builder.copy(at..text.len());
    let applied = builder.finish();
    let map = applied.map().clone();
    Ok(Applied { text: applied.into_text().into_owned(), map })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> TextEdit {
        TextEdit { span: Span::new(start, end), text: text.into() }
    }

    #[test]
    fn edits_apply_in_any_order() {
        let edits = [edit(4, 5, "E"), edit(0, 0, ">"), edit(1, 3, "")];
        assert_eq!(apply_edits("abcde", &edits).map(|applied| applied.text), Ok(">adE".into()));
    }

    #[test]
    fn overlaps_and_misfits_are_refused() {
        for (edits, span) in [
            (vec![edit(0, 2, "x"), edit(1, 3, "y")], Span::new(1, 3)),
            (vec![edit(4, 9, "x")], Span::new(4, 9)),
            (vec![edit(1, 2, "x")], Span::new(1, 2)), // inside `é`
        ] {
            let text = if span.start() == 1 && edits.len() == 1 { "é" } else { "abcde" };
            assert_eq!(
                apply_edits(text, &edits).map(|applied| applied.text),
                Err(Overlap { span })
            );
        }
    }

    #[test]
    fn pieces_are_read_from_the_text() {
        let value = "postgres://u:a/b@h";
        let password = Span::<crate::Decoded>::new(13, 16);
        let edit = Edit {
            span: Span::new(11, 16),
            pieces: vec![
                Piece::Keep(Span::new(11, 13)),
                Piece::Encode(password, Encoding::Component),
                Piece::Text("!".into()),
            ],
        };
        assert_eq!(edit.resolve(value), "u:a%2Fb!");
        assert!(!format!("{edit:?}").contains("a/b"));
    }
}
