//! Scripts of `cmd.exe`: the variables that they set, and what they hand to the tools around
//! Airflow.

use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, Span};

use crate::formats::File;
use crate::names::meaning;
use crate::shell::{self, Simple};
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Site, Surface, Word};

/// A script by name, with a word about Airflow in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    matches!(file.extension, "bat" | "cmd") && file.mentions(&shell::TRACES)
}

/// ```text
/// script  = { [ "@" ] ( set | comment | command ) ( line-end | "&" | "|" | "(" | ")" ) }
/// set     = "set" ( name "=" text | '"' name "=" text '"' )
/// comment = ( "rem" | "::" ) …
/// command = { word }                            ; `setx NAME value` is one
/// ```
///
/// In front of all that, `%%` becomes a `%`, and `%NAME%` and `%1` what they stand for: `%40` is the
/// fourth argument and a zero. `^` makes a sign text, and joins lines at their end.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Batch, options.consumer);
    let delayed = text.to_ascii_lowercase().contains("enabledelayedexpansion");
    let commands = Vec::new();
    let mut script = Script { text, at: 0, delayed, depth: 0, document: &mut document, commands };
    while script.at < text.len() {
        script.statement();
    }
    let commands = script.commands;
    shell::look(&mut document, &commands, options, 0);
    // How a program takes its arguments apart is its own business: nothing is written into them.
    for site in &mut document.sites {
        for quoting in std::iter::once(&mut site.quoting).chain(&mut site.outer) {
            if matches!(quoting, Quoting::ShellBare | Quoting::ShellSingle | Quoting::ShellDouble) {
                *quoting = Quoting::Opaque;
            }
        }
    }
    document.sites.sort_by_key(|site| (site.span.start(), std::cmp::Reverse(site.span.end())));
    document
}

struct Script<'d, 'a> {
    text: &'a str,
    at: usize,
    /// Whether `!NAME!` is a variable too.
    delayed: bool,
    /// How many brackets are open.
    depth: usize,
    document: &'d mut Document<'a>,
    commands: Vec<Simple<'a>>,
}

/// Text in the making.
struct Draft<'a> {
    builder: MapBuilder<'a>,
    unknown: Vec<Span<Decoded>>,
    in_quotes: bool,
}

