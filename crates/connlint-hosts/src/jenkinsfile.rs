//! Pipelines of Jenkins: the variables that they set, and the scripts of their steps.

use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, Span};

use crate::formats::File;
use crate::names::meaning;
use crate::nested::{adopt, mark_unknown};
use crate::references::in_script;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Site, Surface, powershell, shell};

/// A pipeline by name, with a word about Airflow in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_named = file.name.starts_with("jenkinsfile")
        || matches!(file.extension, "jenkinsfile" | "groovy" | "jenkins");
    is_named && file.mentions(&shell::TRACES)
}

/// Only three shapes of Groovy are looked for, wherever they stand:
///
/// ```text
/// setting = name "=" text                             ; `environment { … }`, `env.NAME = …`
/// list    = "withEnv" [ "(" ] "[" { text "," } "]"    ; `NAME=value`
/// step    = ( "sh" | "powershell" | "pwsh" ) [ "(" ] [ label ":" text "," ] [ "script" ":" ] text
/// ```
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Jenkinsfile, options.consumer);
    let mut lexer = Lexer { text, at: 0 };
    let mut context = Context::default();
    while let Some(token) = lexer.next() {
        match token {
            Token::Comment(span) => document.comments.push(span),
            Token::Word(span) => context.word(text, span),
            Token::Sign(byte) => context.sign(byte),
            Token::Text(literal) => {
                let goes_on = lexer.is_added();
                context.text(&mut document, literal, goes_on, options);
            }
        }
    }
    document.sites.sort_by_key(|site| (site.span.start(), std::cmp::Reverse(site.span.end())));
    document
}

/// A step that runs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Shell,
    PowerShell,
}

/// What was read before a text.
#[derive(Debug, Default)]
struct Context {
    /// The last word.
    word: Option<Span<Raw>>,
    /// The sign behind it, if there is one.
    sign: Option<u8>,
    /// The step whose arguments are read.
    step: Option<Step>,
    /// Whether the next text is an argument without a label, or `script`.
    is_script: bool,
    in_list: bool,
}

impl Context {
    fn word(&mut self, text: &str, span: Span<Raw>) {
        (self.word, self.sign) = (Some(span), None);
        match span.of(text) {
            "sh" => (self.step, self.is_script) = (Some(Step::Shell), true),
            "powershell" | "pwsh" => (self.step, self.is_script) = (Some(Step::PowerShell), true),
            "withEnv" => self.in_list = true,
            "script" if self.step.is_some() => self.is_script = true,
            // The label of another argument.
            _ => self.is_script = false,
        }
    }

    fn sign(&mut self, byte: u8) {
        self.sign = Some(byte);
        match byte {
            b'\n' | b')' | b'{' | b'}' | b';' | b'=' => self.step = None,
            b']' => self.in_list = false,
            _ => {}
        }
    }

    fn text<'a>(
        &mut self,
        document: &mut Document<'a>,
        literal: Literal<'a>,
        goes_on: bool,
        options: Options,
    ) {
        let Literal { span, value, mut unknown, quoting } = literal;
        if goes_on {
            unknown.push(Span::empty(value.map().decoded_len()));
        }
        if let Some(step) = self.step.filter(|_| self.is_script) {
            self.step = None;
            script(document, step, &value, &unknown, quoting, options);
            return;
        }
        let name = self.word.filter(|_| self.sign == Some(b'='));
        if let Some(name) = name {
            let text = name.of(document.text);
            let name = Name { text: text.into(), span: name };
            let value = Written { span, value_span: span, value, unknown, quoting };
            document.sites.extend(site(name, value));
        } else if self.in_list
            && let Some(at) = memchr::memchr(b'=', value.text().as_bytes())
        {
            let part = |from: usize, to: usize| {
                let part = value.part(Span::from_range(from..to));
                let map = part.map().clone();
                DecodedText::new(part.into_text().into_owned(), map)
            };
            let name = part(0, at);
            let name = Name { span: name.raw(), text: name.into_text() };
            let from = Span::<Decoded>::from_range(at..at + 1);
            let start = value.map().to_raw(from).range().end;
            let value = part(at + 1, value.text().len());
            let behind = u32::try_from(at + 1).unwrap_or(u32::MAX);
            if unknown.first().is_none_or(|first| first.start() >= behind) {
                let unknown = unknown.iter();
                let unknown = unknown
                    .map(|part| Span::new(part.start() - behind, part.end() - behind))
                    .collect();
                let value_span = Span::from_range(start..value.raw().range().end.max(start));
                document
                    .sites
                    .extend(site(name, Written { span, value_span, value, unknown, quoting }));
            }
        }
        self.word = None;
    }
}

