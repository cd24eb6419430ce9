//! Scripts of PowerShell: the variables that they set, and what they hand to the tools around
//! Airflow.

use connlint_text::{Decoded, DecodedText, MapBuilder, SourceMap, Span};

use crate::dotenv::name_end;
use crate::formats::File;
use crate::names::meaning;
use crate::shell::{self, Simple};
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Site, Surface, Word};

const UNTERMINATED: &str = "a quote is not closed: PowerShell reads no further";

/// A script by name, with a word about Airflow in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    matches!(file.extension, "ps1" | "psm1") && file.mentions(&shell::TRACES)
}

/// ```text
/// script     = { assignment | call | command | comment }
/// assignment = "$env:" name "=" text
/// call       = "[" type "]::SetEnvironmentVariable(" text "," text
/// command    = { word } ( line-end | ";" | "|" | bracket )
/// text       = "'" … "'" | '"' … '"' | "@'" line-end … line-end "'@" | …
/// ```
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::PowerShell, options.consumer);
    let mut script = Script { text, at: 0, document: &mut document, commands: Vec::new() };
    while script.at < text.len() {
        if script.statement().is_err() {
            break;
        }
    }
    let commands = script.commands;
    shell::look(&mut document, &commands, options, 0);
    for site in &mut document.sites {
        // The tools are told apart as in other scripts; how to write into them is not.
        site.quoting = match site.quoting {
            Quoting::ShellBare => Quoting::PowerShellBare,
            Quoting::ShellSingle => Quoting::PowerShellSingle,
            // Before a quote, `\` is an escape to other shells, and to this one it is not.
            Quoting::ShellDouble if site.value_span.of(text).contains("\\\"") => Quoting::Opaque,
            Quoting::ShellDouble => Quoting::PowerShellDouble,
            Quoting::ShellHeredoc => Quoting::Opaque,
            other => other,
        };
    }
    document
}

