use std::fmt;

use connlint_text::{Decoded, Span};

/// Why a text is not JSON that Python takes, and where.
///
/// Holds no text of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    /// What is the matter.
    pub kind: ErrorKind,
    /// Where Python says it is: the byte at which it gave up.
    pub offset: u32,
    /// What to point at: the trailing comma, the bare word, the bad escape.
    pub span: Span<Decoded>,
}

/// What is the matter with a text that is not JSON.
///
/// ```
/// use connlint_json::{ErrorKind, Found, parse};
///
/// let error = parse("{'a': 1}").unwrap_err();
/// assert_eq!(error.kind, ErrorKind::ExpectedKey(Found::SingleQuote));
/// assert_eq!(error.kind.python_message(), "Expecting property name enclosed in double quotes");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorKind {
    /// The text starts with a byte order mark.
    Bom,
    /// No value where one must stand.
    ExpectedValue(Found),
    /// No `"key"` where one must stand.
    ExpectedKey(Found),
    /// No `:` behind a key.
    ExpectedColon(Found),
    /// Neither `,` nor the closing bracket behind a value.
    ExpectedComma(Found),
    /// Something stands behind the value.
    ExtraData(Found),
    /// A string has no closing `"`.
    UnterminatedString,
    /// A string holds a raw control character, such as a line break.
    ControlCharacter,
    /// A backslash is followed by a character that makes no escape.
    InvalidEscape,
    /// `\u` is not followed by four hexadecimal digits.
    InvalidUnicodeEscape,
    /// An integer has more than [`MAX_INT_DIGITS`](crate::MAX_INT_DIGITS) digits.
    TooManyDigits,
    /// Brackets are nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    TooDeep,
}

/// What stands where something else was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Found {
    /// The end of the text.
    End,
    /// A `,` with nothing but the closing bracket behind it.
    TrailingComma,
    /// A `'`.
    SingleQuote,
    /// A typographic quotation mark.
    CurlyQuote,
    /// `//`, `/*` or `#`.
    Comment,
    /// `True`, `False` or `None`, as Python writes them.
    PythonLiteral,
    /// A word without quotes.
    Word,
    /// A number in a notation that JSON does not have: `007`, `+1`, `.5`, `5.`.
    Number,
    /// A `"`.
    String,
    /// A `{` or `[`.
    OpeningBracket,
    /// A `}` or `]`.
    ClosingBracket,
    /// A `,` too many.
    Comma,
    /// A `:`.
    Colon,
    /// White space that JSON does not know, such as a no-break space.
    WhiteSpace,
    /// Anything else.
    Other,
}

impl ErrorKind {
    /// The words of Python's own message, without the position.
    pub const fn python_message(self) -> &'static str {
        match self {
            Self::Bom => "Unexpected UTF-8 BOM (decode using utf-8-sig)",
            Self::ExpectedValue(_) => "Expecting value",
            Self::ExpectedKey(_) => "Expecting property name enclosed in double quotes",
            Self::ExpectedColon(_) => "Expecting ':' delimiter",
            Self::ExpectedComma(_) => "Expecting ',' delimiter",
            Self::ExtraData(_) => "Extra data",
            Self::UnterminatedString => "Unterminated string starting at",
            Self::ControlCharacter => "Invalid control character at",
            Self::InvalidEscape => "Invalid \\escape",
            Self::InvalidUnicodeEscape => "Invalid \\uXXXX escape",
            Self::TooManyDigits => "Exceeds the limit (4300 digits) for integer string conversion",
            Self::TooDeep => "maximum recursion depth exceeded while decoding a JSON document",
        }
    }

    /// What is wrong with a text that should be JSON, as a clause.
    pub const fn fault(self) -> &'static str {
        match self {
            Self::Bom => "it starts with a byte order mark",
            Self::UnterminatedString => "a string has no closing quote",
            Self::ControlCharacter => {
                "a string holds a raw control character, such as a line break"
            }
            Self::InvalidEscape => "a backslash starts no escape",
            Self::InvalidUnicodeEscape => "`\\u` is not followed by four hexadecimal digits",
            Self::TooManyDigits => "a number has more than 4300 digits",
            Self::TooDeep => "it is nested too deep",
            Self::ExpectedValue(found)
            | Self::ExpectedKey(found)
            | Self::ExpectedColon(found)
            | Self::ExpectedComma(found)
            | Self::ExtraData(found) => match (found, self) {
                (Found::TrailingComma, _) => "a comma stands before a closing bracket",
                (Found::SingleQuote, _) => "single quotes are no quotes in JSON",
                (Found::CurlyQuote, _) => "typographic quotes are no quotes in JSON",
                (Found::Comment, _) => "JSON has no comments",
                (Found::PythonLiteral, _) => "`True`, `False` and `None` are Python, not JSON",
                (Found::Number, _) => "a number is written in a way that JSON does not know",
                (Found::WhiteSpace, _) => {
                    "white space that JSON does not know stands between the parts"
                }
                (Found::Word, _) => "a word stands without quotes",
                (Found::End, _) => "it ends too early",
                (_, Self::ExtraData(_)) => "something stands behind the value",
                (_, Self::ExpectedColon(_)) => "`:` is missing behind a key",
                (_, Self::ExpectedComma(_)) => "`,` is missing between two parts",
                (_, Self::ExpectedKey(_)) => "a key in double quotes is missing",
                _ => "a value is missing",
            },
        }
    }

    /// What to do about it, as an imperative.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::ExpectedValue(found)
            | Self::ExpectedKey(found)
            | Self::ExpectedColon(found)
            | Self::ExpectedComma(found)
            | Self::ExtraData(found) => match found {
                Found::TrailingComma | Found::Comma => "remove the comma",
                Found::SingleQuote | Found::CurlyQuote | Found::Word => "put text between `\"`",
                Found::Comment => "remove the comment",
                Found::PythonLiteral => "write `true`, `false` or `null`",
                Found::WhiteSpace => "use blanks",
                Found::End => "write the closing bracket or quote",
                _ => "write it as JSON",
            },
            Self::ControlCharacter => "write `\\n` for a line break",
            Self::InvalidEscape => "write `\\\\` for a backslash",
            _ => "write it as JSON",
        }
    }

    /// The exception that `json.loads` raises.
    pub const fn exception(self) -> JsonException {
        match self {
            Self::TooManyDigits => JsonException::ValueError,
            Self::TooDeep => JsonException::RecursionError,
            _ => JsonException::JsonDecodeError,
        }
    }

    /// What stands there instead, where something else was expected.
    pub const fn found(self) -> Option<Found> {
        match self {
            Self::ExpectedValue(found)
            | Self::ExpectedKey(found)
            | Self::ExpectedColon(found)
            | Self::ExpectedComma(found)
            | Self::ExtraData(found) => Some(found),
            _ => None,
        }
    }
}

/// The exceptions of `json.loads`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonException {
    /// `json.JSONDecodeError`, a kind of `ValueError`.
    JsonDecodeError,
    /// `ValueError` itself: caught by whoever catches `JSONDecodeError` no more than this.
    ValueError,
    /// `RecursionError`.
    RecursionError,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.python_message())
    }
}

impl std::error::Error for Error {}
