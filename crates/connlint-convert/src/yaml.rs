//! YAML as `airflow connections export` writes it: PyYAML on top of libyaml, with its defaults.

use std::borrow::Cow;
use std::fmt::Write as _;

use connlint_hosts::is_plain_text;
use connlint_parser::{Connection, FieldValue, Port};

/// Where lines of text are folded: at the first single space behind this column.
const BEST_WIDTH: usize = 80;
/// The longest key, in bytes, that is written without `?`.
const LONGEST_SIMPLE_KEY: usize = 128;
/// What stands in front of a field.
const INDENT: &str = "  ";
/// How far a value that is folded is indented: twice the two spaces of a field.
const FOLDED: &str = "\n    ";

/// The entry of one id; `None` where a field is no text, or no UTF-8, so that it cannot be
/// written.
pub(crate) fn export(id: &str, connection: &Connection<'_>) -> Option<String> {
    let Connection { conn_type, description, host, login, password, schema, port, extra } =
        connection;
    let port = match port {
        Some(Port::Value(value)) => Value::of(Some(value))?,
        Some(Port::Number(number)) => Value::Literal(number.to_string().into()),
        Some(Port::Big(digits)) => Value::Literal(digits.into()),
        None => Value::of(None)?,
    };
    let mut out = String::new();
    let mut indent = key(&mut out, id);
    for (name, value) in [
        ("conn_type", Value::of(conn_type.as_ref())?),
        ("description", Value::of(description.as_ref())?),
        ("extra", Value::of(extra.as_ref())?),
        ("host", Value::of(host.as_ref())?),
        ("login", Value::of(login.as_ref())?),
        ("password", Value::of(password.as_ref())?),
        ("port", port),
        ("schema", Value::of(schema.as_ref())?),
    ] {
        out.push_str(indent);
        indent = INDENT;
        out.push_str(name);
        out.push_str(": ");
        match value {
            Value::Literal(literal) => out.push_str(&literal),
            Value::Text(text) => {
                scalar(&mut out, text, Some(INDENT.len() + name.len() + ": ".len()));
            }
        }
        out.push('\n');
    }
    Some(out)
}

/// What stands behind the name of a field.
enum Value<'v> {
    /// `null`, or a number.
    Literal(Cow<'v, str>),
    /// A text, to be quoted where it must be.
    Text(&'v str),
}

impl<'v> Value<'v> {
    fn of(value: Option<&'v FieldValue<'_>>) -> Option<Self> {
        match value {
            None => Some(Self::Literal("null".into())),
            Some(value) => value.as_str().map(Self::Text),
        }
    }
}

/// Writes the key of an entry, and gives what stands in front of the first field.
fn key(out: &mut String, id: &str) -> &'static str {
    if id.len() <= LONGEST_SIMPLE_KEY && !id.contains(is_break) {
        scalar(out, id, None);
        out.push_str(":\n");
        return INDENT;
    }
    out.push_str("? ");
    scalar(out, id, Some("? ".len()));
    out.push_str("\n: ");
    ""
}

/// Writes a text in the plainest style that it may be written in.
///
/// `column` is how many characters stand in front of it in the line; without one it is not folded.
fn scalar(out: &mut String, text: &str, column: Option<usize>) {
    let look = Look::at(text);
    let (style, quote) = match () {
        () if look.plain && is_plain_text(text) => (Style::Plain, ""),
        () if look.single => (Style::Single, "'"),
        () => (Style::Double, "\""),
    };
    out.push_str(quote);
    let mut line = Line { out, column: column.map(|column| column + quote.len()) };
    line.write(text, style);
    out.push_str(quote);
}

/// A text in double quotes, which every reader of YAML takes for a text.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    Line { out: &mut out, column: None }.write(text, Style::Double);
    out.push('"');
    out
}

/// Which styles a text may be written in.
struct Look {
    plain: bool,
    single: bool,
}

impl Look {
    fn at(text: &str) -> Self {
        let is_ascii = text.chars().all(|char| matches!(char, '\n' | ' '..='~'));
        let single = is_ascii && !text.contains("\n ") && !text.contains(" \n");
        let is_framed = text.starts_with([' ', '\n']) || text.ends_with([' ', '\n']);
        let plain = single && !text.is_empty() && !is_framed && !text.contains('\n');
        Self { plain: plain && !has_indicator(text), single }
    }
}

/// Whether some character would mean something where the text stands without quotes.
fn has_indicator(text: &str) -> bool {
    let starts_badly = text.starts_with(|char| "#,[]{}&*!|>'\"%@`".contains(char))
        || text.starts_with("---")
        || text.starts_with("...")
        || matches!(text.as_bytes(), [b'-' | b'?' | b':'] | [b'-' | b'?' | b':', b' ', ..]);
    starts_badly || text.contains(": ") || text.ends_with(':') || text.contains(" #")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
}

/// The line that is being written.
struct Line<'o> {
    out: &'o mut String,
    /// How many characters it has; nothing where it is not to be folded.
    column: Option<usize>,
}

impl Line<'_> {
    fn write(&mut self, text: &str, style: Style) {
        let mut before = '\0';
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            let next = chars.peek().map(|&(_, char)| char);
            match char {
                ' ' => {
                    let is_inside = at > 0 && next.is_some();
                    let may_fold = style == Style::Double || next != Some(' ');
                    if self.is_wide() && is_inside && before != ' ' && may_fold {
                        self.fold();
                        // Spaces at the beginning of a line would be lost.
                        self.put(if next == Some(' ') { "\\" } else { "" });
                    } else {
                        self.put(" ");
                    }
                }
                '\n' if style == Style::Single => {
                    // An empty line stands for a line break.
                    if before != '\n' {
                        self.out.push('\n');
                    }
                    if next == Some('\n') { self.out.push('\n') } else { self.fold() }
                }
                '\'' if style == Style::Single => self.put("''"),
                char if style == Style::Double && must_escape(char) => self.put(&escape(char)),
                char => self.put(char.encode_utf8(&mut [0; 4])),
            }
            before = char;
        }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = self.column.map(|column| column + text.len());
    }

    fn is_wide(&self) -> bool {
        self.column.is_some_and(|column| column > BEST_WIDTH)
    }

    fn fold(&mut self) {
        self.out.push_str(FOLDED);
        self.column = self.column.map(|_| FOLDED.len() - 1);
    }
}

const fn must_escape(char: char) -> bool {
    !matches!(char, ' '..='~') || matches!(char, '"' | '\\')
}

fn escape(char: char) -> String {
    let letter = match char {
        '\0' => '0',
        '\x07' => 'a',
        '\x08' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\x0B' => 'v',
        '\x0C' => 'f',
        '\r' => 'r',
        '\x1B' => 'e',
        '"' | '\\' => char,
        '\u{85}' => 'N',
        '\u{A0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            let mut out = String::new();
            let point = u32::from(char);
            // Writing to a string does not fail.
            let _ = match point {
                0..=0xFF => write!(out, "\\x{point:02X}"),
                0x100..=0xFFFF => write!(out, "\\u{point:04X}"),
                _ => write!(out, "\\U{point:08X}"),
            };
            return out;
        }
    };
    format!("\\{letter}")
}

const fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
