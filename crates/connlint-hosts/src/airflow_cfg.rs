//! `airflow.cfg`, read as Python's `configparser` reads it.

use std::collections::HashSet;

use connlint_text::{DecodedText, MapBuilder, Raw, Span};

/// One option of a configuration file.
#[derive(Debug, Clone)]
pub struct ConfigOption<'a> {
    /// The section, without its brackets.
    pub section: &'a str,
    /// The name, whose case counts.
    pub key: &'a str,
    /// Where the name stands.
    pub key_span: Span<Raw>,
    /// The value with its continuation lines, before `%` is interpolated.
    pub value: DecodedText<'a>,
}

/// Why Airflow does not start with a configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong.
    pub kind: ConfigErrorKind,
    /// Where.
    pub span: Span<Raw>,
}

/// What is wrong with a configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConfigErrorKind {
    /// `MissingSectionHeaderError`: a line in front of the first section.
    NoSection,
    /// `ParsingError`: a line that is neither a section nor an option.
    NotAnOption,
    /// `DuplicateSectionError`.
    RepeatedSection,
    /// `DuplicateOptionError`.
    RepeatedOption,
}

/// What stands in a configuration file.
#[derive(Debug, Clone, Default)]
pub struct ConfigFile<'a> {
    /// The options in the order of the file.
    pub options: Vec<ConfigOption<'a>>,
    /// What is wrong with it; the options are those that can still be read.
    pub errors: Vec<ConfigError>,
    /// The comments.
    pub comments: Vec<Span<Raw>>,
}

/// What editors put in front of a file, and nobody sees.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Reads an `airflow.cfg`.
///
/// ```text
/// file    = *( blank / comment / section / option / continuation )
/// comment = *space ( "#" / ";" ) *any                   ; no comment behind a value
/// section = "[" 1*any "]" *any
/// option  = key ( "=" / ":" ) value
/// continuation = a line that is indented deeper than its option
/// ```
///
/// ```
/// use connlint_hosts::airflow_cfg;
///
/// let file = airflow_cfg::read("[secrets]\nbackend_kwargs = {\"a\": 1,\n  \"b\": 2} # c\n");
/// assert_eq!(file.options[0].section, "secrets");
/// assert_eq!(file.options[0].value.text(), "{\"a\": 1,\n\"b\": 2} # c");
/// ```
pub fn read(text: &str) -> ConfigFile<'_> {
    let mut reader = Reader {
        text,
        file: ConfigFile::default(),
        section: None,
        option: None,
        seen: HashSet::new(),
    };
    let mut start = 0;
    // What starts with a byte order mark is no section, whatever comes behind it.
    if text.starts_with(BYTE_ORDER_MARK) {
        start = BYTE_ORDER_MARK.len_utf8();
        reader.error(ConfigErrorKind::NoSection, Span::from_range(0..start));
    }
    while start < text.len() {
        let rest = &text[start..];
        let mut end = rest.find(['\n', '\r']).map_or(rest.len(), |at| at + 1);
        // Python reads a file with universal newlines.
        end += usize::from(rest[..end].ends_with('\r') && rest[end..].starts_with('\n'));
        reader.line(start, &rest[..end]);
        start += end;
    }
    reader.finish_option();
    reader.file
}

struct Reader<'a> {
    text: &'a str,
    file: ConfigFile<'a>,
    section: Option<&'a str>,
    option: Option<Open<'a>>,
    seen: HashSet<(&'a str, Option<&'a str>)>,
}

/// An option whose value may go on.
struct Open<'a> {
    key: &'a str,
    key_span: Span<Raw>,
    indent: usize,
    start: usize,
    builder: MapBuilder<'a>,
    /// Where the last line that says something ends.
    end: usize,
    /// How many empty lines came behind it.
    blank_lines: usize,
}

impl<'a> Reader<'a> {
    fn line(&mut self, start: usize, line: &'a str) {
        let value = line.trim_matches(is_space);
        let indent = line.len() - line.trim_start_matches(is_space).len();
        if value.is_empty() || value.starts_with(['#', ';']) {
            if !value.is_empty() {
                let at = start + indent;
                self.file.comments.push(Span::from_range(at..at + value.len()));
            } else if let Some(option) = &mut self.option {
                option.blank_lines += 1;
            }
            return;
        }
        let at = start + indent;
        if let Some(option) = &mut self.option
            && indent > option.indent
        {
            let gap = "\n".repeat(option.blank_lines + 1);
            option.builder.replace(option.end..at, &gap);
            option.builder.copy(at..at + value.len());
            option.end = at + value.len();
            option.blank_lines = 0;
            return;
        }
        self.finish_option();
        self.header(at, indent, value);
    }

