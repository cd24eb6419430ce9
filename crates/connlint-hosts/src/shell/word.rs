//! Words of the shell: quotes, escapes and expansions of POSIX `sh` and bash.

use connlint_text::{Decoded, MapBuilder, Span};

use crate::Word;
use crate::command::quoting_of;
use crate::dotenv::name_end;

pub(crate) const UNTERMINATED: &str = "a quote is not closed: the shell reads no further";

/// A word of the shell in the making.
pub(crate) struct WordReader<'a> {
    text: &'a str,
    pub(crate) at: usize,
    builder: MapBuilder<'a>,
    unknown: Vec<Span<Decoded>>,
    in_quotes: bool,
}

impl<'a> WordReader<'a> {
    /// An empty word at `at`.
    pub(crate) fn at(text: &'a str, at: usize) -> Self {
        Self { text, at, builder: MapBuilder::new(text), unknown: Vec::new(), in_quotes: false }
    }

    /// The word from `start` to here.
    pub(crate) fn finish(self, start: usize) -> Word<'a> {
        let span = Span::from_range(start..self.at);
        let (quoting, inside) = quoting_of(span.of(self.text));
        let value = self.builder.finish_at((start + inside as usize).min(self.at));
        Word { span, value, unknown: self.unknown, quoting }
    }

    /// Reads to the end of the text, as a here-document whose end is not quoted.
    pub(crate) fn body(&mut self) -> Result<(), &'static str> {
        self.in_quotes = true;
        self.quoted(None)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Reads up to a blank, a line end or an operator outside of quotes.
    pub(crate) fn read(&mut self) -> Result<(), &'static str> {
        let mut tilde = true;
        loop {
            let start = self.at;
            let Some(byte) = self.byte(start) else { return Ok(()) };
            match byte {
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => {
                    return Ok(());
                }
                b'\'' => self.single()?,
                b'"' => self.double()?,
                b'\\' => self.escape(),
                b'$' | b'`' => self.expansion()?,
                b'~' if tilde => {
                    // A home directory, at the start and behind each ":".
                    let rest = &self.text.as_bytes()[start + 1..];
                    let is_user =
                        |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.+".contains(byte);
                    self.at += 1 + rest.iter().take_while(|byte| is_user(byte)).count();
                    self.unknown_from(start);
                }
                _ => self.plain(),
            }
            tilde = byte == b':';
        }
    }

    /// A run of bytes that mean themselves.
    fn plain(&mut self) {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let len = rest.iter().position(|byte| b" \t\n;&|<>()'\"\\$`:~".contains(byte));
        let len = match len {
            Some(0) => 1,
            Some(len) => len,
            None => rest.len(),
        };
        self.at += len;
        self.builder.copy(start..self.at);
    }

    fn single(&mut self) -> Result<(), &'static str> {
        let inner = self.at + 1;
        let len = memchr::memchr(b'\'', &self.text.as_bytes()[inner..]).ok_or(UNTERMINATED)?;
        self.builder.replace(self.at..inner, "");
        self.builder.copy(inner..inner + len);
        self.at = inner + len + 1;
        Ok(())
    }

    fn double(&mut self) -> Result<(), &'static str> {
        self.builder.replace(self.at..self.at + 1, "");
        self.at += 1;
        self.in_quotes = true;
        self.quoted(Some(b'"'))?;
        self.in_quotes = false;
        Ok(())
    }

    /// Text in which `$`, backquotes and some escapes mean something, up to `close` or the end.
    fn quoted(&mut self, close: Option<u8>) -> Result<(), &'static str> {
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let stops = |byte: &u8| b"\\$`".contains(byte) || Some(*byte) == close;
            let len = match (rest.iter().position(stops), close) {
                (Some(len), _) => len,
                (None, None) => rest.len(),
                (None, Some(_)) => return Err(UNTERMINATED),
            };
            self.builder.copy(self.at..self.at + len);
            self.at += len;
            match self.byte(self.at) {
                None => return Ok(()),
                Some(byte) if Some(byte) == close => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\')
                    if self.byte(self.at + 1).is_some_and(|next| {
                        is_escaped_in_quotes(next) && (next != b'"' || close.is_some())
                    }) =>
                {
                    self.escape();
                }
                Some(b'\\') => {
                    self.builder.copy(self.at..self.at + 1);
                    self.at += 1;
                }
                _ => self.expansion()?,
            }
        }
    }

    /// `\` and a character that then means itself; a line end goes with it.
    fn escape(&mut self) {
        let start = self.at;
        let Some(next) = self.text[start + 1..].chars().next() else {
            self.builder.copy(start..start + 1);
            self.at += 1;
            return;
        };
        self.at += 1 + next.len_utf8();
        if next == '\n' {
            self.builder.replace(start..self.at, "");
        } else {
            self.builder.replace_char(start..self.at, next);
        }
    }

    /// `$` or a backquote, and what belongs to it.
    fn expansion(&mut self) -> Result<(), &'static str> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        if bytes[start] == b'`' {
            self.at = closing(bytes, start, b'`').ok_or(UNTERMINATED)?;
            self.vanish(start);
            return Ok(());
        }
        match self.byte(start + 1) {
            Some(b'{') => self.braced()?,
            Some(b'\'') if !self.in_quotes => self.ansi()?,
            // A text that a shell could translate: nobody does.
            Some(b'"') if !self.in_quotes => {
                self.at = start + 1;
                self.builder.replace(start..self.at, "");
                self.double()?;
            }
            Some(b'(') => {
                self.at = closing(bytes, start + 1, b')').ok_or(UNTERMINATED)?;
                self.vanish(start);
            }
            // Arithmetic, as it was written before `$((…))`.
            Some(b'[') => {
                self.at = closing(bytes, start + 1, b']').ok_or(UNTERMINATED)?;
                self.vanish(start);
            }
            Some(byte) if byte == b'_' || byte.is_ascii_alphabetic() => {
                self.at = name_end(bytes, start + 1, bytes.len());
                self.vanish(start);
            }
            Some(byte) if byte.is_ascii_digit() || b"$?#@*!-".contains(&byte) => {
                self.at = start + 2;
                self.vanish(start);
            }
            _ => {
                self.at = start + 1;
                self.builder.copy(start..self.at);
            }
        }
        Ok(())
    }

    /// `$'…'`: the escapes of C.
    fn ansi(&mut self) -> Result<(), &'static str> {
        self.builder.replace(self.at..self.at + 2, "");
        self.at += 2;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let len = rest.iter().position(|byte| b"'\\".contains(byte)).ok_or(UNTERMINATED)?;
            self.builder.copy(self.at..self.at + len);
            self.at += len;
            if self.byte(self.at) == Some(b'\'') {
                self.at += 1;
                return Ok(());
            }
            let start = self.at;
            if let Some((len, char)) = ansi_escape(&self.text[start + 1..]) {
                self.at += 1 + len;
                self.builder.replace_char(start..self.at, char);
            } else {
                self.at += 1;
                self.builder.copy(start..self.at);
            }
        }
    }

    /// `${name}`, `${name:-default}` with a default of plain text; anything else gives nothing.
    fn braced(&mut self) -> Result<(), &'static str> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let end = closing(bytes, start + 1, b'}').ok_or(UNTERMINATED)?;
        let operator = name_end(bytes, start + 2, end - 1);
        let colon = usize::from(bytes[operator] == b':');
        let default = operator + colon + 1;
        let has_default = operator > start + 2 && matches!(bytes[operator + colon], b'-' | b'=');
        let is_plain = |byte: &u8| !b"'\"\\$`~".contains(byte);
        self.at = end;
        if !has_default || default > end - 1 || !bytes[default..end - 1].iter().all(is_plain) {
            self.vanish(start);
            return Ok(());
        }
        let from = self.builder.len();
        self.builder.replace(start..default, "");
        self.builder.copy(default..end - 1);
        self.builder.replace(end - 1..end, "");
        self.unknown.push(Span::new(from, self.builder.len()));
        Ok(())
    }

    /// Takes the text from `start` on for something that gives nothing here.
    fn vanish(&mut self, start: usize) {
        self.unknown.push(Span::empty(self.builder.len()));
        self.builder.replace(start..self.at, "");
    }

    /// Takes the text from `start` on for something that the environment replaces.
    fn unknown_from(&mut self, start: usize) {
        let from = self.builder.len();
        self.builder.copy(start..self.at);
        self.unknown.push(Span::new(from, self.builder.len()));
    }
}