/// The sites of the script of a step.
fn script(
    document: &mut Document<'_>,
    step: Step,
    value: &DecodedText<'_>,
    unknown: &[Span<Decoded>],
    quoting: Quoting,
    options: Options,
) {
    let (part, places) = in_script(value, unknown);
    let mut inner = match step {
        Step::Shell => shell::extract(part.text(), options),
        Step::PowerShell => powershell::extract(part.text(), options),
    };
    inner.issues.clear();
    mark_unknown(&mut inner, &places);
    adopt(document, inner, &part, quoting);
}

/// A value with its places.
struct Written<'a> {
    span: Span<Raw>,
    value_span: Span<Raw>,
    value: DecodedText<'a>,
    unknown: Vec<Span<Decoded>>,
    quoting: Quoting,
}

fn site<'a>(name: Name<'a>, value: Written<'a>) -> Option<Site<'a>> {
    let meaning = meaning(&name.text)?;
    Some(Site {
        id: meaning.id.map(|id| id.into_owned().into()),
        role: meaning.role,
        surface: Surface::Environment,
        form: Form::Text,
        span: name.span.join(value.span),
        name,
        value_span: value.value_span,
        value: value.value,
        quoting: value.quoting,
        outer: Vec::new(),
        unknown: value.unknown,
    })
}

/// A piece of Groovy.
enum Token<'a> {
    Comment(Span<Raw>),
    Word(Span<Raw>),
    Text(Literal<'a>),
    /// Any other character; a line end too.
    Sign(u8),
}

/// A text in quotes.
struct Literal<'a> {
    /// With the quotes.
    span: Span<Raw>,
    value: DecodedText<'a>,
    unknown: Vec<Span<Decoded>>,
    quoting: Quoting,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r']).len();
        let (start, rest) = (self.at, self.rest());
        let char = rest.chars().next()?;
        if rest.starts_with("//") || rest.starts_with("/*") {
            let (end, len) = if rest.starts_with("//") { ("\n", 0) } else { ("*/", 2) };
            let found = memchr::memmem::find(&rest.as_bytes()[2..], end.as_bytes());
            self.at = found.map_or(self.text.len(), |found| start + 2 + found + len);
            return Some(Token::Comment(Span::from_range(start..self.at)));
        }
        if matches!(char, '\'' | '"') {
            return Some(self.literal(char));
        }
        let is_word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
        if is_word(char) {
            self.at += rest.find(|char| !is_word(char)).unwrap_or(rest.len());
            return Some(Token::Word(Span::from_range(start..self.at)));
        }
        self.at += char.len_utf8();
        Some(Token::Sign(u8::try_from(char).unwrap_or(b'?')))
    }

    /// Whether an operator follows that adds to a text.
    fn is_added(&self) -> bool {
        self.rest().trim_start_matches([' ', '\t']).starts_with(['+', '.'])
    }

    /// ```text
    /// text = "'" … "'" | '"' … '"' | "'''" … "'''" | '"""' … '"""'
    /// ```
    ///
    /// `"` may hold `$name.name` and `${…}`. What is not closed ends at its line, or with the file.
    fn literal(&mut self, quote: char) -> Token<'a> {
        let start = self.at;
        let one = &self.rest()[..1];
        let is_long =
            self.rest().as_bytes().iter().take_while(|it| **it == one.as_bytes()[0]).count() >= 3;
        let len = if is_long { 3 } else { 1 };
        let mut builder = MapBuilder::new(self.text);
        let mut unknown = Vec::new();
        let inside = start + len;
        let bytes = self.text.as_bytes();
        let mut copied = inside;
        self.at = inside;
        let (end, close) = loop {
            let rest = &bytes[self.at..];
            let stops = |byte: &u8| b"\\\n$".contains(byte) || *byte == bytes[start];
            let Some(found) = rest.iter().position(stops) else {
                break (self.text.len(), self.text.len());
            };
            self.at += found;
            let here = self.at;
            match bytes[here] {
                b'\n' if !is_long => break (here, here),
                b'\\' => {
                    let (len, char) = escape(&self.text[here + 1..]);
                    builder.copy(copied..here);
                    self.at = here + 1 + len;
                    match char {
                        Some(char) => builder.replace_char(here..self.at, char),
                        None => builder.replace(here..self.at, ""),
                    }
                    copied = self.at;
                }
                b'$' if quote == '"' => {
                    let len = placeholder(&self.text[here..]);
                    if len > 0 {
                        builder.copy(copied..here);
                        self.at = here + len;
                        unknown.push(Span::empty(builder.len()));
                        builder.replace(here..self.at, "");
                        copied = self.at;
                    } else {
                        self.at += 1;
                    }
                }
                byte if byte == bytes[start] => {
                    let run = bytes[here..].iter().take_while(|it| **it == byte).count();
                    if !is_long || run >= 3 {
                        break (here, here + len);
                    }
                    self.at += run;
                }
                _ => self.at += 1,
            }
        };
        builder.copy(copied..end);
        self.at = close.max(self.at).min(self.text.len());
        let quoting = if quote == '"' { Quoting::GroovyDouble } else { Quoting::GroovySingle };
        let span = Span::from_range(start..self.at);
        Token::Text(Literal { span, value: builder.finish_at(inside.min(end)), unknown, quoting })
    }
}

