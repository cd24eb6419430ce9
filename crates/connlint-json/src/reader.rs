use connlint_text::{Decoded, Span};

use smallvec::SmallVec;

use crate::string::{code_unit, plain_len};
use crate::{Error, ErrorKind, Found, MAX_INT_DIGITS, Number, Str};

/// How deep brackets may be nested.
///
/// Python gives up where its own stack does: a little below 1000 less the calls it stands in.
pub const MAX_DEPTH: usize = 960;

/// One token of a JSON text, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Where it stands; the quotes of a string are part of it.
    pub span: Span<Decoded>,
    /// What it is.
    pub token: Token<'a>,
}

/// A token of a JSON text. Commas and colons are not told.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "each is the token of that name")]
pub enum Token<'a> {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Key(Str<'a>),
    String(Str<'a>),
    Number(Number<'a>),
    True,
    False,
    Null,
}

/// Reads a JSON text token by token, as Python's `json.loads` does.
///
/// It ends behind the one value of the text, or behind the first error.
///
/// ```
/// use connlint_json::{Reader, Token};
///
/// let keys = Reader::new(r#"{"a": 1, "b": [2]}"#)
///     .filter_map(|event| match event.unwrap().token {
///         Token::Key(key) => Some(key.raw()),
///         _ => None,
///     });
/// assert_eq!(keys.collect::<Vec<_>>(), ["a", "b"]);
/// ```
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The brackets that are open.
    open: SmallVec<[Bracket; 16]>,
    state: State,
    /// Where the last comma stands, for a message about it.
    comma: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Array,
    Object,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The value of the text.
    Start,
    /// A value, or `]`.
    FirstItem,
    /// A value behind a comma.
    NextItem,
    /// A key, or `}`.
    FirstKey,
    /// A key behind a comma.
    NextKey,
    /// A colon and a value.
    MemberValue,
    /// A comma or a closing bracket.
    AfterItem,
    /// White space to the end of the text.
    AfterValue,
    /// Nothing more.
    Done,
}

type Step<'a> = Result<Option<Event<'a>>, Error>;

