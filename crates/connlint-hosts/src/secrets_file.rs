//! Files of connections, variables or options: JSON, YAML and `KEY=value` lines.
//!
//! This is the whole of what stands in such a file, where [`extract`](crate::extract) finds the
//! connections of it.

use connlint_json::{ErrorKind, parse};
use connlint_text::{Decoded, DecodedText, Raw, Span};

use crate::{Name, connections_env, connections_yaml};

/// What stands in a file of secrets.
#[derive(Debug, Clone, Default)]
pub struct SecretsFile<'a> {
    /// The entries in the order of the file, repeated keys included.
    pub entries: Vec<SecretsEntry<'a>>,
    /// What is wrong with the format.
    pub problems: Vec<SecretsProblem>,
}

/// One entry of a file of secrets.
#[derive(Debug, Clone)]
pub struct SecretsEntry<'a> {
    /// The key; one that YAML makes something else of than text, as Python's `str()` writes it.
    pub name: Name<'a>,
    /// Whether the key is text.
    pub key_is_text: bool,
    /// The value: what a line says, or JSON.
    pub value: DecodedText<'a>,
    /// Whether the value is JSON.
    pub is_json: bool,
    /// Where the value stands, quotes included.
    pub value_span: Span<Raw>,
    /// The strings of the JSON that are dates to YAML.
    pub dates: Vec<Span<Decoded>>,
    /// The keys of objects of the JSON that are no text to YAML.
    pub odd_keys: Vec<Span<Decoded>>,
    /// Which of the objects that YAML aliases share this is.
    pub object: Option<usize>,
}

/// Something wrong with the format of a file of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretsProblem {
    /// What.
    pub kind: SecretsProblemKind,
    /// In which line, from 1, as Airflow counts them; for YAML it does that in its own way.
    pub line: usize,
    /// Where.
    pub span: Span<Raw>,
}

/// What is wrong with the format of a file of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretsProblemKind {
    /// A line without `=`.
    NoEqualsSign,
    /// A line with nothing in front of the first `=`.
    EmptyKey,
    /// A line with nothing behind the first `=`.
    EmptyValue,
    /// Nothing at all in a JSON or YAML file.
    EmptyFile,
    /// Something else than an object.
    NotAnObject,
    /// No JSON.
    NotJson(ErrorKind),
    /// JSON with an integer of that many digits, which are too many for Python.
    TooManyDigits(usize),
    /// Nothing that PyYAML's `safe_load` takes.
    NotYaml,
    /// A control character in YAML, and the byte where it stands.
    ControlCharacter {
        /// The character.
        char: char,
        /// How many bytes stand in front of it, with one for each line end.
        at: usize,
    },
    /// Digits that look like a date and are none, with what Python says about them.
    NotADate(&'static str),
    /// More than connlint follows.
    Limit,
}

/// Reads `KEY=value` lines; nothing is trimmed, nothing is quoted.
///
/// ```
/// use connlint_hosts::secrets_file::{SecretsProblemKind, read_lines};
///
/// let file = read_lines("a= b \n# c\nd\n");
/// assert_eq!(file.entries[0].value.text(), " b ");
/// assert_eq!(file.problems[0].kind, SecretsProblemKind::NoEqualsSign);
/// ```
pub fn read_lines(text: &str) -> SecretsFile<'_> {
    let mut file = SecretsFile::default();
    for (index, (start, line)) in connections_env::lines(text).enumerate() {
        let span = |from: usize, to: usize| Span::<Raw>::from_range(start + from..start + to);
        let whole = span(0, line.len());
        let mut problem =
            |kind| file.problems.push(SecretsProblem { kind, line: index + 1, span: whole });
        if line.is_empty() || connections_env::is_comment(line) {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            problem(SecretsProblemKind::NoEqualsSign);
            continue;
        };
        if key.is_empty() {
            problem(SecretsProblemKind::EmptyKey);
        }
        if value.is_empty() {
            problem(SecretsProblemKind::EmptyValue);
            continue;
        }
        let value_span = span(key.len() + 1, line.len());
        file.entries.push(SecretsEntry {
            name: Name { text: key.into(), span: span(0, key.len()) },
            key_is_text: true,
            value: DecodedText::verbatim(text, value_span),
            is_json: false,
            value_span,
            dates: Vec::new(),
            odd_keys: Vec::new(),
            object: None,
        });
    }
    file
}

/// Reads a JSON object.
///
/// ```
/// use connlint_hosts::secrets_file::read_json;
///
/// let file = read_json(r#"{"a": {"b": 1}}"#);
/// assert_eq!(file.entries[0].value.text(), r#"{"b": 1}"#);
/// ```
pub fn read_json(text: &str) -> SecretsFile<'_> {
    if text.is_empty() {
        return failed(SecretsProblemKind::EmptyFile, Span::empty(0));
    }
    let root = match parse(text) {
        Ok(root) => root,
        Err(error) => {
            let line = line_number(text, error.offset as usize);
            let span = crate::json::raw(error.span);
            let kind = match error.kind {
                ErrorKind::TooManyDigits => {
                    SecretsProblemKind::TooManyDigits(span.of(text).trim_start_matches('-').len())
                }
                kind => SecretsProblemKind::NotJson(kind),
            };
            let problems = vec![SecretsProblem { kind, line, span }];
            return SecretsFile { entries: Vec::new(), problems };
        }
    };
    let Some(members) = root.as_object() else {
        return failed(SecretsProblemKind::NotAnObject, crate::json::raw(root.span));
    };
    let entries = members.iter().map(|member| {
        let value_span = crate::json::raw(member.value.span);
        SecretsEntry {
            name: crate::connections_json::name(member.key),
            key_is_text: true,
            value: DecodedText::verbatim(text, value_span),
            is_json: true,
            value_span,
            dates: Vec::new(),
            odd_keys: Vec::new(),
            object: None,
        }
    });
    SecretsFile { entries: entries.collect(), problems: Vec::new() }
}

/// Reads a YAML mapping as PyYAML's `safe_load` does, and gives each value as JSON.
///
/// ```
/// use connlint_hosts::secrets_file::read_yaml;
///
/// let file = read_yaml("a: yes\n1: [b, 0123]\n");
/// assert_eq!(file.entries[0].value.text(), "true");
/// assert_eq!(file.entries[1].value.text(), r#"["b",83]"#);
/// assert!(!file.entries[1].key_is_text);
/// ```
pub fn read_yaml(text: &str) -> SecretsFile<'_> {
    if text.is_empty() {
        return failed(SecretsProblemKind::EmptyFile, Span::empty(0));
    }
    match connections_yaml::entries(text) {
        Ok(entries) => SecretsFile { entries, problems: Vec::new() },
        Err(problem) => SecretsFile { entries: Vec::new(), problems: vec![problem] },
    }
}

/// The number of the line that a place of a JSON file is in, as Python counts them.
fn line_number(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let lone = before.replace("\r\n", "\n");
    lone.matches(['\n', '\r']).count() + 1
}

fn failed<'a>(kind: SecretsProblemKind, span: Span<Raw>) -> SecretsFile<'a> {
    SecretsFile { entries: Vec::new(), problems: vec![SecretsProblem { kind, line: 1, span }] }
}
