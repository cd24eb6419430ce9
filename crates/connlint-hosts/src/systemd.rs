//! Units of systemd: the variables that `Environment=` sets, quoted as `systemd.syntax(7)` says.

use connlint_text::{Decoded, DecodedText, MapBuilder, Span};

use crate::formats::File;
use crate::names::meaning;
use crate::nested::adopt;
use crate::{Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Site, Surface};

/// The endings of units that run programs, and of the parts that are added to one.
const ENDINGS: [&str; 6] = ["service", "socket", "mount", "swap", "conf", "in"];

/// A unit by name, with a variable of Airflow's in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    ENDINGS.contains(&file.extension)
        && file.mentions(&["\nEnvironment", "\nDefaultEnvironment"])
        && file.mentions_airflow()
}

/// ```text
/// unit    = { section | comment | setting }        ; a "\" at a line end is a blank
/// comment = ( "#" | ";" ) …                        ; also between lines that are joined
/// setting = "Environment" "=" { word }
/// ```
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Systemd, options.consumer);
    let mut at = 0;
    while at < text.len() {
        let line = logical_line(&mut document, &mut at);
        let Some((key, _)) = line.text().split_once('=') else { continue };
        if !matches!(key.trim(), "Environment" | "DefaultEnvironment") {
            continue;
        }
        let inner = settings(line.text(), key.len() + 1, options);
        adopt(&mut document, inner, &line, Quoting::Block);
    }
    document
}

/// The next line, with those that are joined to it; comments between are dropped.
fn logical_line<'a>(document: &mut Document<'a>, at: &mut usize) -> DecodedText<'a> {
    let text = document.text;
    let mut builder = MapBuilder::new(text);
    let first = *at;
    while *at < text.len() {
        let start = *at;
        let len = memchr::memchr(b'\n', &text.as_bytes()[start..]);
        let end = len.map_or(text.len(), |len| start + len);
        *at = (end + 1).min(text.len());
        let line = &text[start..end];
        let trimmed = line.trim_start_matches([' ', '\t']);
        if trimmed.starts_with(['#', ';']) {
            document.comments.push(Span::from_range(end - trimmed.len()..end));
            if builder.is_empty() {
                break;
            }
            continue;
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        let escapes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if escapes % 2 == 0 {
            builder.copy(start..start + line.len());
            break;
        }
        builder.copy(start..start + line.len() - 1);
        builder.replace(start + line.len() - 1..*at, " ");
    }
    builder.finish_at(first)
}

/// The sites of one setting, whose value starts at `at`.
///
/// What is wrongly quoted ends it: the words in front were taken.
fn settings(line: &str, mut at: usize, options: Options) -> Document<'_> {
    let mut document = Document::empty(line, HostFormat::Systemd, options.consumer);
    loop {
        at += line[at..].len() - line[at..].trim_start_matches(is_blank).len();
        if at >= line.len() {
            return document;
        }
        let start = at;
        match word(line, at) {
            Ok((word, end)) => {
                at = end;
                document.sites.extend(site(line, &word, start..end));
            }
            Err(why) => {
                document.issue(HostIssueKind::Line(why), Span::from_range(start..line.len()));
                return document;
            }
        }
    }
}

/// The site of a word, where it sets a variable of Airflow's.
fn site<'a>(
    line: &'a str,
    word: &DecodedText<'_>,
    range: std::ops::Range<usize>,
) -> Option<Site<'a>> {
    let equals = word.text().find('=')?;
    let decoded = |from: usize, to: usize| Span::<Decoded>::from_range(from..to);
    let name = &word.text()[..equals];
    let meaning = meaning(name)?;
    let name_span = word.map().to_raw(decoded(0, equals));
    let behind = word.map().to_raw(decoded(equals, equals + 1)).range().end;
    let value = word.part(decoded(equals + 1, word.text().len()));
    let (value, unknown) = specifiers(&value);
    let (quoting, from, to) = quoting_of(line, &range, behind);
    let value = if value.text().is_empty() {
        DecodedText::verbatim(line, Span::from_range(from..from))
    } else {
        value
    };
    Some(Site {
        id: meaning.id.map(|id| id.into_owned().into()),
        role: meaning.role,
        surface: Surface::Environment,
        form: Form::Text,
        name: Name { text: name.to_owned().into(), span: name_span },
        span: Span::from_range(range.start..range.end),
        value_span: Span::from_range(from..to),
        value,
        quoting,
        outer: Vec::new(),
        unknown,
    })
}

/// How the value behind `at` is quoted, and where it stands: its quotes may be around the name too.
fn quoting_of(line: &str, word: &std::ops::Range<usize>, at: usize) -> (Quoting, usize, usize) {
    let is_whole = |text: &str, quote: char| {
        let mut escaped = false;
        text.char_indices().all(|(index, char)| {
            let is_close = char == quote && !escaped;
            escaped = char == '\\' && !escaped;
            is_close == (index + 1 == text.len())
        }) && !text.is_empty()
    };
    let value = &line[at..word.end];
    for (quote, quoting) in [('\'', Quoting::SystemdSingle), ('"', Quoting::SystemdDouble)] {
        if line[word.start..].starts_with(quote) && is_whole(value, quote) {
            return (quoting, at, word.end - 1);
        }
        if value.strip_prefix(quote).is_some_and(|inner| is_whole(inner, quote)) {
            return (quoting, at + 1, word.end);
        }
    }
    let has_quotes = line[word.clone()].contains(['\'', '"']);
    (if has_quotes { Quoting::Opaque } else { Quoting::SystemdBare }, at, word.end)
}