impl<'a> Script<'_, 'a> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn line_end(&self) -> usize {
        let rest = self.rest().as_bytes();
        let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.at + len - usize::from(rest[..len].ends_with(b"\r"))
    }

    fn draft(&self) -> Draft<'a> {
        Draft { builder: MapBuilder::new(self.text), unknown: Vec::new(), in_quotes: false }
    }

    /// Blanks, and line ends that a `^` hides.
    fn skip_blanks(&mut self) {
        let is_blank = |char| matches!(char, ' ' | '\t' | ',' | ';' | '=');
        loop {
            let start = self.at;
            self.at += self.rest().len() - self.rest().trim_start_matches(is_blank).len();
            for hidden in ["^\n", "^\r\n"] {
                if self.rest().starts_with(hidden) {
                    self.at += hidden.len();
                }
            }
            if self.at == start {
                return;
            }
        }
    }

    /// The next command, with the sign or line end behind it.
    fn statement(&mut self) {
        while let Some(sign) = self.rest().chars().next() {
            match sign {
                '(' => self.depth += 1,
                ')' => self.depth = self.depth.saturating_sub(1),
                '@' | '&' | '|' => {}
                char if char.is_whitespace() => {}
                _ => break,
            }
            self.at += sign.len_utf8();
        }
        let start = self.at;
        let word = self.rest().split(|char: char| !char.is_ascii_alphanumeric()).next();
        let word = word.unwrap_or_default();
        if word.eq_ignore_ascii_case("rem") || self.rest().starts_with("::") {
            self.at = self.line_end();
            self.document.comments.push(Span::from_range(start..self.at));
        } else if word.eq_ignore_ascii_case("set") {
            self.at += word.len();
            self.set();
        } else {
            self.command();
        }
    }

    /// What stands behind `set`.
    fn set(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        let start = self.at;
        let is_quoted = self.byte(start) == Some(b'"');
        let name = start + usize::from(is_quoted);
        let ends = |byte: &u8| b"=\n\r\"%&|<>^ ".contains(byte);
        let rest = &self.text.as_bytes()[name..];
        let name = name..name + rest.iter().position(ends).unwrap_or(rest.len());
        if self.byte(name.end) != Some(b'=') {
            // A number (`/a`), a question (`/p`), a name that holds something else, or none.
            self.at = name.end;
            self.words();
            return;
        }
        self.at = name.end + 1;
        let value = self.at;
        // What follows the last quote of the command is dropped, where the first one opens it.
        let mut draft = self.draft();
        draft.in_quotes = is_quoted;
        let mut close = None;
        while let Some(byte) = self.byte(self.at) {
            if byte == b'\n' || self.rest().starts_with("\r\n") {
                break;
            }
            if !draft.in_quotes && (b"&|<>".contains(&byte) || (byte == b')' && self.depth > 0)) {
                break;
            }
            if byte == b'"' && is_quoted {
                close = Some((self.at, draft.builder.len()));
            }
            self.step(&mut draft);
        }
        let end = if is_quoted { close.map_or(self.at, |(at, _)| at) } else { self.at };
        let all = draft.builder.finish_at(value);
        let len = close.filter(|_| is_quoted).map_or(all.map().decoded_len(), |(_, len)| len);
        let part = if len == 0 {
            DecodedText::verbatim(self.text, Span::from_range(value..value))
        } else {
            let part = all.part(Span::new(0, len));
            let map = part.map().clone();
            DecodedText::new(part.into_text().into_owned(), map)
        };
        let mut unknown = draft.unknown;
        unknown.retain(|unknown| unknown.end() <= len);
        let quoting = match (is_quoted, self.delayed) {
            (_, true) => Quoting::Opaque,
            (true, _) => Quoting::BatchQuoted,
            (false, _) => Quoting::BatchBare,
        };
        let span = Span::from_range(value..end);
        let value = Word { span, value: part, unknown, quoting };
        self.site(Span::from_range(name), value);
    }

    fn site(&mut self, place: Span<Raw>, value: Word<'a>) {
        let name = place.of(self.text);
        // Nothing behind the `=` takes the variable away.
        let Some(meaning) = meaning(name).filter(|_| !value.span.is_empty()) else { return };
        self.document.sites.push(Site {
            id: meaning.id,
            role: meaning.role,
            surface: Surface::Environment,
            form: Form::Text,
            span: place.join(value.span),
            name: Name { text: name.into(), span: place },
            value_span: value.span,
            value: value.value,
            quoting: value.quoting,
            outer: Vec::new(),
            unknown: value.unknown,
        });
    }

    /// The words up to the end of the command, and the sign there.
    fn words(&mut self) -> (Vec<Word<'a>>, std::ops::Range<usize>) {
        let mut words = Vec::new();
        let end = loop {
            let last = self.at;
            self.skip_blanks();
            match self.byte(self.at) {
                None | Some(b'\n' | b'\r') => break last..last,
                // The next command starts with the sign.
                Some(b'&' | b'|' | b'(' | b')') => break self.at..self.at + 1,
                // Where something is written to or read from.
                Some(b'<' | b'>') => self.at += 1,
                Some(_) => words.push(self.word()),
            }
        };
        (words, end)
    }

    fn command(&mut self) {
        let (words, end) = self.words();
        let Some((first, last)) = words.first().zip(words.last()) else { return };
        if first.text().eq_ignore_ascii_case("setx") {
            let mut rest = words.into_iter().skip(1).filter(|word| !word.text().starts_with('/'));
            if let (Some(name), Some(value)) = (rest.next(), rest.next())
                && name.value.map().is_verbatim()
            {
                self.site(name.value.raw(), Word { quoting: Quoting::Opaque, ..value });
            }
            return;
        }
        let span = first.span.join(last.span);
        let redirects = Vec::new();
        self.commands.push(Simple { span, words, redirects, end: Span::from_range(end) });
    }

    /// A word of a command, without the quotes that the program takes away.
    fn word(&mut self) -> Word<'a> {
        let start = self.at;
        let mut draft = self.draft();
        while let Some(byte) = self.byte(self.at) {
            if byte == b'\n' || self.rest().starts_with("\r\n") {
                break;
            }
            if !draft.in_quotes && b" \t,;&|<>()".contains(&byte) {
                break;
            }
            match byte {
                b'"' => {
                    draft.builder.replace(self.at..self.at + 1, "");
                    draft.in_quotes = !draft.in_quotes;
                    self.at += 1;
                }
                b'\\' if self.byte(self.at + 1) == Some(b'"') => {
                    draft.builder.replace(self.at..self.at + 2, "\"");
                    self.at += 2;
                }
                _ => self.step(&mut draft),
            }
        }
        let span = Span::from_range(start..self.at);
        let value = draft.builder.finish_at(start);
        Word { span, value, unknown: draft.unknown, quoting: Quoting::Opaque }
    }

    /// A character, or the variable or escape that starts here.
    fn step(&mut self, draft: &mut Draft<'a>) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let next = self.byte(start + 1);
        let unknown_len = match bytes[start] {
            b'%' if next == Some(b'%') => {
                draft.builder.replace(start..start + 2, "%");
                self.at += 2;
                return;
            }
            b'%' => {
                let len = argument_len(&bytes[start..]).or_else(|| self.between(b'%'));
                // A lone `%` is dropped.
                Some(len.unwrap_or(1))
            }
            b'!' if self.delayed => self.between(b'!'),
            b'"' => {
                draft.in_quotes = !draft.in_quotes;
                None
            }
            b'^' if !draft.in_quotes => {
                let escaped = self.text[start + 1..].chars().next();
                let escaped = escaped.filter(|char| !matches!(char, '\r' | '\n'));
                self.at += 1 + escaped.map_or(0, char::len_utf8);
                if let Some(char) = escaped {
                    draft.builder.replace_char(start..self.at, char);
                } else {
                    // A line end goes with it.
                    self.at += usize::from(self.rest().starts_with('\r'));
                    self.at += usize::from(self.rest().starts_with('\n'));
                    draft.builder.replace(start..self.at, "");
                }
                return;
            }
            _ => None,
        };
        if let Some(len) = unknown_len {
            self.at += len;
            if len > 1 {
                draft.unknown.push(Span::empty(draft.builder.len()));
            }
            draft.builder.replace(start..self.at, "");
        } else {
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            draft.builder.copy(start..self.at);
        }
    }

    /// The length of what stands between two of `sign`, the first of which is here; on one line.
    fn between(&self, sign: u8) -> Option<usize> {
        let line = &self.text.as_bytes()[self.at + 1..];
        // Names are short: what is looked through in vain is bounded.
        let near = &line[..line.len().min(LONGEST_NAME)];
        let len = near.iter().position(|byte| *byte == sign || *byte == b'\n')?;
        (line[len] == sign && len > 0).then_some(len + 2)
    }
}

