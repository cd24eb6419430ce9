//! Dockerfiles: `ENV` and `ARG` as Docker's builder reads them, and the scripts of `RUN`.

use connlint_text::{Decoded, DecodedText, MapBuilder, Span};

use crate::dotenv::name_end;
use crate::formats::File;
use crate::names::meaning;
use crate::nested::adopt;
use crate::{
    Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Site, Surface, shell,
};

/// A Dockerfile by name, with a word about Airflow in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_named = file.extension == "dockerfile"
        || [file.name, file.name.split('.').next().unwrap_or_default()]
            .iter()
            .any(|name| matches!(*name, "dockerfile" | "containerfile"));
    is_named
        && file.mentions(&[
            "IRFLOW_",
            "irflow_",
            "airflow ",
            "apache-airflow",
            "apache/airflow",
            "vault ",
            "astro ",
        ])
}

/// ```text
/// dockerfile  = { "#" … | instruction arguments }   ; an escape at a line end joins lines
/// "ENV" "ARG" = { name "=" word } | name blanks text
/// ```
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Dockerfile, options.consumer);
    let escape = escape_of(text);
    let mut at = 0;
    while at < text.len() {
        let line = instruction(&mut document, &mut at, escape);
        let keyword_end = line.text().find([' ', '\t']).unwrap_or(line.text().len());
        let (keyword, arguments) = line.text().split_at(keyword_end);
        let inner = match keyword.to_ascii_uppercase().as_str() {
            "ENV" | "ARG" => settings(line.text(), keyword_end, options, escape),
            "RUN" | "CMD" | "ENTRYPOINT" | "ONBUILD"
                if !arguments.trim_start().starts_with('[') =>
            {
                let part = Span::<Decoded>::from_range(keyword_end..line.text().len());
                let script = line.part(part);
                let inner = shell::extract(script.text(), options);
                adopt(&mut document, inner, &script, Quoting::Block);
                continue;
            }
            _ => continue,
        };
        adopt(&mut document, inner, &line, Quoting::Block);
    }
    document
}

/// The escape character: a backquote where the first lines say so.
fn escape_of(text: &str) -> u8 {
    let directives = text.lines().map_while(|line| line.trim().strip_prefix('#'));
    let mut escapes = directives.filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        name.trim().eq_ignore_ascii_case("escape").then_some(value.trim())
    });
    if escapes.next() == Some("`") { b'`' } else { b'\\' }
}

/// The next line, with those that are joined to it; comments and blank lines between are dropped.
fn instruction<'a>(document: &mut Document<'a>, at: &mut usize, escape: u8) -> DecodedText<'a> {
    let text = document.text;
    let mut builder = MapBuilder::new(text);
    let first = *at;
    while *at < text.len() {
        let start = *at;
        let len = memchr::memchr(b'\n', &text.as_bytes()[start..]);
        let end = len.map_or(text.len(), |len| start + len);
        *at = (end + 1).min(text.len());
        let line = &text[start..end];
        let blanks = line.len() - line.trim_start().len();
        if line.trim_start().starts_with('#') {
            document.comments.push(Span::from_range(start + blanks..end));
            if builder.is_empty() {
                break;
            }
            continue;
        }
        let trimmed = line.trim_end();
        if is_continued(trimmed.as_bytes(), escape) {
            let from = if builder.is_empty() { start + blanks } else { start };
            builder.copy(from..start + trimmed.len() - 1);
            continue;
        }
        if trimmed.is_empty() && !builder.is_empty() {
            continue;
        }
        let from = if builder.is_empty() { start + blanks } else { start };
        builder.copy(from.min(start + trimmed.len())..start + trimmed.len());
        break;
    }
    builder.finish_at(first)
}

/// Whether a line ends with an escape that is not escaped itself.
fn is_continued(line: &[u8], escape: u8) -> bool {
    match line {
        [.., before, last] => *last == escape && *before != escape,
        [last] => *last == escape,
        [] => false,
    }
}