/// The word at `start`, without quotes and escapes, and where it ends.
fn word(line: &str, start: usize) -> Result<(DecodedText<'_>, usize), &'static str> {
    let bytes = line.as_bytes();
    let mut builder = MapBuilder::new(line);
    let (mut at, mut copied) = (start, start);
    let mut quote = None;
    loop {
        let Some(&byte) = bytes.get(at) else {
            if quote.is_some() {
                return Err("a quote is not closed: systemd ignores the rest of the line");
            }
            break;
        };
        match (byte, quote) {
            (byte, None) if is_blank(char::from(byte)) => break,
            (b'\\', _) => {
                let (len, char) = escape(&line[at + 1..])
                    .ok_or("an unknown escape: systemd ignores the rest of the line")?;
                builder.copy(copied..at);
                at += 1 + len;
                builder.replace_char(at - 1 - len..at, char);
                copied = at;
            }
            (b'\'' | b'"', None) => {
                quote = Some(byte);
                builder.copy(copied..at);
                builder.replace(at..at + 1, "");
                at += 1;
                copied = at;
            }
            (byte, Some(open)) if byte == open => {
                quote = None;
                builder.copy(copied..at);
                builder.replace(at..at + 1, "");
                at += 1;
                copied = at;
            }
            _ => at += 1,
        }
    }
    builder.copy(copied..at);
    Ok((builder.finish_at(start), at))
}

/// What stands behind a `\`: how long it is, and for which character it stands.
fn escape(rest: &str) -> Option<(usize, char)> {
    let first = rest.chars().next()?;
    let number = |from: usize, len: usize, radix: u32| {
        let digits = rest.get(from..from + len)?;
        let value = u32::from_str_radix(digits, radix).ok()?;
        let is_char = value > 0 && (value < 0x80 || matches!(first, 'u' | 'U'));
        let is_number = digits.chars().all(|char| char.is_digit(radix));
        Some((from + len, char::from_u32(value).filter(|_| is_char && is_number)?))
    };
    let simple = |char| Some((1, char));
    match first {
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0C'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0B'),
        's' => simple(' '),
        '\\' | '\'' | '"' => simple(first),
        'x' => number(1, 2, 16),
        'u' => number(1, 4, 16),
        'U' => number(1, 8, 16),
        '0'..='7' => number(0, 3, 8),
        _ => None,
    }
}

/// Letters behind a `%` that stand for something of the unit or the machine.
const SPECIFIERS: &[u8] = b"aAbBCdDEfgGhHiIjJlLmMnNopPqrRsStTuUvVwWyY";

/// `%h` and its like are filled in, `%%` is a `%`; any other `%` is itself.
fn specifiers(value: &DecodedText<'_>) -> (DecodedText<'static>, Vec<Span<Decoded>>) {
    let text = value.text();
    let bytes = text.as_bytes();
    let mut builder = MapBuilder::new(text);
    let mut unknown = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = memchr::memchr(b'%', &bytes[at..]) {
        let start = at + found;
        at = (start + 2).min(bytes.len());
        match bytes.get(start + 1) {
            Some(b'%') => {
                builder.copy(copied..start);
                builder.replace(start..at, "%");
                copied = at;
            }
            Some(byte) if SPECIFIERS.contains(byte) => {
                builder.copy(copied..start);
                unknown.push(Span::empty(builder.len()));
                builder.replace(start..at, "");
                copied = at;
            }
            _ => at = start + 1,
        }
    }
    builder.copy(copied..text.len());
    let both = value.then(builder.finish());
    let map = both.map().clone();
    (DecodedText::new(both.into_text().into_owned(), map), unknown)
}

const fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment() {
        for (line, value, unknown) in [
            ("AIRFLOW_CONN_A=x://u:p@h", "x://u:p@h", 0),
            ("B=1 AIRFLOW_CONN_A=x://h C=2", "x://h", 0),
            ("\"AIRFLOW_CONN_A=x://h a\"", "x://h a", 0),
            ("'AIRFLOW_CONN_A={\"a\": 1}' 'B=c'", "{\"a\": 1}", 0),
            ("AIRFLOW_CONN_A=\"x://h\"", "x://h", 0),
            ("AIRFLOW_CONN_A='it\\'s'", "it's", 0),
            ("AIRFLOW_CONN_A=x://u:a$b@h", "x://u:a$b@h", 0),
            ("AIRFLOW_CONN_A=x://u:a%%40b@h", "x://u:a%40b@h", 0),
            ("AIRFLOW_CONN_A=x://u:a%40b@h", "x://u:a%40b@h", 0),
            ("AIRFLOW_CONN_A=sqlite:///%h/a", "sqlite:////a", 1),
            ("AIRFLOW_CONN_A=a\\x41\\101\\u00e9\\s\\\\", "aAA\u{e9} \\", 0),
            ("\\\n  # note\n  AIRFLOW_CONN_A=x://h", "x://h", 0),
            ("AIRFLOW_CONN_A=", "", 0),
            ("'AIRFLOW_CONN_A='", "", 0),
        ] {
            let file = format!("[Service]\nEnvironment={line}\n");
            let document = extract(&file, Options::default());
            assert_eq!(document.issues, [], "{line}");
            let [site] = &document.sites[..] else { panic!("{line}") };
            assert_eq!((site.value.text(), site.unknown.len()), (value, unknown), "{line}");
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_ends_the_setting() {
        let file = "[Service]\nEnvironment=AIRFLOW_CONN_A=x://h \"AIRFLOW_CONN_B=x\n";
        let document = extract(file, Options::default());
        assert_eq!(document.sites.len(), 1);
        assert_eq!(document.issues[0].span.of(file), "\"AIRFLOW_CONN_B=x");
    }
}