/// What stands behind a `\` in `$'…'`: how long it is, and for which character it stands.
///
/// Bytes that are no character by themselves are left as they stand.
fn ansi_escape(rest: &str) -> Option<(usize, char)> {
    let first = rest.chars().next()?;
    let number = |from: usize, most: usize, radix: u32| {
        let digits = rest.get(from..)?.bytes().take(most);
        let len = digits.take_while(|byte| char::from(*byte).is_digit(radix)).count();
        let value = u32::from_str_radix(rest.get(from..from + len)?, radix).ok()?;
        let is_char = value > 0 && (value < 0x80 || matches!(first, 'u' | 'U'));
        Some((from + len, char::from_u32(value).filter(|_| is_char)?))
    };
    let simple = |char| Some((1, char));
    match first {
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'e' | 'E' => simple('\x1B'),
        'f' => simple('\x0C'),
        'v' => simple('\x0B'),
        '\\' | '\'' | '"' | '?' => simple(first),
        'x' => number(1, 2, 16),
        'u' => number(1, 4, 16),
        'U' => number(1, 8, 16),
        '0'..='7' => number(0, 3, 8),
        _ => None,
    }
}

/// Whether a `\` in front of it is an escape between `"`.
const fn is_escaped_in_quotes(byte: u8) -> bool {
    matches!(byte, b'$' | b'`' | b'"' | b'\\' | b'\n')
}

/// The offset behind the `close` that ends what starts at `open`: quotes are skipped, pairs nest.
pub(crate) fn closing(bytes: &[u8], open: usize, close: u8) -> Option<usize> {
    let opening = bytes[open];
    let mut depth = 1usize;
    let mut at = open + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 1,
            byte if byte == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            byte if byte == opening => depth += 1,
            b'"' if close == b')' => at = quotation_end(bytes, at)?,
            b'\'' if close != b'}' => at += 1 + memchr::memchr(b'\'', bytes.get(at + 1..)?)?,
            _ => {}
        }
        at += 1;
    }
}

/// The offset of the `"` that closes the one at `open`.
fn quotation_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match *bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}
