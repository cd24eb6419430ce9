//! The two line readers of the Astro CLI: no escapes, no comments behind values, no variables.

use super::tokenizer::{Entry, Line, Scan};
use crate::{Consumer, HostIssueKind, Name, Quoting};

/// Go's `bufio.Scanner` gives up on a line longer than this.
const LONGEST_LINE: usize = 65_535;

/// `astro dev start` in standalone mode.
///
/// ```text
/// line  = blanks ( comment | key "=" value ) blanks   ; anything else is ignored
/// value = one matching pair of quotes is taken off
/// ```
pub(super) fn standalone(scan: &mut Scan<'_>) {
    let text = scan.text;
    let line = scan.take_line().trim(text, char::is_whitespace);
    if line.of(text).is_empty() {
        return;
    }
    if line.of(text).starts_with('#') {
        return scan.comment(line.start, line.end);
    }
    let Some((key, value)) = split_at_equals(line, text) else {
        return scan.refuse(line.start, line.end, "a line without `=` is ignored");
    };
    let quote = value.of(text).bytes().next().filter(|quote| b"'\"".contains(quote));
    let quote = quote.filter(|&quote| {
        value.end - value.start >= 2 && value.of(text).as_bytes().last() == Some(&quote)
    });
    let inner = match quote {
        Some(_) => Line { start: value.start + 1, end: value.end - 1 },
        None => value,
    };
    push(scan, Consumer::AstroStandalone, key, value, inner, quote);
}

/// `astro deployment variable create --load`.
///
/// ```text
/// line  = "" | "#" anything | key "=" value           ; the line is not trimmed
/// value = every `"`, then every `'`, then every blank is taken off both ends
/// ```
pub(super) fn load(scan: &mut Scan<'_>) {
    let text = scan.text;
    let taken = scan.take_line();
    let end = taken.end - usize::from(taken.of(text).ends_with('\r'));
    let line = Line { end, ..taken };
    if taken.end - taken.start > LONGEST_LINE {
        let why = "this line is longer than 64 KiB: it and all later lines are lost";
        return scan.give_up(line.start, HostIssueKind::Line(why));
    }
    if line.of(text).is_empty() {
        return;
    }
    if line.of(text).starts_with('#') {
        return scan.comment(line.start, line.end);
    }
    let Some((key, value)) = split_at_equals(line, text) else {
        return scan.refuse(line.start, line.end, "a line without `=` is skipped as an error");
    };
    if key.of(text).is_empty() {
        return scan.refuse(line.start, line.end, "a line without a name is skipped as an error");
    }
    if value.of(text).is_empty() {
        return scan.refuse(line.start, line.end, "an empty value is skipped as an error");
    }
    let inner = value.trim(text, |char| char == '"').trim(text, |char| char == '\'');
    let inner = inner.trim(text, char::is_whitespace);
    let quote = value.of(text).bytes().next().filter(|quote| b"'\"".contains(quote));
    let quote = quote.filter(|_| inner.start > value.start && inner.end < value.end);
    push(scan, Consumer::AstroLoad, key, value, inner, quote);
}

/// Splits at the first `=`. Nothing is trimmed: blanks belong to the name.
fn split_at_equals(line: Line, text: &str) -> Option<(Line, Line)> {
    let at = line.start + memchr::memchr(b'=', line.of(text).as_bytes())?;
    Some((Line { end: at, ..line }, Line { start: at + 1, ..line }))
}

fn push(
    scan: &mut Scan<'_>,
    consumer: Consumer,
    key: Line,
    value: Line,
    inner: Line,
    quote: Option<u8>,
) {
    let name = key.of(scan.text);
    if name.contains(char::is_whitespace) {
        scan.refuse(key.start, key.end, "the blanks become a part of the variable's name");
    }
    if name.starts_with('\u{FEFF}') {
        scan.refuse(
            key.start,
            key.end,
            "the byte order mark becomes a part of the variable's name",
        );
    }
    scan.entries.push(Entry {
        name: Name { text: name.into(), span: key.span() },
        span: Line { start: key.start, end: value.end }.span(),
        value_span: value.span(),
        value: inner.verbatim(scan.text),
        unknown: Vec::new(),
        quoting: match quote {
            Some(b'"') => Quoting::DotenvDouble(consumer),
            Some(_) => Quoting::DotenvSingle(consumer),
            None => Quoting::DotenvBare(consumer),
        },
    });
}