struct Script<'d, 'a> {
    text: &'a str,
    at: usize,
    document: &'d mut Document<'a>,
    commands: Vec<Simple<'a>>,
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
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |len| self.at + len)
    }

    /// Blanks, comments, and line ends that a backquote hides.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let start = self.at;
            match rest.as_bytes() {
                [b' ' | b'\t' | b'\r', ..] => self.at += 1,
                [b'`', b'\n', ..] => self.at += 2,
                [b'`', b'\r', b'\n', ..] => self.at += 3,
                [b'#', ..] => {
                    self.at = self.line_end();
                    self.document.comments.push(Span::from_range(start..self.at));
                }
                [b'<', b'#', ..] => {
                    let end = memchr::memmem::find(rest.as_bytes(), b"#>");
                    self.at = end.map_or(self.text.len(), |end| start + end + 2);
                    self.document.comments.push(Span::from_range(start..self.at));
                }
                _ => return,
            }
        }
    }

    fn statement(&mut self) -> Result<(), &'static str> {
        self.skip_blanks();
        let rest = self.rest();
        if strip_prefix(rest, "$env:").is_some() || strip_prefix(rest, "${env:").is_some() {
            return self.assignment();
        }
        if rest.starts_with('[') {
            return self.call();
        }
        self.command()
    }

    /// `$env:NAME = text`, or anything else that starts with such a variable.
    fn assignment(&mut self) -> Result<(), &'static str> {
        let start = self.at;
        let braces = usize::from(self.rest().starts_with("${"));
        let name = start + "$env:".len() + braces;
        let end = name_end(self.text.as_bytes(), name, self.text.len());
        self.at = end + braces;
        self.skip_blanks();
        if self.byte(self.at) != Some(b'=') || self.byte(self.at + 1) == Some(b'=') {
            self.at = self.at.max(end);
            return self.command();
        }
        self.at += 1;
        self.skip_blanks();
        if matches!(self.byte(self.at), None | Some(b'\n' | b';' | b'$' | b'(' | b'&')) {
            // What another command gives.
            return self.command();
        }
        let value = self.word()?;
        self.skip_blanks();
        let is_whole = matches!(self.byte(self.at), None | Some(b'\n' | b';' | b'}' | b')'));
        let text = &self.text[name..end];
        self.site(Name { text: text.into(), span: Span::from_range(name..end) }, value, is_whole);
        Ok(())
    }

    /// `[Environment]::SetEnvironmentVariable(name, text, …)`.
    fn call(&mut self) -> Result<(), &'static str> {
        let rest = self.rest();
        let method = rest.find("]::").filter(|end| *end < 64).and_then(|end| {
            let behind = strip_prefix(&rest[end + 3..], "SetEnvironmentVariable")?;
            Some(rest.len() - behind.len())
        });
        let Some(method) = method else {
            self.at += 1;
            return self.command();
        };
        self.at += method;
        self.skip_blanks();
        if self.byte(self.at) != Some(b'(') {
            return Ok(());
        }
        self.at += 1;
        self.skip_blanks();
        let name = self.text_word()?;
        self.skip_blanks();
        if self.byte(self.at) != Some(b',') {
            return Ok(());
        }
        self.at += 1;
        self.skip_blanks();
        let value = self.text_word()?;
        self.skip_blanks();
        let is_whole = matches!(self.byte(self.at), Some(b',' | b')'));
        if let (Some(name), Some(value)) = (name, value)
            && name.is_known()
        {
            let span = name.value.raw();
            self.site(Name { text: name.value.into_text(), span }, value, is_whole);
        }
        Ok(())
    }

    /// A text in quotes, where one stands here.
    fn text_word(&mut self) -> Result<Option<Word<'a>>, &'static str> {
        let is_text = self.rest().starts_with(|char| is_single(char) || is_double(char));
        if is_text { self.word().map(Some) } else { Ok(None) }
    }

    fn site(&mut self, name: Name<'a>, value: Word<'a>, is_whole: bool) {
        let Some(meaning) = meaning(&name.text) else { return };
        let mut unknown = value.unknown;
        if !is_whole {
            // An operator follows, and with it more of the text.
            unknown.push(Span::empty(value.value.map().decoded_len()));
        }
        self.document.sites.push(Site {
            id: meaning.id.map(|id| id.into_owned().into()),
            role: meaning.role,
            surface: Surface::Environment,
            form: Form::Text,
            span: name.span.join(value.span),
            name,
            value_span: value.span,
            value: value.value,
            quoting: value.quoting,
            outer: Vec::new(),
            unknown,
        });
    }

    fn command(&mut self) -> Result<(), &'static str> {
        let start = self.at;
        let mut words = Vec::new();
        let mut end = start;
        loop {
            let last = self.at;
            self.skip_blanks();
            let operator = match self.byte(self.at) {
                None => self.at..self.at,
                Some(b'\n') => last..last,
                Some(b'|' | b';' | b'&' | b'{' | b'}' | b'(' | b')') => self.at..self.at + 1,
                Some(_) => {
                    let word = self.word()?;
                    end = word.span.range().end;
                    words.push(word);
                    continue;
                }
            };
            self.at = (self.at + 1).min(self.text.len());
            if let [text] = &words[..]
                && text.span.of(self.text).starts_with(['@', '\'', '"'])
            {
                // A text by itself is printed.
                let map = SourceMap::opaque(Span::empty(text.span.start()), 4);
                let value = DecodedText::new("echo", map);
                let span = Span::empty(text.span.start());
                let unknown = Vec::new();
                words.insert(0, Word { span, value, unknown, quoting: Quoting::Opaque });
            }
            // What is only printed sets nothing.
            let is_printed = |word: &Word<'_>| strip_prefix(word.text(), "Write-").is_some();
            if words.first().is_some_and(|word| !is_printed(word)) {
                self.commands.push(Simple {
                    span: Span::from_range(start..end),
                    words,
                    redirects: Vec::new(),
                    end: Span::from_range(operator),
                });
            }
            return Ok(());
        }
    }

    /// A word, or a text of several lines.
    fn word(&mut self) -> Result<Word<'a>, &'static str> {
        let start = self.at;
        let mut builder = MapBuilder::new(self.text);
        let mut unknown = Vec::new();
        let mut parts = 0;
        let mut first = Quoting::PowerShellBare;
        let mut inside = start;
        while let Some(char) = self.rest().chars().next() {
            let quoting = match char {
                ' ' | '\t' | '\r' | '\n' | ';' | '|' | '&' | '(' | ')' | '{' | '}' => break,
                ',' if self.at > start => break,
                '@' if self.at == start && self.is_here_text() => {
                    self.here_text(&mut builder, &mut unknown)?;
                    parts += 1;
                    first = Quoting::Opaque;
                    break;
                }
                char if is_single(char) => {
                    self.single(&mut builder)?;
                    Quoting::PowerShellSingle
                }
                char if is_double(char) => {
                    self.double(&mut builder, &mut unknown)?;
                    Quoting::PowerShellDouble
                }
                '`' => {
                    self.escape(&mut builder);
                    Quoting::PowerShellBare
                }
                '$' => {
                    self.variable(&mut builder, &mut unknown);
                    Quoting::PowerShellBare
                }
                char => {
                    let end = self.at + char.len_utf8();
                    builder.copy(self.at..end);
                    self.at = end;
                    Quoting::PowerShellBare
                }
            };
            if parts == 0 {
                first = quoting;
                inside = start + usize::from(quoting != Quoting::PowerShellBare);
            }
            parts +=
                usize::from(parts == 0 || quoting != Quoting::PowerShellBare || first != quoting);
        }
        if self.at == start {
            // Every step moves on.
            let len = self.rest().chars().next().map_or(0, char::len_utf8);
            self.at += len;
            builder.copy(start..self.at);
        }
        let span = Span::from_range(start..self.at);
        let quoting = if parts > 1 { Quoting::Opaque } else { first };
        let value = builder.finish_at(inside.min(self.at));
        Ok(Word { span, value, unknown, quoting })
    }

    /// `'…'`, in which a doubled quote is one.
    fn single(&mut self, builder: &mut MapBuilder<'_>) -> Result<(), &'static str> {
        self.quote(builder);
        loop {
            let len = self.rest().find(is_single).ok_or(UNTERMINATED)?;
            builder.copy(self.at..self.at + len);
            self.at += len;
            if self.doubled(builder, is_single) {
                return Ok(());
            }
        }
    }

    /// `"…"`, in which backquotes and `$` mean something.
    fn double(
        &mut self,
        builder: &mut MapBuilder<'_>,
        unknown: &mut Vec<Span<Decoded>>,
    ) -> Result<(), &'static str> {
        self.quote(builder);
        loop {
            let stops = |char| is_double(char) || matches!(char, '`' | '$');
            let len = self.rest().find(stops).ok_or(UNTERMINATED)?;
            builder.copy(self.at..self.at + len);
            self.at += len;
            match self.byte(self.at) {
                Some(b'`') => self.escape(builder),
                Some(b'$') => self.variable(builder, unknown),
                _ => {
                    if self.doubled(builder, is_double) {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Drops a quote.
    fn quote(&mut self, builder: &mut MapBuilder<'_>) {
        let len = self.rest().chars().next().map_or(0, char::len_utf8);
        builder.replace(self.at..self.at + len, "");
        self.at += len;
    }

    /// One quote ends the text, two are a quote; whether it ended.
    fn doubled(&mut self, builder: &mut MapBuilder<'_>, is_quote: fn(char) -> bool) -> bool {
        let mut chars = self.rest().chars();
        let (Some(quote), next) = (chars.next(), chars.next()) else { return true };
        let Some(next) = next.filter(|char| is_quote(*char)) else {
            self.quote(builder);
            return true;
        };
        let end = self.at + quote.len_utf8() + next.len_utf8();
        builder.replace_char(self.at..end, quote);
        self.at = end;
        false
    }

    /// A backquote and the character behind it.
    fn escape(&mut self, builder: &mut MapBuilder<'_>) {
        let start = self.at;
        let Some(next) = self.text[start + 1..].chars().next() else {
            builder.copy(start..start + 1);
            self.at = start + 1;
            return;
        };
        self.at = start + 1 + next.len_utf8();
        let char = match next {
            '0' => '\0',
            'a' => '\x07',
            'b' => '\x08',
            'e' => '\x1B',
            'f' => '\x0C',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0B',
            'u' => {
                let rest = &self.text[self.at..];
                let digits = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
                let digits = digits.map(|(digits, _)| digits).filter(|digits| digits.len() <= 6);
                let char = digits.and_then(|digits| {
                    let value = u32::from_str_radix(digits, 16).ok()?;
                    Some((digits.len() + 2, char::from_u32(value)?))
                });
                let (len, char) = char.unwrap_or((0, next));
                self.at += len;
                char
            }
            other => other,
        };
        builder.replace_char(start..self.at, char);
    }

    /// `$name`, `${name}`, `$env:NAME`, `$( … )`; any other `$` is itself.
    fn variable(&mut self, builder: &mut MapBuilder<'_>, unknown: &mut Vec<Span<Decoded>>) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let end = match self.byte(start + 1) {
            Some(b'(') => shell::closing(bytes, start + 1, b')').unwrap_or(bytes.len()),
            Some(b'{') => {
                memchr::memchr(b'}', &bytes[start..]).map_or(bytes.len(), |len| start + len + 1)
            }
            _ => {
                let end = name_end(bytes, start + 1, bytes.len());
                // A scope or a drive, and the name in it.
                let behind = if self.byte(end) == Some(b':') {
                    name_end(bytes, end + 1, bytes.len())
                } else {
                    end
                };
                if end > start + 1 && behind > end + 1 { behind } else { end }
            }
        };
        self.at = end;
        if end == start + 1 {
            builder.copy(start..end);
        } else {
            unknown.push(Span::empty(builder.len()));
            builder.replace(start..end, "");
        }
    }

    /// Whether `@'` or `@"` ends the line.
    fn is_here_text(&self) -> bool {
        let rest = self.rest().strip_prefix("@'").or_else(|| self.rest().strip_prefix("@\""));
        rest.is_some_and(|rest| rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n'))
    }

    /// The lines up to one that starts with the quote and an `@`.
    fn here_text(
        &mut self,
        builder: &mut MapBuilder<'_>,
        unknown: &mut Vec<Span<Decoded>>,
    ) -> Result<(), &'static str> {
        let is_single = self.rest().starts_with("@'");
        let body = self.line_end() + 1;
        let end = if is_single { "\n'@" } else { "\n\"@" };
        // The line end in front of the closing line is none of the text's.
        let len = memchr::memmem::find(&self.text.as_bytes()[body - 1..], end.as_bytes());
        let line_end = body - 1 + len.ok_or(UNTERMINATED)?;
        builder.replace(self.at..body, "");
        self.at = body.min(line_end);
        if is_single {
            builder.copy(self.at..line_end);
        } else {
            while self.at < line_end {
                let rest = &self.text[self.at..line_end];
                let len = rest.find(['`', '$']).unwrap_or(rest.len());
                builder.copy(self.at..self.at + len);
                self.at += len;
                match self.byte(self.at) {
                    Some(b'`') if self.at < line_end => self.escape(builder),
                    Some(b'$') if self.at < line_end => self.variable(builder, unknown),
                    _ => {}
                }
            }
        }
        self.at = self.at.max(line_end) + end.len();
        self.at = self.at.min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        Ok(())
    }
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// What PowerShell takes for a single quote.
pub(crate) const fn is_single(char: char) -> bool {
    matches!(char, '\'' | '\u{2018}'..='\u{201B}')
}

/// What PowerShell takes for a double quote.
pub(crate) const fn is_double(char: char) -> bool {
    matches!(char, '"' | '\u{201C}'..='\u{201E}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_sets, assert_silent};

    #[test]
    fn variables() {
        for (script, value, unknown) in [
            ("$env:AIRFLOW_CONN_A = 'x://u:p@h'", "x://u:p@h", 0),
            ("$Env:AIRFLOW_CONN_A='it''s'", "it's", 0),
            ("${env:AIRFLOW_CONN_A} = 'x://h'", "x://h", 0),
            ("$env:AIRFLOW_CONN_A = \"{`\"a`\": `$b}\" # note", "{\"a\": $b}", 0),
            ("$env:AIRFLOW_CONN_A = \"a\"\"b`tc`u{e9}\"", "a\"b\tc\u{e9}", 0),
            ("$env:AIRFLOW_CONN_A = \"x://$u:$($p.x)@${h}/$env:D\"", "x://:@/", 4),
            ("$env:AIRFLOW_CONN_A = 'x://' + $h", "x://", 1),
            ("$env:AIRFLOW_CONN_A = @'\n{\"a\": 1}\n'@\n", "{\"a\": 1}", 0),
            ("$env:AIRFLOW_CONN_A = @\"\nx://$h\n/\n\"@\n", "x://\n/", 1),
            (
                "[Environment]::SetEnvironmentVariable('AIRFLOW_CONN_A', \"x://h\", 'User')",
                "x://h",
                0,
            ),
            ("[System.Environment]::SetEnvironmentVariable(\"AIRFLOW_CONN_A\", 'a')", "a", 0),
            ("if ($x) { $env:AIRFLOW_CONN_A = 'x://h' }", "x://h", 0),
            ("docker run -e AIRFLOW_CONN_A='x://h' image", "x://h", 0),
            ("docker run -e `\n  \"AIRFLOW_CONN_A=x://$u@h\" image", "x://@h", 1),
        ] {
            assert_sets(extract, script, value, unknown);
        }
        for script in [
            "# $env:AIRFLOW_CONN_A = 'x'",
            "<# $env:AIRFLOW_CONN_A = 'x' #>",
            "$env:AIRFLOW_CONN_A = $x",
            "if ($env:AIRFLOW_CONN_A -eq 'x') { }",
            "Write-Host \"$env:AIRFLOW_CONN_A='x'\"",
        ] {
            assert_silent(extract, script);
        }
    }

    #[test]
    fn commands() {
        let script = "vault kv put airflow/connections/pg `\n  conn_uri='x://u:p@h'\n\
            @'\npath \"a\" {}\n'@ | vault policy write p -\n";
        let document = extract(script, Options::default());
        let uri = document.sites.iter().find(|site| site.name.text == "conn_uri");
        assert_eq!(uri.map(|site| site.value.text()), Some("x://u:p@h"));
        assert_eq!(uri.map(|site| site.quoting), Some(Quoting::PowerShellSingle));
        let input = document.commands[1].input.as_ref();
        assert_eq!(input.map(Word::text), Some("path \"a\" {}"));
    }
}