/// The sites of one `ENV` or `ARG`, whose arguments start at `at`.
fn settings(line: &str, mut at: usize, options: Options, escape: u8) -> Document<'_> {
    let mut document = Document::empty(line, HostFormat::Dockerfile, options.consumer);
    let mut is_first = true;
    loop {
        at += line[at..].len() - line[at..].trim_start().len();
        if at >= line.len() {
            return document;
        }
        let rest = &line[at..];
        let len = rest.find(|char: char| char == '=' || char.is_whitespace()).unwrap_or(rest.len());
        let (name, separator) = (at..at + len, rest[len..].chars().next());
        let is_old_form = separator != Some('=') && is_first;
        if separator != Some('=') && !is_first {
            let why = "a word without `=`: a value with blanks needs quotes";
            document.issue(HostIssueKind::Syntax(why), Span::from_range(name));
            return document;
        }
        is_first = false;
        let blanks = rest[len..].len() - rest[len..].trim_start().len();
        let start = if is_old_form { name.end + blanks } else { name.end + 1 };
        let mut word = Word::at(line, start.min(line.len()), escape);
        word.read(!is_old_form);
        let Word { at: end, builder, unknown, .. } = word;
        at = end.max(start.min(line.len()));
        let raw = &line[start.min(end)..end];
        let (quoting, inside) = quoting_of(raw, escape);
        let text = &line[name.clone()];
        let Some(meaning) = meaning(text) else { continue };
        if separator.is_none() {
            continue;
        }
        document.sites.push(Site {
            id: meaning.id.clone(),
            role: meaning.role,
            surface: Surface::Environment,
            form: Form::Text,
            name: Name { text: text.into(), span: Span::from_range(name.clone()) },
            span: Span::from_range(name.start..end.max(start)),
            value_span: Span::from_range(start..end.max(start)),
            value: builder.finish_at((start + inside).min(end.max(start))),
            quoting,
            outer: Vec::new(),
            unknown,
        });
    }
}

/// How a value as it stands is quoted, and how far inside its text begins.
fn quoting_of(raw: &str, escape: u8) -> (Quoting, usize) {
    match raw.as_bytes() {
        _ if escape != b'\\' => (Quoting::Opaque, 0),
        [b'\'', inner @ .., b'\''] if !inner.contains(&b'\'') => (Quoting::DockerSingle, 1),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'"') => (Quoting::DockerDouble, 1),
        bytes if bytes.iter().any(|byte| b"'\"".contains(byte)) => (Quoting::Opaque, 0),
        _ => (Quoting::DockerBare, 0),
    }
}

/// A word in the making: quotes, escapes and variables.
struct Word<'a> {
    text: &'a str,
    at: usize,
    escape: u8,
    builder: MapBuilder<'a>,
    unknown: Vec<Span<Decoded>>,
}

