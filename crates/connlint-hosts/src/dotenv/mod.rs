//! `.env` files, as each of their readers reads them.
//!
//! Readers agree on plain lines only. Quotes, escapes, comments, variables and `export` differ
//! between all six, and each is followed to the letter: what it refuses is refused, what it drops
//! is dropped.

mod astro;
mod compose;
mod dialect;
mod gotenv;
mod python;
mod shell;
mod template;
mod tokenizer;

use std::borrow::Cow;

use connlint_text::{DecodedText, Raw, Span};

pub(crate) use self::template::{name_end, substitute};
pub(crate) use self::tokenizer::decode_again;
use self::tokenizer::{Entry, Scan};
use crate::formats::File;
use crate::names::meaning;
use crate::{Consumer, Document, Form, HostFormat, Options, Site, Surface};

/// A file called like one, with a setting of Airflow's in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    // `.env.json` is what it is called like.
    (is_env(file.name) || is_in_folder(file))
        && file.mentions_airflow()
        && !file.text.trim_start().starts_with('{')
        || is_all_settings(file)
}

/// Endings that say little about what is in a file.
const VAGUE: [&str; 7] = ["conf", "environment", "example", "list", "local", "sample", "vars"];

/// Whether every line sets a variable: what `env_file` of compose or `EnvironmentFile` of systemd
/// names, where the name says nothing else.
fn is_all_settings(file: &File<'_>) -> bool {
    let is_setting = |line: &str| {
        let name = line.split_once('=').map_or("", |(name, _)| name);
        let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        !name.is_empty() && name.bytes().all(is_name)
    };
    let is_quiet = |line: &str| line.trim().is_empty() || line.starts_with('#');
    let is_called_so =
        file.extension.is_empty() && (file.name.contains("airflow") || file.name.contains("env"));
    (is_called_so || VAGUE.contains(&file.extension))
        && file.mentions_airflow()
        && !file.text.starts_with("#!")
        && file.text.lines().all(|line| is_quiet(line) || is_setting(line))
        && file.text.lines().any(is_setting)
}

/// A file without an ending in a folder of such files: `.env/dev`, `envs/prod`, `.env.d/10-base`.
fn is_in_folder(file: &File<'_>) -> bool {
    let mut folders = file.path.rsplit(['/', '\\']).skip(1);
    file.extension.is_empty()
        && folders.any(|it| matches!(it, ".env" | ".envs" | "envs" | ".env.d" | "env.d"))
        && !file.text.starts_with("#!")
}

/// `.env`, `.env.prod`, `dev.env`.
pub(crate) fn is_env(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "env")
        || name.starts_with(".env.")
}

/// The sites of a `.env` file.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let consumer = options.consumer;
    let dialect = consumer.dialect();
    let mut scan = Scan::new(text, 0);
    if dialect.strips_bom {
        scan.skip_bom();
    }
    let mut document = Document::empty(text, HostFormat::Dotenv, consumer);
    while !scan.at_end() {
        (dialect.statement)(&mut scan);
        document.sites.extend(scan.entries.drain(..).filter_map(site));
    }
    document.issues = scan.issues;
    document.comments = scan.comments;
    document
}

