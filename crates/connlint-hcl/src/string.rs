use std::fmt;

use connlint_text::{Decoded, DecodedText, MapBuilder, Span};

use crate::{Expr, parser};

/// A string as it is written: between quotes, or as a here-document.
///
/// `Debug` shows the place only: the text may be a secret.
#[derive(Clone, Copy)]
pub struct Str<'a> {
    pub(crate) source: &'a str,
    pub(crate) span: Span<Decoded>,
    pub(crate) content: Span<Decoded>,
    pub(crate) kind: Kind,
    pub(crate) has_template: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Quoted,
    Heredoc { is_indented: bool },
}

/// What a string holds, with the places that somebody else fills in.
#[derive(Debug, Clone)]
pub struct Template<'a> {
    /// The text; nothing stands for a `${…}`.
    pub text: DecodedText<'a>,
    /// Where a `${…}` or `%{…}` stands, in order; each is empty.
    pub unknown: Vec<Span<Decoded>>,
}

impl<'a> Str<'a> {
    /// Where it stands, with its quotes or marks.
    pub const fn span(&self) -> Span<Decoded> {
        self.span
    }

    /// Where its content stands.
    pub const fn content(&self) -> Span<Decoded> {
        self.content
    }

    /// Whether it is a here-document.
    pub const fn is_heredoc(&self) -> bool {
        matches!(self.kind, Kind::Heredoc { .. })
    }

    /// The content as it is written.
    pub fn raw(&self) -> &'a str {
        self.content.of(self.source)
    }

    /// What HCL 2 reads.
    ///
    /// ```
    /// use connlint_hcl::{Value, parse};
    ///
    /// let file = parse(r#"a = "x-${var.y}-$${z}\n""#);
    /// let Value::Str(string) = &file.body.members[0].value.value else { panic!() };
    /// let template = string.decode();
    /// assert_eq!(template.text.text(), "x--${z}\n");
    /// assert_eq!(template.unknown[0].start(), 2);
    /// ```
    pub fn decode(&self) -> Template<'a> {
        self.read(true)
    }

    /// What HCL 1 reads, which knows no templates to speak of: a `${…}` stays as it is.
    pub fn literal(&self) -> DecodedText<'a> {
        self.read(false).text
    }

    /// The expression, where the string is nothing but one `${…}`.
    pub fn sole_expression(&self) -> Option<Expr<'a>> {
        let raw = self.raw();
        let inner = raw.strip_prefix("${")?;
        let start = self.content.range().start + raw.len() - inner.len();
        let end = template_end(self.source, start, self.content.range().end)?;
        (end == self.content.range().end).then(|| parser::expression(self.source, start..end - 1))
    }

    fn read(&self, is_template: bool) -> Template<'a> {
        let mut builder = MapBuilder::new(self.source);
        let mut unknown = Vec::new();
        let mut has_template = is_template && self.has_template;
        let bytes = self.source.as_bytes();
        let indent = self.indent();
        let std::ops::Range { start, end } = self.content.range();
        let (mut at, mut copied) = (start, start);
        let mut is_line_start = self.is_heredoc();
        while at < end {
            if std::mem::take(&mut is_line_start) && indent > 0 {
                let blanks = self.line_indent(at, end).unwrap_or(0).min(indent);
                builder.copy(copied..at);
                builder.replace(at..at + blanks, "");
                at += blanks;
                copied = at;
                continue;
            }
            let next = bytes.get(at + 1).copied();
            match bytes[at] {
                b'\n' => {
                    at += 1;
                    is_line_start = self.is_heredoc();
                }
                b'\\' if self.kind == Kind::Quoted => match escape(&self.source[at..end]) {
                    Some((char, len)) => {
                        builder.copy(copied..at);
                        builder.replace_char(at..at + len, char);
                        at += len;
                        copied = at;
                    }
                    None => at += 1,
                },
                sign @ (b'$' | b'%')
                    if is_template && next == Some(sign) && bytes.get(at + 2) == Some(&b'{') =>
                {
                    builder.copy(copied..at);
                    builder.replace(at..at + 2, if sign == b'$' { "$" } else { "%" });
                    copied = at + 2;
                    at += 3;
                }
                b'$' | b'%' if has_template && next == Some(b'{') => {
                    if let Some(after) = template_end(self.source, at + 2, end) {
                        builder.copy(copied..at);
                        builder.replace(at..after, "");
                        unknown.push(Span::empty(builder.len()));
                        at = after;
                        copied = at;
                    } else {
                        has_template = false;
                        at += 2;
                    }
                }
                _ => at += 1,
            }
        }
        builder.copy(copied..end);
        Template { text: builder.finish_at(start), unknown }
    }

    /// How many blanks `<<-` takes off each line: as many as the least indented line has.
    fn indent(&self) -> usize {
        if self.kind != (Kind::Heredoc { is_indented: true }) {
            return 0;
        }
        let std::ops::Range { start, end } = self.content.range();
        let mut least = usize::MAX;
        let mut at = start;
        while at < end {
            least = least.min(self.line_indent(at, end).unwrap_or(usize::MAX));
            let line = &self.source[at..end];
            at += line.find('\n').map_or(line.len(), |len| len + 1);
        }
        if least == usize::MAX { 0 } else { least }
    }

    /// The blanks at the start of a line; `None` where there is nothing else on it.
    fn line_indent(&self, at: usize, end: usize) -> Option<usize> {
        let line = self.source.get(at..end)?;
        let blanks = line.find(|char| !matches!(char, ' ' | '\t' | '\r')).unwrap_or(line.len());
        (!line[blanks..].starts_with('\n')).then_some(blanks)
    }
}

impl fmt::Debug for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Str({:?})", self.span)
    }
}

