use connlint_text::{Decoded, Span};

use crate::Error;
use crate::string::{Kind as StrKind, Str, template_end};

/// A token, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind<'a>,
    pub(crate) span: Span<Decoded>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind<'a> {
    Newline,
    Word,
    Number,
    Str(Str<'a>),
    Open(u8),
    Close(u8),
    Comma,
    Equals,
    Colon,
    /// Another sign, or two of them that belong together.
    Operator,
    End,
}

/// Reads tokens; comments and what is wrong go aside.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    pub(crate) comments: Vec<Span<Decoded>>,
    pub(crate) errors: Vec<Error>,
    /// A `${` has no end: from there on it is taken for text, so that the rest is not searched again.
    has_open_template: bool,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str, range: std::ops::Range<usize>) -> Self {
        let (comments, errors) = Default::default();
        let std::ops::Range { start, end } = range;
        Self { text, at: start, end, comments, errors, has_open_template: false }
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn take(&mut self, len: usize) -> Span<Decoded> {
        let start = self.at;
        self.at += len;
        Span::from_range(start..self.at)
    }

    pub(crate) fn next(&mut self) -> Token<'a> {
        self.skip_blanks();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Token { kind: Kind::End, span: Span::from_range(self.at..self.at) };
        };
        let two = rest.as_bytes().get(..2);
        let (kind, len) = match first {
            '\n' => (Kind::Newline, 1),
            '\'' => {
                // The second one of a pair is no news.
                let what = "a single quote, where HCL has `\"` alone";
                if self.errors.last().is_none_or(|error| error.what != what) {
                    self.errors.push(Error { what, span: Span::from_range(self.at..self.at + 1) });
                }
                (Kind::Operator, 1)
            }
            '"' => return self.quoted(),
            '<' if two == Some(b"<<") => match self.heredoc() {
                Some(token) => return token,
                None => (Kind::Operator, 2),
            },
            '{' | '[' | '(' => (Kind::Open(rest.as_bytes()[0]), 1),
            '}' | ']' | ')' => (Kind::Close(rest.as_bytes()[0]), 1),
            ',' => (Kind::Comma, 1),
            '=' if !matches!(two, Some(b"==" | b"=>")) => (Kind::Equals, 1),
            ':' => (Kind::Colon, 1),
            '0'..='9' => {
                let is_number = |char: char| char.is_ascii_alphanumeric() || char == '.';
                (Kind::Number, len_of(rest, is_number))
            }
            _ if first.is_alphabetic() || first == '_' => (Kind::Word, len_of(rest, is_word)),
            _ if matches!(two, Some(b"==" | b"=>" | b"!=" | b"<=" | b">=" | b"&&" | b"||")) => {
                (Kind::Operator, 2)
            }
            _ => (Kind::Operator, first.len_utf8()),
        };
        Token { kind, span: self.take(len) }
    }

    /// White space other than line ends, and comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let is_blank =
                |char: char| char != '\n' && (char.is_whitespace() || char == '\u{feff}');
            let blanks = len_of(rest, is_blank);
            self.at += blanks;
            let rest = &rest[blanks..];
            let len = if rest.starts_with('#') || rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if let Some(inside) = rest.strip_prefix("/*") {
                inside.find("*/").map_or_else(
                    || {
                        let what = "a comment that is not closed";
                        let open = self.at..self.at + 2;
                        self.errors.push(Error { what, span: Span::from_range(open) });
                        rest.len()
                    },
                    |len| len + 4,
                )
            } else if blanks == 0 {
                return;
            } else {
                continue;
            };
            let comment = self.take(len);
            let shown = comment.of(self.text).trim_end().len();
            self.comments
                .push(Span::from_range(comment.range().start..comment.range().start + shown));
        }
    }

    /// ```text
    /// quoted = '"' *( escape / template / any but '"' and line end ) '"'
    /// ```
    fn quoted(&mut self) -> Token<'a> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let (mut at, mut has_template) = (start + 1, false);
        let (end, is_closed) = loop {
            let found = bytes.get(at..self.end).and_then(|rest| {
                rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'\n'))
            });
            let Some(found) = found else { break (self.end, false) };
            at += found;
            match bytes[at] {
                b'"' => break (at, true),
                b'\n' => break (at, false),
                b'\\' if bytes.get(at + 1) != Some(&b'\n') => {
                    at += 1;
                    at += self
                        .text
                        .get(at..self.end)
                        .and_then(|rest| rest.chars().next())
                        .map_or(0, char::len_utf8);
                }
                sign if matches!(sign, b'$' | b'%')
                    && bytes.get(at + 1) == Some(&sign)
                    && bytes.get(at + 2) == Some(&b'{') =>
                {
                    at += 3;
                }
                b'$' | b'%' if bytes.get(at + 1) == Some(&b'{') && !self.has_open_template => {
                    if let Some(end) = template_end(self.text, at + 2, self.end) {
                        has_template = true;
                        at = end;
                    } else {
                        self.has_open_template = true;
                        let what = "a template that is not closed";
                        self.errors.push(Error { what, span: Span::from_range(at..at + 2) });
                        at += 2;
                    }
                }
                _ => at += 1,
            }
        };
        let end = end.min(self.end).max(start + 1);
        self.at = if is_closed { end + 1 } else { end };
        let span = Span::from_range(start..self.at);
        if !is_closed {
            let what = "a string without its closing quote";
            self.errors.push(Error { what, span: Span::from_range(start..start + 1) });
        }
        let content = Span::from_range(start + 1..end);
        let string = Str { source: self.text, span, content, kind: StrKind::Quoted, has_template };
        Token { kind: Kind::Str(string), span }
    }

    /// ```text
    /// heredoc = "<<" [ "-" ] word line-end *line blanks word line-end
    /// ```
    fn heredoc(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        let rest = self.rest();
        let behind = rest.strip_prefix("<<")?;
        let (is_indented, behind) = match behind.strip_prefix('-') {
            Some(behind) => (true, behind),
            None => (false, behind),
        };
        let tag = &behind[..len_of(behind, is_word)];
        let line_end = len_of(&behind[tag.len()..], |char| matches!(char, ' ' | '\t' | '\r'));
        if tag.is_empty() || !behind[tag.len() + line_end..].starts_with('\n') {
            return None;
        }
        let first = start + (rest.len() - behind.len()) + tag.len() + line_end + 1;
        let mut line_start = first;
        let (content_end, end) = loop {
            let Some(lines) = self.text.get(line_start..self.end).filter(|rest| !rest.is_empty())
            else {
                let what = "a here-document without its end";
                self.errors.push(Error { what, span: Span::from_range(start..first) });
                break (self.end, self.end);
            };
            let len = lines.find('\n').unwrap_or(lines.len());
            let line = &lines[..len];
            if line.trim() == tag {
                let shown = line.trim_end().len();
                break (line_start, line_start + shown);
            }
            line_start = (line_start + len + 1).min(self.end);
        };
        self.at = end;
        let span = Span::from_range(start..end);
        let content = Span::from_range(first..content_end.max(first));
        let kind = StrKind::Heredoc { is_indented };
        let text = content.of(self.text).as_bytes();
        let has_template = memchr::memmem::find(text, b"${").is_some()
            || memchr::memmem::find(text, b"%{").is_some();
        let string = Str { source: self.text, span, content, kind, has_template };
        Some(Token { kind: Kind::Str(string), span })
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-')
}

fn len_of(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|char| !is_part(char)).unwrap_or(text.len())
}
