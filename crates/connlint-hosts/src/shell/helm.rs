//! What `helm install --set …` sets.
//!
//! ```text
//! settings = setting { "," setting }
//! setting  = key { "." key } "=" value           ; "\" in front of a "," "." "=" makes it text
//! ```

use std::collections::HashMap;

use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, Span};

use super::tools::site;
use crate::names::meaning;
use crate::{Name, Quoting, Site, Surface, Word};

/// The options whose value holds settings.
const OPTIONS: [&str; 2] = ["--set", "--set-string"];

/// The option whose value is one setting, in which nothing but the `=` is a sign.
const LITERAL: &str = "--set-literal";

/// One setting of a chart.
struct Setting<'a> {
    /// The keys of its path.
    path: Vec<String>,
    /// Where the last key stands.
    place: Span<Raw>,
    value: Word<'a>,
    /// How the word around it is quoted.
    outer: Quoting,
}

/// The sites of these arguments of `helm`.
pub(super) fn sites<'a>(file: &'a str, words: &[Word<'a>]) -> Vec<Site<'a>> {
    let mut settings = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let (option, rest) = match word.text().split_once('=') {
            Some((option, _)) => (option, Some(word.tail(file, option.len() + 1))),
            None => (word.text(), words.get(at + 1).cloned()),
        };
        let Some(rest) = rest else { continue };
        if OPTIONS.contains(&option) || option == LITERAL {
            read(&rest, option == LITERAL, &mut settings);
        }
    }
    let names = settings.iter().filter_map(|setting| {
        let (key, parents) = setting.path.split_last()?;
        (key == "name").then_some((parents, &setting.value))
    });
    let names: HashMap<_, _> = names.collect();
    settings.iter().filter_map(|setting| found(setting, &names)).collect()
}

/// The site of a setting, where it becomes a variable or option of Airflow's.
fn found<'a>(setting: &Setting<'a>, names: &HashMap<&[String], &Word<'a>>) -> Option<Site<'a>> {
    let (key, parents) = setting.path.split_last()?;
    let (variable, place) = match parents {
        _ if meaning(key).is_some() => (key.clone(), setting.place),
        [.., config, section] if config == "config" => {
            (format!("AIRFLOW__{section}__{key}").to_ascii_uppercase(), setting.place)
        }
        // `env[0].name=…,env[0].value=…`
        _ if key == "value" => {
            let name = names.get(parents)?;
            (name.text().to_owned(), name.value.raw())
        }
        _ => return None,
    };
    let meaning = meaning(&variable)?;
    let (role, id) = (meaning.role, meaning.id.map(|id| id.into_owned().into()));
    let name = Name { text: variable.into(), span: place };
    let outer = vec![setting.outer];
    Some(Site { id, outer, ..site(name, &setting.value, role, Surface::Environment) })
}

/// The settings in a word, up to one that is none.
fn read<'a>(word: &Word<'a>, is_literal: bool, settings: &mut Vec<Setting<'a>>) {
    let text = word.text();
    let mut at = 0;
    while at < text.len() {
        let mut path = Vec::new();
        let place = loop {
            let end = sign(text, at, if is_literal { b".=" } else { b".=," });
            let key = at..end;
            path.push(text[at..end].replace('\\', ""));
            at = end + 1;
            match text.as_bytes().get(end) {
                Some(b'.') => {}
                Some(b'=') => break key,
                _ => return,
            }
        };
        let end = if is_literal { text.len() } else { sign(text, at, b",") };
        let value = &text[at..end];
        // Nothing, the end of a default, or a list.
        if value.is_empty() || (!is_literal && (value == "null" || value.starts_with('{'))) {
            return;
        }
        let (value, escapes) = if is_literal { (plain(value), vec![]) } else { unescaped(value) };
        let within = |part: &&Span<Decoded>| part.range().start >= at && part.range().end <= end;
        let unknown = word.unknown.iter().filter(within).map(|part| {
            let place = |offset: usize| {
                offset - at - escapes.partition_point(|escape| *escape < offset - at)
            };
            Span::from_range(place(part.range().start)..place(part.range().end))
        });
        let unknown = unknown.collect();
        let part = word.value.part(Span::from_range(at..end));
        let value = part.then(value);
        let (span, map) = (value.raw(), value.map().clone());
        let value = DecodedText::new(value.into_text().into_owned(), map);
        let quoting = if is_literal { Quoting::Block } else { Quoting::HelmValue };
        settings.push(Setting {
            path,
            place: word.value.map().to_raw(Span::from_range(place)),
            value: Word { span, value, unknown, quoting },
            outer: word.quoting,
        });
        at = end + 1;
    }
}

/// A value as it stands.
fn plain(text: &str) -> DecodedText<'_> {
    DecodedText::verbatim(text, Span::from_range(0..text.len()))
}

/// Where the first of these signs stands that no `\` makes text, or the end.
fn sign(text: &str, from: usize, signs: &[u8]) -> usize {
    let mut escaped = false;
    let is_sign = |&(_, byte): &(usize, u8)| {
        let found = !escaped && signs.contains(&byte);
        escaped = byte == b'\\' && !escaped;
        found
    };
    let mut bytes = text.bytes().enumerate().skip(from);
    bytes.find(is_sign).map_or(text.len(), |(at, _)| at)
}

/// A value without the `\` in front of signs, and where each of them stood.
fn unescaped(text: &str) -> (DecodedText<'_>, Vec<usize>) {
    let mut builder = MapBuilder::new(text);
    let mut escapes = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..]) {
        let start = at + found;
        let Some(next) = text[start + 1..].chars().next() else { break };
        at = start + 1 + next.len_utf8();
        builder.copy(copied..start);
        builder.replace_char(start..at, next);
        copied = at;
        escapes.push(start);
    }
    builder.copy(copied..text.len());
    (builder.finish(), escapes)
}