/// The end of a template whose `${` ends at `start`: behind its `}`.
pub(crate) fn template_end(text: &str, start: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes().get(..end)?;
    // Whether a quote or a brace is open, from the outside in.
    let mut is_quote = vec![false];
    let mut at = start;
    loop {
        let byte = *bytes.get(at)?;
        let next = bytes.get(at + 1).copied();
        at += 1;
        if is_quote.last() == Some(&true) {
            match byte {
                b'\\' => at += 1,
                b'"' => {
                    is_quote.pop();
                }
                b'$' | b'%' if next == Some(byte) && bytes.get(at + 1) == Some(&b'{') => at += 2,
                b'$' | b'%' if next == Some(b'{') => {
                    is_quote.push(false);
                    at += 1;
                }
                b'\n' => return None,
                _ => {}
            }
        } else {
            match byte {
                b'{' => is_quote.push(false),
                b'}' => {
                    is_quote.pop();
                }
                b'"' => is_quote.push(true),
                _ => {}
            }
        }
        if is_quote.is_empty() {
            return Some(at);
        }
    }
}

/// The character of the escape at the start of `text`, and its length.
fn escape(text: &str) -> Option<(char, usize)> {
    let digits = |len: usize| {
        let digits = text.get(2..2 + len)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let point = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        char::from_u32(point).map(|char| (char, 2 + len))
    };
    match text.as_bytes().get(1)? {
        b'n' => Some(('\n', 2)),
        b'r' => Some(('\r', 2)),
        b't' => Some(('\t', 2)),
        b'"' => Some(('"', 2)),
        b'\\' => Some(('\\', 2)),
        b'u' => digits(4),
        b'U' => digits(8),
        _ => None,
    }
}

/// `text` as it stands between quotes.
///
/// ```
/// assert_eq!(connlint_hcl::encode_quoted("a\"${b}"), r#"a\"$${b}"#);
/// ```
pub fn encode_quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut before = '\0';
    for (at, char) in text.char_indices() {
        let behind = text[at + char.len_utf8()..].chars().next();
        match char {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            '$' | '%' if behind == Some('{') && before != char => written.extend([char, char]),
            // Three signs in front of a brace are no two and one; and what is written behind the
            // text may begin with a brace.
            '$' if matches!(behind, Some('{') | None) => written.push_str("\\u0024"),
            '%' if matches!(behind, Some('{') | None) => written.push_str("\\u0025"),
            char => written.push(char),
        }
        before = char;
    }
    written
}

/// `text` as it stands within a line of a here-document, or `None` where it cannot.
///
/// ```
/// use connlint_hcl::encode_heredoc;
///
/// assert_eq!(encode_heredoc("{\"a\": \"${b}\"}").as_deref(), Some("{\"a\": \"$${b}\"}"));
/// assert_eq!(encode_heredoc("a\nb"), None);
/// ```
pub fn encode_heredoc(text: &str) -> Option<String> {
    let is_tag = text.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '-'));
    let fits = !text.contains(['\n', '\r'])
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(['$', '%'])
        && !text.contains("$${")
        && !text.contains("%%{")
        && !is_tag;
    fits.then(|| text.replace("${", "$${").replace("%{", "%%{"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Value, parse};

    fn value(file: &str) -> String {
        let parsed = parse(file);
        assert!(parsed.errors.is_empty(), "{file:?}: {:?}", parsed.errors);
        let Value::Str(string) = &parsed.body.members[0].value.value else { panic!("{file:?}") };
        let template = string.decode();
        assert!(template.unknown.is_empty(), "{file:?}");
        template.text.text().to_owned()
    }

    proptest! {
        #[test]
        fn what_is_encoded_reads_back(text in "[ -~\n\t\ré$%{}\"\\\\]{0,12}|[$%{}\"\\\\]{0,8}") {
            let quoted = encode_quoted(&text);
            prop_assert_eq!(value(&format!("a = \"{quoted}\"")), text.clone());
            prop_assert_eq!(value(&format!("a = \"x{quoted}{{x\"")), format!("x{text}{{x"));
            if let Some(written) = encode_heredoc(&text) {
                prop_assert_eq!(value(&format!("a = <<-E\n  {written}\n  E\n")), format!("{text}\n"));
            }
        }

        #[test]
        fn any_text_is_read(pieces in prop::collection::vec(prop::sample::select(vec![
            "a", " = ", "\"", "${", "}", "{", "[", "]", "(", ")", "\n", ",", "<<-E\n", "E\n", "#", "/*", "*/",
            "\\", "é", "1", ".", "?", ":", "for ", "in ", "=>", "$", "%{", "\r\n", "  ", "null",
        ]), 0..40)) {
            let text = pieces.concat();
            let file = parse(&text);
            for error in &file.errors {
                prop_assert!(text.get(error.span.range()).is_some());
            }
            for comment in &file.comments {
                prop_assert!(text.get(comment.range()).is_some());
            }
            let mut open: Vec<&Value<'_>> = file.body.members.iter().map(|it| &it.value.value).collect();
            while let Some(value) = open.pop() {
                match value {
                    Value::Str(string) => {
                        let read = string.decode();
                        for run in read.text.map().runs().filter(|run| run.verbatim) {
                            prop_assert_eq!(run.raw.of(&text), run.decoded.of(read.text.text()));
                        }
                        string.literal();
                        string.sole_expression();
                    }
                    Value::Tuple(items) | Value::Call { arguments: items, .. } => open.extend(items.iter().map(|it| &it.value)),
                    Value::Object(body) => open.extend(body.members.iter().map(|it| &it.value.value)),
                    _ => {}
                }
            }
        }
    }
}