    fn header(&mut self, at: usize, indent: usize, value: &'a str) {
        let span = Span::from_range(at..at + value.len());
        let name = value.strip_prefix('[').and_then(|rest| rest.rsplit_once(']'));
        if let Some((name, _)) = name.filter(|(name, _)| !name.is_empty()) {
            if !self.seen.insert((name, None)) && name != "DEFAULT" {
                self.error(ConfigErrorKind::RepeatedSection, span);
            }
            self.section = Some(name);
            return;
        }
        let Some(section) = self.section else {
            return self.error(ConfigErrorKind::NoSection, span);
        };
        let Some(delimiter) = value.find(['=', ':']) else {
            return self.error(ConfigErrorKind::NotAnOption, span);
        };
        let key = value[..delimiter].trim_end_matches(is_space);
        if key.is_empty() {
            self.error(ConfigErrorKind::NotAnOption, span);
        }
        if !self.seen.insert((section, Some(key))) {
            self.error(ConfigErrorKind::RepeatedOption, span);
        }
        let text = value[delimiter + 1..].trim_start_matches(is_space);
        let start = at + value.len() - text.len();
        let mut builder = MapBuilder::new(self.text);
        builder.copy(start..start + text.len());
        self.option = Some(Open {
            key,
            key_span: Span::from_range(at..at + key.len()),
            indent,
            start,
            builder,
            end: start + text.len(),
            blank_lines: 0,
        });
    }

    fn finish_option(&mut self) {
        let (Some(option), Some(section)) = (self.option.take(), self.section) else { return };
        self.file.options.push(ConfigOption {
            section,
            key: option.key,
            key_span: option.key_span,
            value: option.builder.finish_at(option.start),
        });
    }

    fn error(&mut self, kind: ConfigErrorKind, span: Span<Raw>) {
        self.file.errors.push(ConfigError { kind, span });
    }
}

/// Python's `str.isspace`.
const fn is_space(char: char) -> bool {
    matches!(char, '\x1C'..='\x1F') || char.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_those_of_configparser() {
        for (text, options) in [
            ("[s]\na=1\nb : 2\n", &[("s", "a", "1"), ("s", "b", "2")][..]),
            ("[s]\nA = x = y\n", &[("s", "A", "x = y")]),
            ("[s]\na = 1 # no comment\n# c\n ; d\n", &[("s", "a", "1 # no comment")]),
            ("[s]\na =\n  1\n\n  2\n\nb=\n", &[("s", "a", "\n1\n\n2"), ("s", "b", "")]),
            ("[s]\n  a = 1\n  b = 2\n", &[("s", "a", "1"), ("s", "b", "2")]),
            ("[s]\r\na = 1\r\n  2\r\n", &[("s", "a", "1\n2")]),
            ("[s]\ra = 1\rb = 2\r", &[("s", "a", "1"), ("s", "b", "2")]),
            ("[a]b]\nc=1", &[("a]b", "c", "1")]),
            ("", &[]),
        ] {
            let file = read(text);
            let found: Vec<_> = file
                .options
                .iter()
                .map(|option| (option.section, option.key, option.value.text()))
                .collect();
            assert_eq!(found, options, "{text:?}");
            assert!(file.errors.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn errors_are_those_of_configparser() {
        use ConfigErrorKind as K;
        for (text, kind, place) in [
            ("a = 1\n", K::NoSection, "a = 1"),
            ("\u{FEFF}[s]\na=1\n", K::NoSection, "\u{FEFF}"),
            ("[s]\nword\n", K::NotAnOption, "word"),
            ("[s]\n= 1\n", K::NotAnOption, "= 1"),
            ("[s]\n[s]\n", K::RepeatedSection, "[s]"),
            ("[s]\na=1\na=2\n", K::RepeatedOption, "a=2"),
        ] {
            let file = read(text);
            let [error] = file.errors[..] else { panic!("{text}") };
            assert_eq!((error.kind, error.span.of(text)), (kind, place));
        }
    }
}