impl<'a> Reader<'a> {
    /// A reader of `text`.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: SmallVec::new_const(), state: State::Start, comma: 0 }
    }

    /// A reader of what stands in `text` from `offset` on, with spans of all of it.
    pub(crate) fn starting_at(text: &'a str, offset: usize) -> Self {
        Self { at: offset, ..Self::new(text) }
    }

    /// The text that is read.
    pub const fn text(&self) -> &'a str {
        self.text
    }

    fn step(&mut self) -> Step<'a> {
        match self.state {
            State::Start => {
                if self.text.starts_with('\u{feff}') {
                    return Err(self.error(ErrorKind::Bom, 0, 0..3));
                }
                self.skip_space();
                self.value().map(Some)
            }
            State::FirstItem => {
                self.skip_space();
                if self.peek() == Some(b']') {
                    return Ok(Some(self.close(Token::ArrayEnd)));
                }
                self.value().map(Some)
            }
            State::NextItem => {
                self.skip_space();
                self.value().map(Some)
            }
            State::FirstKey => {
                self.skip_space();
                if self.peek() == Some(b'}') {
                    return Ok(Some(self.close(Token::ObjectEnd)));
                }
                self.key().map(Some)
            }
            State::NextKey => {
                self.skip_space();
                self.key().map(Some)
            }
            State::MemberValue => {
                self.skip_space();
                if self.peek() != Some(b':') {
                    return Err(self.unexpected(ErrorKind::ExpectedColon));
                }
                self.at += 1;
                self.skip_space();
                self.value().map(Some)
            }
            State::AfterItem => self.after_item(),
            State::AfterValue => {
                self.skip_space();
                if self.at < self.text.len() {
                    return Err(self.unexpected(ErrorKind::ExtraData));
                }
                self.state = State::Done;
                Ok(None)
            }
            State::Done => Ok(None),
        }
    }

    /// A comma and what follows it, or a closing bracket.
    fn after_item(&mut self) -> Step<'a> {
        self.skip_space();
        let object = self.open.last() == Some(&Bracket::Object);
        match self.peek() {
            Some(b'}') if object => Ok(Some(self.close(Token::ObjectEnd))),
            Some(b']') if !object => Ok(Some(self.close(Token::ArrayEnd))),
            Some(b',') => {
                self.comma = self.at;
                self.at += 1;
                self.state = if object { State::NextKey } else { State::NextItem };
                self.step()
            }
            _ => Err(self.unexpected(ErrorKind::ExpectedComma)),
        }
    }

    fn key(&mut self) -> Result<Event<'a>, Error> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(ErrorKind::ExpectedKey));
        }
        let string = self.string()?;
        self.state = State::MemberValue;
        Ok(Event { span: string.span(), token: Token::Key(string) })
    }

    fn value(&mut self) -> Result<Event<'a>, Error> {
        let (token, len) = match self.peek() {
            Some(b'"') => {
                let string = self.string()?;
                self.item_is_read();
                return Ok(Event { span: string.span(), token: Token::String(string) });
            }
            Some(b'{') => return self.open(Bracket::Object),
            Some(b'[') => return self.open(Bracket::Array),
            _ => {
                let rest = self.rest();
                if rest.starts_with("null") {
                    (Token::Null, 4)
                } else if rest.starts_with("true") {
                    (Token::True, 4)
                } else if rest.starts_with("false") {
                    (Token::False, 5)
                } else {
                    let number = self.number()?;
                    (Token::Number(number), number.as_str().len())
                }
            }
        };
        let span = self.take(len);
        self.item_is_read();
        Ok(Event { span, token })
    }

    /// ```text
    /// number = [ "-" ] ( "0" / digit1-9 *digit ) [ "." 1*digit ] [ ( "e" / "E" ) [ "+" / "-" ] 1*digit ]
    ///        / "NaN" / "Infinity" / "-Infinity"
    /// ```
    fn number(&self) -> Result<Number<'a>, Error> {
        let rest = self.rest();
        for name in ["NaN", "Infinity", "-Infinity"] {
            if let Some(name) = rest.get(..name.len()).filter(|&start| start == name) {
                return Ok(Number::new(name, true));
            }
        }
        let bytes = rest.as_bytes();
        let digits =
            |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        let sign = usize::from(bytes.first() == Some(&b'-'));
        let int = match bytes.get(sign) {
            Some(b'0') => 1,
            _ => digits(sign),
        };
        if int == 0 {
            return Err(self.unexpected(ErrorKind::ExpectedValue));
        }
        let mut len = sign + int;
        let mut float = false;
        if bytes.get(len) == Some(&b'.') {
            let fraction = digits(len + 1);
            if fraction > 0 {
                len += 1 + fraction;
                float = true;
            }
        }
        if let Some(b'e' | b'E') = bytes.get(len) {
            let sign = usize::from(matches!(bytes.get(len + 1), Some(b'+' | b'-')));
            let exponent = digits(len + 1 + sign);
            if exponent > 0 {
                len += 1 + sign + exponent;
                float = true;
            }
        }
        if !float && int > MAX_INT_DIGITS {
            return Err(self.error(ErrorKind::TooManyDigits, self.at, self.at..self.at + len));
        }
        Ok(Number::new(rest.get(..len).unwrap_or_default(), float))
    }

    /// The string whose opening quote is next.
    fn string(&mut self) -> Result<Str<'a>, Error> {
        let begin = self.at;
        let bytes = self.text.as_bytes();
        let mut at = begin + 1;
        let mut escaped = false;
        loop {
            at += plain_len(bytes.get(at..).unwrap_or_default());
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(begin, at)?;
                }
                Some(_) => return Err(self.error(ErrorKind::ControlCharacter, at, at..at + 1)),
                None => return Err(self.unterminated(begin)),
            }
        }
        self.at = at + 1;
        Ok(Str::new(self.text, Span::from_range(begin..self.at), escaped))
    }

    /// Checks the escape at `at`, and says where it ends.
    fn escape(&self, begin: usize, at: usize) -> Result<usize, Error> {
        let bytes = self.text.as_bytes().get(at..).unwrap_or_default();
        match bytes.get(1) {
            None => Err(self.unterminated(begin)),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            // Python wants a byte behind the digits, be it the closing quote.
            Some(b'u') if bytes.len() > 6 && code_unit(bytes).is_some() => Ok(at + 6),
            Some(b'u') => {
                let digits = bytes.iter().skip(2).take(4);
                let len = 2 + digits.take_while(|byte| byte.is_ascii_hexdigit()).count();
                Err(self.error(ErrorKind::InvalidUnicodeEscape, at + 1, at..at + len))
            }
            Some(_) => {
                let char = self.text.get(at + 1..).and_then(|rest| rest.chars().next());
                let len = 1 + char.map_or(0, char::len_utf8);
                Err(self.error(ErrorKind::InvalidEscape, at, at..at + len))
            }
        }
    }

    fn open(&mut self, bracket: Bracket) -> Result<Event<'a>, Error> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.error(ErrorKind::TooDeep, self.at, self.at..self.at + 1));
        }
        self.open.push(bracket);
        let (token, state) = match bracket {
            Bracket::Array => (Token::ArrayStart, State::FirstItem),
            Bracket::Object => (Token::ObjectStart, State::FirstKey),
        };
        self.state = state;
        Ok(Event { span: self.take(1), token })
    }

    fn close(&mut self, token: Token<'a>) -> Event<'a> {
        self.open.pop();
        let span = self.take(1);
        self.item_is_read();
        Event { span, token }
    }

    fn item_is_read(&mut self) {
        self.state = if self.open.is_empty() { State::AfterValue } else { State::AfterItem };
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, len: usize) -> Span<Decoded> {
        let start = self.at;
        self.at += len;
        Span::from_range(start..self.at)
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn unterminated(&self, begin: usize) -> Error {
        // The string swallowed the rest; what to point at is where it starts.
        self.error(ErrorKind::UnterminatedString, begin, begin..begin + 1)
    }

    fn error(&self, kind: ErrorKind, offset: usize, range: std::ops::Range<usize>) -> Error {
        let end = range.end.min(self.text.len());
        let span = Span::from_range(range.start.min(end)..end);
        Error { kind, offset: Span::<Decoded>::from_range(offset..offset).start(), span }
    }

    /// What stands here is not what was expected.
    fn unexpected(&self, kind: fn(Found) -> ErrorKind) -> Error {
        let behind_comma = matches!(self.state, State::NextItem | State::NextKey);
        let (found, range) = match found(self.rest()) {
            (Found::ClosingBracket, _) if behind_comma => {
                (Found::TrailingComma, self.comma..self.comma + 1)
            }
            // `007` is read as 0, `5.` as 5: what is wrong begins in front of here.
            (Found::Number, len) if self.is_behind_digit() => {
                let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
                let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
                (Found::Number, self.at - digits..self.at + len)
            }
            (found, len) => (found, self.at..self.at + len),
        };
        self.error(kind(found), self.at, range)
    }

    fn is_behind_digit(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        before.is_some_and(u8::is_ascii_digit)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Event<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.state = State::Done;
        }
        step.transpose()
    }
}

