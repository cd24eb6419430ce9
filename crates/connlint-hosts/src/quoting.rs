use std::fmt::Write as _;

use connlint_json::encode_string;
use connlint_text::Span;

use crate::connections_env::is_line_break;
use crate::dotenv::{EntryReading, has_unknown, is_read_alike, read_entry_as};
use crate::powershell::{is_double, is_single};
use crate::yaml_scalar::{Resolved, resolve};
use crate::{Consumer, HostFormat, Options, Quoting, base64, extract};

impl Quoting {
    /// Whether only a whole value can be written, and no part of one.
    pub const fn is_written_whole(self) -> bool {
        matches!(self, Self::Base64)
    }

    /// Writes `text` so that it can stand in a place of this kind, or `None` where it cannot.
    ///
    /// The result is what stands between the quotes, if there are quotes. It reads back as `text`
    /// alone and, unless all of it is [written at once](Self::is_written_whole), with other text
    /// around it. A place of one line takes no line end, bare text no blank at its ends.
    ///
    /// ```
    /// use connlint_hosts::{Consumer, Quoting};
    ///
    /// let double = Quoting::DotenvDouble(Consumer::Compose);
    /// assert_eq!(double.encode("a\"$b").as_deref(), Some(r#"a\"$$b"#));
    /// assert_eq!(Quoting::YamlSingle.encode("it's").as_deref(), Some("it''s"));
    /// assert_eq!(Quoting::DotenvSingle(Consumer::AstroLoad).encode("it's\n"), None);
    /// assert_eq!(Quoting::Opaque.encode("x"), None);
    /// ```
    pub fn encode(self, text: &str) -> Option<String> {
        match self {
            Self::Line => (!text.contains(is_line_break)).then(|| text.to_owned()),
            Self::JsonText | Self::HclText => Some(text.to_owned()),
            Self::JsonString => Some(encode_string(text).into_owned()),
            Self::DotenvBare(consumer) => dotenv(self, consumer, text, &bare(consumer, text)?),
            Self::DotenvSingle(consumer) => dotenv(self, consumer, text, &single(consumer, text)),
            Self::DotenvDouble(consumer) => dotenv(self, consumer, text, &double(consumer, text)),
            Self::YamlPlain => yaml_plain(text).then(|| text.to_owned()),
            Self::YamlSingle => yaml(text, "'", text.replace('\'', "''")),
            Self::YamlDouble => yaml(text, "\"", yaml_double(text)),
            Self::YamlBlock => yaml_block(text).then(|| text.to_owned()),
            Self::Dollar => Some(text.replace('$', "$$")),
            Self::DollarParenthesis => dollar_parenthesis(text),
            Self::ConfigValue => config(text),
            Self::HclString => Some(connlint_hcl::encode_quoted(text)),
            Self::HclHeredoc => connlint_hcl::encode_heredoc(text),
            Self::ShellBare => Self::DotenvBare(Consumer::Shell).encode(text),
            Self::ShellSingle => Self::DotenvSingle(Consumer::Shell).encode(text),
            Self::ShellDouble => Self::DotenvDouble(Consumer::Shell).encode(text),
            Self::ShellHeredoc => Self::Block.encode(&escape_before(text, &['\\', '$', '`'])),
            // The builder trims lines, and takes any white space for the end of a word.
            Self::DockerBare
                if text.ends_with(char::is_whitespace)
                    || text.contains(|char: char| char.is_whitespace() && char != ' ') =>
            {
                None
            }
            Self::DockerBare => Self::Block.encode(&shell_bare(text)),
            // Nothing is an escape here, but the builder looks for the closing quote with one.
            Self::DockerSingle if text.contains('\'') || text.ends_with('\\') => None,
            Self::DockerSingle => Self::Block.encode(text),
            Self::DockerDouble => Self::Block.encode(&escape_before(text, &['\\', '$', '"'])),
            Self::SystemdBare => systemd(text, &[' ', '\'', '"']),
            Self::SystemdSingle => systemd(text, &['\'']),
            Self::SystemdDouble => systemd(text, &['"']),
            Self::PowerShellBare => {
                let is_plain =
                    |char: char| char.is_ascii_alphanumeric() || "_./:@%?+=-".contains(char);
                (text.chars().all(is_plain) && !text.starts_with('@')).then(|| text.to_owned())
            }
            Self::PowerShellSingle => Some(doubled(text, is_single)),
            Self::PowerShellDouble => {
                let needs_it = |char| matches!(char, '`' | '$') || is_double(char);
                Some(escape_with('`', text, needs_it).replace('\0', "`0"))
            }
            Self::BatchBare => batch(&escape_with('^', text, |char| "^&|<>()".contains(char))),
            Self::BatchQuoted => batch(text),
            Self::GroovySingle => Some(groovy(text, '\'')),
            Self::GroovyDouble => Some(groovy(text, '"')),
            // At the start, a brace opens a list.
            Self::HelmValue => Some(escape_before(text, &['\\', ',', '{'])),
            Self::MakeValue => make_value(text),
            Self::MakeRecipe => Self::Block.encode(&text.replace('$', "$$")),
            Self::Block => (!text.contains(is_line_break)).then(|| text.to_owned()),
            Self::PythonSingle => Some(python(text, '\'')),
            Self::PythonDouble => Some(python(text, '"')),
            Self::Braces => Some(text.replace('{', "{{").replace('}', "}}")),
            Self::Base64 => Some(base64::encode(text.as_bytes())),
            Self::Opaque => None,
        }
    }
}