/// The site that `entry` is, where Airflow reads its name.
fn site(entry: Entry<'_>) -> Option<Site<'_>> {
    let Entry { name, span, value_span, value, unknown, quoting } = entry;
    let meaning = meaning(&name.text)?;
    let id = meaning.id.map(|id| Cow::Owned(id.into_owned()));
    Some(Site {
        id,
        role: meaning.role,
        surface: Surface::Environment,
        form: Form::Text,
        name,
        span,
        value_span,
        value,
        quoting,
        outer: Vec::new(),
        unknown,
    })
}

/// What one reader makes of an entry.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum EntryReading<'a> {
    /// It assigns this value to the same name.
    Value(DecodedText<'a>),
    /// It assigns nothing to that name.
    Absent,
    /// It cannot read it.
    Refused(&'static str),
    /// It assigns to another name: `export K` of a reader that does not know `export`.
    OtherKey(Cow<'a, str>),
}

/// How much of its lines is read around an entry: many entries may stand on one.
const NEARBY: usize = 1 << 16;

/// Reads the entry at `span` as `consumer` does.
///
/// `span` is that of a [`Site`] of a `.env` file, `name` its name. The lines it covers are read by
/// themselves.
///
/// ```
/// use connlint_hosts::{Consumer, Options, dotenv, extract, HostFormat};
/// use dotenv::EntryReading;
///
/// let file = "export AIRFLOW_CONN_PG='postgres://h' # main\n";
/// let document = extract(HostFormat::Dotenv, file, Options::default());
/// let site = &document.sites[0];
/// let read = |consumer| dotenv::read_entry_as(file, site.span, &site.name.text, consumer);
///
/// assert!(matches!(read(Consumer::Shell), EntryReading::Value(v) if v.text() == "postgres://h"));
/// assert!(matches!(read(Consumer::AstroLoad), EntryReading::OtherKey(_)));
/// ```
pub fn read_entry_as<'a>(
    text: &'a str,
    span: Span<Raw>,
    name: &str,
    consumer: Consumer,
) -> EntryReading<'a> {
    let bytes = text.as_bytes();
    let range = span.range();
    if text.get(range.clone()).is_none() {
        return EntryReading::Absent;
    }
    let near = range.start.saturating_sub(NEARBY)..range.end.saturating_add(NEARBY).min(text.len());
    let before = &bytes[near.start..range.start];
    let start = memchr::memrchr(b'\n', before).map_or(near.start, |at| near.start + at + 1);
    let behind = &bytes[range.end..near.end];
    let end = memchr::memchr(b'\n', behind).map_or(near.end, |len| range.end + len + 1);
    let boundary = |at| (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(at);
    let (lines, start) = (&text[..boundary(end)], boundary(start));
    let mut scan = Scan::new(lines, start);
    if consumer.dialect().strips_bom {
        scan.skip_bom();
    }
    let mut other = None;
    while !scan.at_end() {
        (consumer.dialect().statement)(&mut scan);
        for entry in scan.entries.drain(..) {
            if entry.name.text == name {
                return EntryReading::Value(entry.value);
            }
            other.get_or_insert(entry.name.text);
        }
    }
    if let Some(other) = other {
        return EntryReading::OtherKey(other);
    }
    let mut refusal = scan.issues.iter().map(|issue| issue.kind.what());
    refusal.next().map_or(EntryReading::Absent, EntryReading::Refused)
}

/// What each reader makes of the entry at `span`, as [`read_entry_as`] tells it.
///
/// ```
/// use connlint_hosts::dotenv::{EntryReading, readings};
/// use connlint_text::Span;
///
/// let file = "K=v # c\n";
/// let values: Vec<_> = readings(file, Span::new(0, 3), "K")
///     .map(|(_, reading)| match reading {
///         EntryReading::Value(value) => value.text().to_owned(),
///         _ => String::new(),
///     })
///     .collect();
/// assert_eq!(values, ["v", "v # c", "v # c", "v", "v", "v"]);
/// ```
pub fn readings<'a>(
    text: &'a str,
    span: Span<Raw>,
    name: &str,
) -> impl Iterator<Item = (Consumer, EntryReading<'a>)> {
    Consumer::ALL.iter().map(move |&consumer| (consumer, read_entry_as(text, span, name, consumer)))
}

/// Whether a part of the one entry in `text` depends on the environment.
pub(crate) fn has_unknown(text: &str, consumer: Consumer) -> bool {
    let mut scan = Scan::new(text, 0);
    while !scan.at_end() {
        (consumer.dialect().statement)(&mut scan);
    }
    !matches!(&scan.entries[..], [entry] if entry.unknown.is_empty())
}

/// Whether two of these readers may read this entry differently; `false` is certain.
///
/// `entry` is the text of a whole line, or of all lines of a quoted value.
///
/// ```
/// use connlint_hosts::Consumer;
/// use connlint_hosts::dotenv::may_diverge;
///
/// let all = Consumer::ALL;
/// assert!(!may_diverge("AIRFLOW_CONN_PG=postgres://u:p%40x@h:5432/d?sslmode=require", all));
/// assert!(!may_diverge(r#"K='{"a": "b # c"}'"#, all));
/// assert!(may_diverge("K=a # b", all));
/// assert!(may_diverge("K=", all));
///
/// // Only a shell takes quotes, blanks and operators inside of a word for more than themselves.
/// let object = r#"K={"a": 1}"#;
/// assert!(may_diverge(object, all));
/// assert!(!may_diverge(object, &[Consumer::Compose, Consumer::PythonDotenv]));
/// ```
pub fn may_diverge(entry: &str, readers: &[Consumer]) -> bool {
    let entry = entry.strip_suffix('\n').unwrap_or(entry);
    let Some(equals) = memchr::memchr(b'=', entry.as_bytes()) else { return true };
    let (name, value) = (&entry[..equals], &entry[equals + 1..]);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !name.bytes().all(is_name) || name.bytes().next().is_none_or(|byte| byte.is_ascii_digit()) {
        return true;
    }
    // Two readers lose lines beyond 64 KiB.
    if value.is_empty() || entry.len() > 60_000 {
        return true;
    }
    if let Some(inner) = value.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\'')) {
        let trimmed = inner.trim_matches(|char: char| char.is_whitespace() || "'\"".contains(char));
        return inner.is_empty()
            || trimmed.len() != inner.len()
            || inner.bytes().any(|byte| b"'\\\n\r\x0B\x0C\x1C\x1D\x1E".contains(&byte))
            || inner.contains("${");
    }
    let is_alike = |byte: u8, place: Alike| ALIKE[usize::from(byte)] as u8 >= place as u8;
    if readers.contains(&Consumer::Shell) {
        return !value.bytes().all(|byte| is_alike(byte, Alike::Everywhere));
    }
    let ends = [value.as_bytes().first(), value.as_bytes().last()];
    !ends.into_iter().flatten().all(|&byte| is_alike(byte, Alike::OutsideShells))
        || !value.bytes().all(|byte| is_alike(byte, Alike::InsideOfValues))
}

/// Whether all readers take each of these characters for itself, wherever it stands in a value.
pub(crate) fn is_read_alike(text: &str) -> bool {
    text.bytes().all(|byte| matches!(ALIKE[usize::from(byte)], Alike::Everywhere))
}

/// Where the readers agree that a byte of a value without quotes stands for itself.
#[derive(Clone, Copy)]
enum Alike {
    Nowhere,
    /// Between other characters, for readers that are no shell.
    InsideOfValues,
    /// For readers that are no shell.
    OutsideShells,
    Everywhere,
}

/// How alike the readers read each byte.
static ALIKE: [Alike; 256] = {
    let mut table = [Alike::Nowhere; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        table[byte as usize] = match byte {
            b'#' | b'$' | b'\\' => Alike::Nowhere,
            b' ' | b'\'' | b'"' => Alike::InsideOfValues,
            b'_' | b'.' | b'/' | b':' | b'@' | b'%' | b'?' | b'=' | b'+' | b',' | b'-' => {
                Alike::Everywhere
            }
            _ if byte.is_ascii_alphanumeric() => Alike::Everywhere,
            _ => Alike::OutsideShells,
        };
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests;
