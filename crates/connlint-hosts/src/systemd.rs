//! Units of systemd: the variables that `Environment=` sets, and the commands of `Exec…=`, quoted as
//! `systemd.syntax(7)` says.

use connlint_text::{Decoded, DecodedText, MapBuilder, Span};

use crate::command::quoting_of as quoting_of_word;
use crate::dotenv::name_end;
use crate::formats::File;
use crate::names::meaning;
use crate::nested::adopt;
use crate::shell::{self, Simple, TRACES};
use crate::{
    Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Site, Surface, Word,
};

/// The endings of units that run programs, and of the parts that are added to one.
const ENDINGS: [&str; 6] = ["service", "socket", "mount", "swap", "conf", "in"];

/// Signs in front of the path of a program.
const SIGNS: [char; 6] = ['@', '-', ':', '+', '!', '|'];

/// A unit by name, with a variable of Airflow's in it or a command around Airflow.
pub(crate) fn detects(file: &File<'_>) -> bool {
    ENDINGS.contains(&file.extension)
        && (file.mentions_airflow() && file.mentions(&["\nEnvironment", "\nDefaultEnvironment"])
            || file.mentions(&["\nExec"]) && file.mentions(&TRACES))
}

/// ```text
/// unit    = { section | comment | setting }        ; a "\" at a line end is a blank
/// comment = ( "#" | ";" ) …                        ; also between lines that are joined
/// setting = "Environment" "=" { word }
///         | "Exec" … "=" { word | ";" }
/// ```
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Systemd, options.consumer);
    let mut at = 0;
    while at < text.len() {
        let line = logical_line(&mut document, &mut at);
        let Some((key, _)) = line.text().split_once('=') else { continue };
        let inner = match key.trim() {
            "Environment" | "DefaultEnvironment" => settings(line.text(), key.len() + 1, options),
            setting if setting.starts_with("Exec") => commands(line.text(), key.len() + 1, options),
            _ => continue,
        };
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

/// The sites of the commands of one setting, whose value starts at `at`.
fn commands(line: &str, mut at: usize, options: Options) -> Document<'_> {
    let mut document = Document::empty(line, HostFormat::Systemd, options.consumer);
    let mut commands = vec![Simple::empty()];
    // Whether the next word is what the program is told that it is called.
    let mut is_renamed = false;
    loop {
        at += line[at..].len() - line[at..].trim_start_matches(is_blank).len();
        let start = at;
        let Some(Ok((word, end))) = (at < line.len()).then(|| word(line, at)) else { break };
        at = end;
        let span = Span::from_range(start..end);
        if span.of(line) == ";" {
            commands.push(Simple::empty());
            continue;
        }
        let (value, unknown) = filled_in(&word, true);
        let (quoting, _) = quoting_of_word(span.of(line));
        let words = &mut commands.last_mut().expect("the first is there from the start").words;
        let word = Word { span, value, unknown, quoting };
        if words.is_empty() {
            let path = word.text().trim_start_matches(SIGNS);
            let signs = word.text().len() - path.len();
            is_renamed = word.text()[..signs].contains('@');
            words.push(word.tail(line, signs));
        } else if !std::mem::take(&mut is_renamed) {
            words.push(word);
        }
    }
    for command in &mut commands {
        let ends = command.words.first().zip(command.words.last());
        command.span = ends.map_or(command.span, |(first, last)| first.span.join(last.span));
    }
    shell::look(&mut document, &commands, options, 0);
    for site in &mut document.sites {
        // The tools are told apart as in scripts. A `$` is doubled, and quotes are those of a unit.
        let outermost = site.outer.last_mut().unwrap_or(&mut site.quoting);
        let quotes = match *outermost {
            Quoting::ShellBare => Quoting::SystemdBare,
            Quoting::ShellSingle => Quoting::SystemdSingle,
            Quoting::ShellDouble => Quoting::SystemdDouble,
            _ => Quoting::Opaque,
        };
        *outermost = Quoting::Dollar;
        site.outer.push(quotes);
    }
    document
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
    let (value, unknown) = filled_in(&value, false);
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

/// `%h` and its like are filled in, `%%` is a `%`; any other `%` is itself. In a command, so is
/// `${NAME}`, and `$NAME` that is a word of its own; `$$` is a `$`.
fn filled_in(
    value: &DecodedText<'_>,
    is_command: bool,
) -> (DecodedText<'static>, Vec<Span<Decoded>>) {
    let text = value.text();
    let bytes = text.as_bytes();
    let mut builder = MapBuilder::new(text);
    let mut unknown = Vec::new();
    let (mut at, mut copied) = (0, 0);
    let name_len = |from: usize| name_end(bytes, from, bytes.len()) - from;
    while let Some(found) = memchr::memchr2(b'%', b'$', &bytes[at..]) {
        let start = at + found;
        let next = bytes.get(start + 1);
        // How long it is, and what it stands for, where that is known.
        let (len, known) = match (bytes[start], next) {
            (b'%', Some(b'%')) => (2, Some("%")),
            (b'%', Some(byte)) if SPECIFIERS.contains(byte) => (2, None),
            (b'$', Some(b'$')) if is_command => (2, Some("$")),
            (b'$', Some(b'{')) if is_command => match name_len(start + 2) {
                len if len > 0 && bytes.get(start + 2 + len) == Some(&b'}') => (len + 3, None),
                _ => (0, None),
            },
            (b'$', Some(_)) if is_command && start == 0 => match name_len(1) {
                len if len > 0 && len + 1 == bytes.len() => (len + 1, None),
                _ => (0, None),
            },
            _ => (0, None),
        };
        if len == 0 {
            at = start + 1;
            continue;
        }
        at = start + len;
        builder.copy(copied..start);
        if known.is_none() {
            unknown.push(Span::empty(builder.len()));
        }
        builder.replace(start..at, known.unwrap_or_default());
        copied = at;
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
    fn commands_run_tools() {
        for (line, value, unknown, written) in [
            (
                "-/usr/bin/docker run -e AIRFLOW_CONN_A=x://${U}:$p@h%%/%i i",
                "x://:$p@h%/",
                &[4, 11][..],
                Some("%%\\\"$$"),
            ),
            (
                "docker run -e \"AIRFLOW_CONN_A=x://h\" i ; airflow version",
                "x://h",
                &[],
                Some("%%\\\"$$"),
            ),
            ("/bin/sh -c 'export AIRFLOW_CONN_A=x'", "x", &[], Some("%%\\\\\"\\\\$$")),
            (
                "/bin/bash -c \\\n  \"AIRFLOW_CONN_A='x$$y' \\\n  exec airflow\"",
                "x$y",
                &[],
                Some("%%\\\"$$"),
            ),
            ("docker run -e AIRFLOW_CONN_A=x\\x41\"B\"", "xAB", &[], None),
        ] {
            let file = format!("[Service]\nExecStart={line}\n");
            let document = extract(&file, Options::default());
            let [site] = &document.sites[..] else { panic!("{line}") };
            let starts: Vec<_> = site.unknown.iter().map(|part| part.start()).collect();
            assert_eq!((site.value.text(), &starts[..]), (value, unknown), "{line}");
            assert_eq!(site.encode("%\"$").as_deref(), written, "{line}");
        }
        let file =
            "[Service]\nExecStart=@vault vault kv put airflow/connections/a conn_uri=x://h\n";
        let document = extract(file, Options::default());
        assert_eq!(document.commands.len(), 1);
        assert_eq!(document.sites.last().map(|site| site.value.text()), Some("x://h"));
    }

    #[test]
    fn a_quote_that_is_not_closed_ends_the_setting() {
        let file = "[Service]\nEnvironment=AIRFLOW_CONN_A=x://h \"AIRFLOW_CONN_B=x\n";
        let document = extract(file, Options::default());
        assert_eq!(document.sites.len(), 1);
        assert_eq!(document.issues[0].span.of(file), "\"AIRFLOW_CONN_B=x");
    }
}