impl std::iter::FusedIterator for Reader<'_> {}

/// What stands at the start of `rest`, and how many bytes of it show that.
fn found(rest: &str) -> (Found, usize) {
    let Some(char) = rest.chars().next() else { return (Found::End, 0) };
    let found = match char {
        '\'' => Found::SingleQuote,
        '"' => Found::String,
        '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => Found::CurlyQuote,
        '{' | '[' => Found::OpeningBracket,
        '}' | ']' => Found::ClosingBracket,
        ',' => Found::Comma,
        ':' => Found::Colon,
        '#' => Found::Comment,
        '/' if rest.starts_with("//") || rest.starts_with("/*") => Found::Comment,
        '+' | '-' | '.' | '0'..='9' => {
            return (
                Found::Number,
                span_of(rest, |char| {
                    char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.' | '_')
                }),
            );
        }
        _ if char == '_' || char.is_alphabetic() => {
            let len = span_of(rest, |char| {
                char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '$')
            });
            let literal = matches!(rest.get(..len), Some("True" | "False" | "None"));
            return (if literal { Found::PythonLiteral } else { Found::Word }, len);
        }
        _ if char.is_whitespace() || matches!(char, '\u{feff}' | '\u{200b}') => Found::WhiteSpace,
        _ => Found::Other,
    };
    (found, char.len_utf8())
}

/// The number of bytes up to the first character that does not belong.
fn span_of(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|char| !belongs(char)).unwrap_or(rest.len())
}