/// What stands behind a `\`: how long it is, and the character it stands for; none for a line end.
fn escape(rest: &str) -> (usize, Option<char>) {
    let Some(first) = rest.chars().next() else { return (0, Some('\\')) };
    let char = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\x08',
        'f' => '\x0C',
        's' => ' ',
        '\n' => return (1, None),
        'u' => {
            let digits = rest.get(1..5).filter(|it| it.chars().all(|c| c.is_ascii_hexdigit()));
            let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
            match value.and_then(char::from_u32) {
                Some(char) => return (5, Some(char)),
                None => first,
            }
        }
        other => other,
    };
    (first.len_utf8(), Some(char))
}

/// The length of `${…}` or `$name.name` at the start; nothing where it is neither.
fn placeholder(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    match bytes.get(1) {
        Some(b'{') => {
            let mut depth = 0usize;
            for (at, byte) in bytes.iter().enumerate().skip(1) {
                match byte {
                    b'{' => depth += 1,
                    b'}' if depth == 1 => return at + 1,
                    b'}' => depth -= 1,
                    _ => {}
                }
            }
            rest.len()
        }
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let mut end = 1;
            loop {
                end += bytes[end..].iter().take_while(|byte| is_part(byte)).count();
                match bytes.get(end..end + 2) {
                    Some([b'.', next]) if next.is_ascii_alphabetic() => end += 1,
                    _ => return end,
                }
            }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_sets, assert_silent};

    #[test]
    fn settings_and_steps() {
        for (file, value, unknown) in [
            ("environment { AIRFLOW_CONN_A = 'x://u:p@h' }", "x://u:p@h", 0),
            ("env.AIRFLOW_CONN_A = \"x://${user}:$p.w@h\"", "x://:@h", 2),
            ("AIRFLOW_CONN_A = \"a\\$b\\\"\\\\\"", "a$b\"\\", 0),
            ("AIRFLOW_CONN_A = 'a$b\\u00e9'", "a$b\u{e9}", 0),
            ("AIRFLOW_CONN_A = 'x://' + host", "x://", 1),
            ("AIRFLOW_CONN_A = '''{\"a\": \\\n'b'}'''", "{\"a\": 'b'}", 0),
            ("withEnv(['B=1', \"AIRFLOW_CONN_A=x://${u}@h\"]) { }", "x://@h", 1),
            ("sh 'export AIRFLOW_CONN_A=x://h'", "x://h", 0),
            (
                "sh(script: \"AIRFLOW_CONN_A='x://${u}:\\$b@h' run\", returnStdout: true)",
                "x://:$b@h",
                1,
            ),
            ("sh label: 'a', script: '''\n  AIRFLOW_CONN_A=\"x://\\$U@h\" run\n'''", "x://@h", 1),
            ("sh \"AIRFLOW_CONN_A=${uri} run\"", "", 1),
            ("powershell '$env:AIRFLOW_CONN_A = \"x://h\"'", "x://h", 0),
        ] {
            assert_sets(extract, file, value, unknown);
        }
        for file in [
            "// AIRFLOW_CONN_A = 'x'",
            "/* AIRFLOW_CONN_A = 'x' */",
            "AIRFLOW_CONN_A = credentials('x')",
            "echo 'AIRFLOW_CONN_A=x'",
            "sh label: 'AIRFLOW_CONN_A=x', script: 'ls'",
        ] {
            assert_silent(extract, file);
        }
    }

    #[test]
    fn all_layers_are_written() {
        let file = "sh \"AIRFLOW_CONN_A='x://h' run\"";
        let document = extract(file, Options::default());
        assert_eq!(document.sites[0].encode("a$b\"").as_deref(), Some("a\\$b\\\""));
        assert_eq!(document.sites[0].encode("it's").as_deref(), None);
    }
}