/// The longest name of a variable that is looked for, with what is cut out of its value.
const LONGEST_NAME: usize = 256;

/// The length of `%1`, `%*`, `%~dp0` at the start.
fn argument_len(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'0'..=b'9' | b'*' => Some(2),
        b'~' => {
            let is_modifier = |byte: &u8| b"fdpnxsatz$:FDPNXSATZ".contains(byte);
            let len = bytes[2..].iter().take_while(|byte| is_modifier(byte)).count();
            bytes.get(2 + len).filter(|byte| byte.is_ascii_digit()).map(|_| len + 3)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_sets, assert_silent};

    #[test]
    fn variables() {
        for (script, value, unknown) in [
            ("set AIRFLOW_CONN_A=x://u:p@h", "x://u:p@h", 0),
            ("@SET AIRFLOW_CONN_A=x://h\r\n", "x://h", 0),
            ("set \"AIRFLOW_CONN_A=x://h?a=b&c=d\" ignored", "x://h?a=b&c=d", 0),
            ("set \"AIRFLOW_CONN_A={\"a\": \"b\"}\"", "{\"a\": \"b\"}", 0),
            ("set AIRFLOW_CONN_A=\"x://h\"", "\"x://h\"", 0),
            ("set AIRFLOW_CONN_A=x://h?a=b^&c=d& echo x", "x://h?a=b&c=d", 0),
            ("set AIRFLOW_CONN_A=x://h?a=b&c=d", "x://h?a=b", 0),
            ("set AIRFLOW_CONN_A=x://h^\n/d", "x://h/d", 0),
            ("set AIRFLOW_CONN_A=x://u:p%%40q@h", "x://u:p%40q@h", 0),
            ("set AIRFLOW_CONN_A=x://u:p%40q@h", "x://u:p0q@h", 1),
            ("set AIRFLOW_CONN_A=x://%U%:%P:~0,3%@h/%~n1", "x://:@h/", 3),
            ("setlocal EnableDelayedExpansion\nset AIRFLOW_CONN_A=x://!U!@h", "x://@h", 1),
            ("set AIRFLOW_CONN_A=x://!U!@h", "x://!U!@h", 0),
            ("if exist x (set AIRFLOW_CONN_A=x://h) else (y)", "x://h", 0),
            ("set AIRFLOW_CONN_A=x://h/(a)", "x://h/(a)", 0),
            ("setx AIRFLOW_CONN_A \"{\\\"a\\\": 1}\" /M", "{\"a\": 1}", 0),
            ("setx /M AIRFLOW_CONN_A x://h", "x://h", 0),
            ("docker run ^\n  -e \"AIRFLOW_CONN_A=x://%U%@h\" image", "x://@h", 1),
        ] {
            assert_sets(extract, script, value, unknown);
        }
        for script in [
            "rem set AIRFLOW_CONN_A=x",
            ":: set AIRFLOW_CONN_A=x",
            "set AIRFLOW_CONN_A=",
            "set AIRFLOW_CONN_A",
            "set /p AIRFLOW_CONN_A=Which? ",
            "echo set AIRFLOW_CONN_A=x",
            "if \"%AIRFLOW_CONN_A%\"==\"x\" exit",
        ] {
            assert_silent(extract, script);
        }
    }

    #[test]
    fn values_are_written_back() {
        for (raw, text, expected) in [
            ("AIRFLOW_CONN_A=x", "a&b%c^d", Some("a^&b%%c^^d")),
            ("AIRFLOW_CONN_A=x", "a\"b", None),
            ("\"AIRFLOW_CONN_A=x\"", "a&b%c^d", Some("a&b%%c^d")),
            ("\"AIRFLOW_CONN_A=x\"", "a\"b", None),
        ] {
            let file = format!("set {raw}\n");
            let document = extract(&file, Options::default());
            let written = document.sites[0].encode(text);
            assert_eq!(written.as_deref(), expected, "{raw}");
            if let Some(written) = written {
                let file = file.replace('x', &written);
                let document = extract(&file, Options::default());
                assert_eq!(document.sites[0].value.text(), text);
            }
        }
    }

    #[test]
    fn commands() {
        let script = "vault kv put airflow/connections/pg conn_uri=\"x://u:p@h\" && exit\r\n";
        let document = extract(script, Options::default());
        let uri = document.sites.iter().find(|site| site.name.text == "conn_uri");
        assert_eq!(uri.map(|site| site.value.text()), Some("x://u:p@h"));
        assert!(document.commands[0].runs("vault", &["kv", "put"]));
    }
}