impl<'a> Word<'a> {
    fn at(text: &'a str, at: usize, escape: u8) -> Self {
        Self { text, at, escape, builder: MapBuilder::new(text), unknown: Vec::new() }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Reads up to a blank outside of quotes, or to the end of the line.
    fn read(&mut self, ends_at_blank: bool) {
        let mut quote = None;
        while let Some(byte) = self.byte(self.at) {
            let start = self.at;
            match (byte, quote) {
                (b' ' | b'\t', None) if ends_at_blank => return,
                (b'\'' | b'"', None) => {
                    quote = Some(byte);
                    self.drop_byte();
                }
                (byte, Some(open)) if byte == open => {
                    quote = None;
                    self.drop_byte();
                }
                (b'$', None | Some(b'"')) => self.variable(),
                (byte, None) if byte == self.escape => self.escaped(),
                (byte, Some(b'"')) if byte == self.escape => match self.byte(start + 1) {
                    Some(next) if next == b'"' || next == b'$' || next == self.escape => {
                        self.escaped();
                    }
                    _ => self.plain(),
                },
                _ => self.plain(),
            }
        }
    }

    fn drop_byte(&mut self) {
        self.builder.replace(self.at..self.at + 1, "");
        self.at += 1;
    }

    /// A run of bytes that mean themselves, the first of them whatever it is.
    fn plain(&mut self) {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let stops = |byte: &u8| b" \t'\"$".contains(byte) || *byte == self.escape;
        let len = 1 + rest.iter().position(stops).unwrap_or(rest.len());
        self.builder.copy(self.at..self.at + len);
        self.at += len;
    }

    /// An escape and the character behind it, which means itself.
    fn escaped(&mut self) {
        let start = self.at;
        let next = self.text[start + 1..].chars().next();
        self.at += 1 + next.map_or(0, char::len_utf8);
        if let Some(next) = next {
            self.builder.replace_char(start..self.at, next);
        }
    }

    /// `$name`, `${name}`, `${name:-default}`: what an `ARG` or `ENV` before gives.
    fn variable(&mut self) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let braced = self.byte(start + 1) == Some(b'{');
        let name = start + 1 + usize::from(braced);
        let name_end = name_end(bytes, name, bytes.len());
        let end = match (braced, name_end > name) {
            (true, true) => memchr::memchr(b'}', &bytes[name_end..]).map(|len| name_end + len),
            (false, true) => Some(name_end - 1),
            _ => None,
        };
        let Some(last) = end else { return self.plain() };
        self.at = last + 1;
        let from = self.builder.len();
        let inner = &self.text[name_end..last.max(name_end)];
        let default = inner.strip_prefix(":-").filter(|it| !it.contains(['$', '"', '\'', '\\']));
        match default.filter(|_| braced) {
            Some(default) => {
                self.builder.replace(start..last - default.len(), "");
                self.builder.copy(last - default.len()..last);
                self.builder.replace(last..self.at, "");
            }
            None => self.builder.replace(start..self.at, ""),
        }
        self.unknown.push(Span::new(from, self.builder.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document<'_> {
        crate::extract(HostFormat::Dockerfile, text, Options::default())
    }

    #[test]
    fn values() {
        for (text, expected) in [
            ("ENV AIRFLOW_CONN_A=x://h", &["x://h"][..]),
            ("env AIRFLOW_CONN_A x://h y", &["x://h y"]),
            ("ENV AIRFLOW_CONN_A \"x://h\"", &["x://h"]),
            (
                "ENV A=1 AIRFLOW_CONN_A='x://$U' \\\n  AIRFLOW_VAR_B=\"a \\\"b\\\"\"",
                &["x://$U", "a \"b\""],
            ),
            ("ENV AIRFLOW_CONN_A='{\\\n  \"a\": 1 \\\n# c\n}'", &["{  \"a\": 1 }"]),
            ("ENV AIRFLOW_CONN_A=x\\ y AIRFLOW_VAR_B=$X", &["x y", ""]),
            ("ENV AIRFLOW_CONN_A=x://${U:-me}@h", &["x://me@h"]),
            ("# escape=`\nENV AIRFLOW_CONN_A=a`\n\\b", &["a\\b"]),
            ("# ENV AIRFLOW_CONN_A=x", &[]),
            ("ARG AIRFLOW_VAR_A\nARG AIRFLOW_VAR_B=1", &["1"]),
            (
                "RUN export AIRFLOW_VAR_A=1 && \\\n    airflow connections add a --conn-uri 'x://h'",
                &["1", "x://h"],
            ),
            ("COPY . .\nFROM x", &[]),
        ] {
            let document = read(text);
            let values: Vec<_> = document.sites.iter().map(|site| site.value.text()).collect();
            assert_eq!(values, expected, "{text}");
        }
    }

    #[test]
    fn variables_are_unknown_but_between_single_quotes() {
        for (text, unknown) in [
            ("ENV AIRFLOW_CONN_A=x://$U@h", Some(Span::empty(4))),
            ("ENV AIRFLOW_CONN_A=\"x://${U:-me}@h\"", Some(Span::new(4, 6))),
            ("ENV AIRFLOW_CONN_A='x://$U@h'", None),
            ("ENV AIRFLOW_CONN_A=x://\\$U@h", None),
        ] {
            assert_eq!(read(text).sites[0].unknown.first().copied(), unknown, "{text}");
        }
    }

    #[test]
    fn a_value_with_blanks_needs_quotes() {
        let document = read("ENV AIRFLOW_CONN_A={\"a\": 1}\n");
        assert_eq!(document.issues.len(), 1);
        assert_eq!(document.issues[0].span.of(document.text), "1}");
    }

    #[test]
    fn values_are_written_back() {
        for (raw, text) in [("x", "a $b\\"), ("'x'", "a $\"b"), ("\"x\"", "a \"$b\\c")] {
            let file = format!("ENV AIRFLOW_CONN_A={raw}\n");
            let document = read(&file);
            let encoded = document.sites[0].encode(text).unwrap();
            let file = file.replace('x', &encoded);
            assert_eq!(read(&file).sites[0].value.text(), text, "{file}");
        }
        let single = read("ENV AIRFLOW_CONN_A='x'");
        assert_eq!(single.sites[0].encode("it's"), None);
    }
}