/// `text` as the value of an option, with no variable in it that Airflow would expand.
fn config(text: &str) -> Option<String> {
    let is_space = |char: char| matches!(char, '\x1C'..='\x1F') || char.is_whitespace();
    let fits = !text.contains(['\n', '\r', '$'])
        && !text.starts_with(['#', ';', '~'])
        && !text.starts_with(is_space)
        && !text.ends_with(is_space);
    fits.then(|| text.replace('%', "%%"))
}

/// `text` between two `quote` of Python.
fn python(text: &str, quote: char) -> String {
    let mut written = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            '\\' => written.push_str("\\\\"),
            char if char == quote => written.extend(['\\', char]),
            char if char.is_ascii_control() => {
                // Writing to a string does not fail.
                let _ = write!(written, "\\x{:02x}", u32::from(char));
            }
            char => written.push(char),
        }
    }
    written
}

/// `text` as the value of a variable of make: `$$` is a `$`, and `\#` a `#`, in front of which `\`
/// are doubled.
fn make_value(text: &str) -> Option<String> {
    let is_blank = |char| matches!(char, ' ' | '\t');
    if text.contains(is_line_break) || text.starts_with(is_blank) || text.ends_with('\\') {
        return None;
    }
    let mut written = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '$' => written.push('$'),
            '#' => {
                let before = written.len() - written.trim_end_matches('\\').len();
                written.extend(std::iter::repeat_n('\\', before + 1));
            }
            _ => {}
        }
        written.push(char);
    }
    Some(written)
}

/// `text` in a setting of a unit, with `signs` as escapes; NUL is none.
fn systemd(text: &str, signs: &[char]) -> Option<String> {
    let mut written = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\0' => return None,
            '\n' => written.push_str("\\n"),
            ' ' if signs.contains(&' ') => written.push_str("\\s"),
            '%' => written.push_str("%%"),
            char if char.is_ascii_control() => {
                // Writing to a string does not fail.
                let _ = write!(written, "\\x{:02x}", u32::from(char));
            }
            char => {
                if char == '\\' || signs.contains(&char) {
                    written.push('\\');
                }
                written.push(char);
            }
        }
    }
    Some(written)
}

/// A `\` in front of each of `signs`.
fn escape_before(text: &str, signs: &[char]) -> String {
    escape_with('\\', text, |char| signs.contains(&char))
}

/// `escape` in front of each character that needs it.
fn escape_with(escape: char, text: &str, needs_it: impl Fn(char) -> bool) -> String {
    let mut written = String::with_capacity(text.len());
    for char in text.chars() {
        if needs_it(char) {
            written.push(escape);
        }
        written.push(char);
    }
    written
}

/// Each of these characters twice.
fn doubled(text: &str, is_doubled: impl Fn(char) -> bool) -> String {
    let mut written = String::with_capacity(text.len());
    for char in text.chars() {
        written.push(char);
        if is_doubled(char) {
            written.push(char);
        }
    }
    written
}

/// `text` behind `set`, where a quote would turn the meaning of signs around.
fn batch(text: &str) -> Option<String> {
    (!text.contains(['"', '\n', '\r'])).then(|| text.replace('%', "%%"))
}

/// `text` between two `quote` of Groovy.
fn groovy(text: &str, quote: char) -> String {
    let needs_it = |char| char == quote || char == '\\' || (char == '$' && quote == '"');
    escape_with('\\', text, needs_it).replace('\n', "\\n").replace('\r', "\\r")
}

/// What might stand bare for `text`.
fn bare(consumer: Consumer, text: &str) -> Option<String> {
    // What one piece opens, the next would close.
    let is_quote = |char| matches!(char, '\'' | '"');
    let written = match consumer {
        Consumer::Compose => text.replace('$', "$$"),
        Consumer::Gotenv => text.replace('$', "\\$"),
        Consumer::Shell => return Some(shell_bare(text)),
        _ => text.to_owned(),
    };
    let trims = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    (!trims && !text.starts_with(is_quote) && !text.ends_with(is_quote) && !text.starts_with('#'))
        .then_some(written)
}

/// A `\` in front of all but plain characters.
fn shell_bare(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for char in text.chars() {
        let is_plain = char.is_ascii_alphanumeric() || "_./:@%?+,=-".contains(char);
        if !is_plain && char.is_ascii() {
            written.push('\\');
        }
        written.push(char);
    }
    written
}

/// What might stand between `'` for `text`.
fn single(consumer: Consumer, text: &str) -> String {
    match consumer {
        Consumer::Compose => text.replace('\'', "\\'"),
        Consumer::PythonDotenv => text.replace('\\', "\\\\").replace('\'', "\\'"),
        _ => text.to_owned(),
    }
}

/// What might stand between `"` for `text`.
fn double(consumer: Consumer, text: &str) -> String {
    let dollar = match consumer {
        Consumer::AstroStandalone | Consumer::AstroLoad => return text.to_owned(),
        Consumer::Compose => "$$",
        Consumer::PythonDotenv => "$",
        _ => "\\$",
    };
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', dollar);
    match consumer {
        Consumer::Shell => escaped.replace('`', "\\`"),
        _ => escaped.replace('\n', "\\n").replace('\r', "\\r"),
    }
}

/// `written`, if the reader takes it for `text`: alone, and between other characters.
fn dotenv(quoting: Quoting, consumer: Consumer, text: &str, written: &str) -> Option<String> {
    if text.is_empty() || written == text && is_read_alike(text) {
        return Some(text.to_owned());
    }
    let quote = match quoting {
        Quoting::DotenvSingle(_) => "'",
        Quoting::DotenvDouble(_) => "\"",
        _ => "",
    };
    for around in ["", "x"] {
        let entry = format!("K={quote}{around}{written}{around}{quote}");
        let span = Span::from_range(0..entry.len());
        let read = read_entry_as(&entry, span, "K", consumer);
        let wanted = format!("{around}{text}{around}");
        if !matches!(read, EntryReading::Value(value) if value.text() == wanted)
            || has_unknown(&entry, consumer)
        {
            return None;
        }
    }
    Some(written.to_owned())
}

/// Whether `text` is a plain scalar that is text, in block and in flow style, and stays it with
/// other plain text beside it.
fn yaml_plain(text: &str) -> bool {
    let is_indicator = |char| "-?:,[]{}#&*!|>'\"%@`".contains(char);
    let is_odd =
        |char: char| char.is_control() || ",[]{}\u{85}\u{2028}\u{2029}\u{FEFF}".contains(char);
    text.is_empty()
        || !(text.contains(is_odd)
            || text.starts_with(is_indicator)
            || text.ends_with(':')
            || text.contains(": ")
            || text.contains(" #")
            || text.starts_with(char::is_whitespace)
            || text.ends_with(char::is_whitespace)
            || text.starts_with("...")
            || resolve(text) != Resolved::Text
            || matches!(text, "<<" | "="))
            && yaml(text, "", text.to_owned()).is_some()
}

/// `written`, if YAML takes it for `text` between two `quote`.
fn yaml(text: &str, quote: &str, written: String) -> Option<String> {
    let file = format!("k: {quote}{written}{quote}\n");
    let document = extract(HostFormat::ConnectionsYaml, &file, Options::default());
    let fits = document.issues.is_empty()
        && matches!(&document.sites[..], [site] if site.value.text() == text);
    let is_one_line = !written.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    (fits && is_one_line).then_some(written)
}

/// Whether `text` can stand within a line of a block scalar, literal or folded.
fn yaml_block(text: &str) -> bool {
    let is_odd = |char: char| {
        (char.is_control() && char != '\t')
            || matches!(char, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
    };
    // A blank at its start would be indentation, one at its end could stand before a fold.
    let is_blank = |char| matches!(char, ' ' | '\t');
    !text.contains(is_odd) && !text.starts_with(is_blank) && !text.ends_with(is_blank)
}

/// `$(` is written `$$(`. What ends in a `$` cannot be written: a `(` may follow.
fn dollar_parenthesis(text: &str) -> Option<String> {
    (!text.ends_with('$') && !text.contains("$$")).then(|| text.replace("$(", "$$("))
}

fn yaml_double(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        let escape = match char {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            // At an end it may come to stand at that of a line, where it would be dropped.
            ' ' if at == 0 || at + 1 == text.len() => "\\x20",
            char if char.is_control() || "\u{2028}\u{2029}\u{FEFF}".contains(char) => {
                // Writing to a string does not fail.
                let _ = write!(written, "\\u{:04X}", u32::from(char));
                continue;
            }
            char => {
                written.push(char);
                continue;
            }
        };
        written.push_str(escape);
    }
    written
}
