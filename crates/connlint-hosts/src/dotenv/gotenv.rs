//! gotenv's reader (1.6): `astro env … --from-file`.

use connlint_text::{DecodedText, MapBuilder, Span};

use super::tokenizer::{
    Entry, Escaped, Line, Scan, Unknown, decode_again, is_ascii_blank, unescape,
};
use crate::{Consumer, HostIssueKind, Name, Quoting};

/// Go's `bufio.Scanner` gives up on a line longer than this.
const LONGEST_LINE: usize = 65_535;

/// One line, and those that follow while a quote is open.
///
/// Any error refuses the whole file; here reading goes on with the next line.
pub(super) fn statement(scan: &mut Scan<'_>) {
    let text = scan.text;
    let first = take_line(scan);
    if first.end - first.start > LONGEST_LINE {
        let why = "this line is longer than 64 KiB, and the file is refused";
        return scan.give_up(first.start, HostIssueKind::Line(why));
    }
    let first = first.trim(text, char::is_whitespace);
    if first.of(text).is_empty() {
        return;
    }
    if first.of(text).starts_with('#') {
        return scan.comment(first.start, first.end);
    }
    let mut line = first.verbatim(text);
    let mut end = first.end;
    if let Some(quote) = open_quote(first.of(text)) {
        let Some(last) = closing_line(scan, quote) else {
            // Everything up to the end of the file was taken for the value.
            let why = "the quoted value is not terminated";
            return scan.give_up(first.start, HostIssueKind::Line(why));
        };
        end = last.end;
        line = joined(text, first, last);
    }
    let Some(parts) = parts(line.text()) else {
        return scan.refuse(first.start, end, "the line does not have the form `KEY=value`");
    };
    if let Some(comment) = parts.comment {
        let raw = line.map().to_raw(Span::from_range(comment..line.text().len()));
        scan.comments.push(raw);
    }
    let entry = entry(text, &line, &parts);
    scan.entries.push(entry);
}

/// Takes a line that ends at `\r`, `\n` or `\r\n`.
fn take_line(scan: &mut Scan<'_>) -> Line {
    let start = scan.pos;
    let rest = scan.rest().as_bytes();
    let len = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
    let terminator = if rest[len..].starts_with(b"\r\n") { 2 } else { 1 };
    scan.pos = (start + len + terminator).min(scan.text.len());
    Line { start, end: start + len }
}

/// The quote that `line` opens and does not close, found as gotenv finds it.
fn open_quote(line: &str) -> Option<u8> {
    let bytes = line.as_bytes();
    let at = memchr::memchr(b'=', bytes).or_else(|| memchr::memchr(b':', bytes))?;
    let value = line.get(at + 1..)?.trim();
    let quote = *value.as_bytes().first()?;
    if at == 0 || !b"'\"".contains(&quote) {
        return None;
    }
    let inner = value[1..].trim();
    let closing = memchr::memrchr(quote, inner.as_bytes());
    let closed = closing.is_some_and(|at| value.as_bytes()[at] != b'\\');
    (!closed).then_some(quote)
}

/// Takes lines up to the one that closes `quote`; gives that one.
fn closing_line(scan: &mut Scan<'_>, quote: u8) -> Option<Line> {
    while !scan.at_end() {
        let line = take_line(scan);
        let bytes = line.of(scan.text).as_bytes();
        match memchr::memrchr(quote, bytes) {
            Some(at) if at > 0 && bytes[at - 1] == b'\\' => {}
            Some(_) => return Some(line),
            None => {}
        }
    }
    None
}

/// The lines from `first` to `last`, with `\n` for every line end.
fn joined(text: &str, first: Line, last: Line) -> DecodedText<'_> {
    let mut builder = MapBuilder::new(text);
    builder.copy(first.start..first.end);
    let mut scan = Scan::new(text, first.end);
    // The first line was trimmed: what stands behind it goes.
    let mut line_start = first.end;
    take_line(&mut scan);
    while scan.pos <= last.start {
        builder.replace(line_start..scan.pos, "\n");
        let line = take_line(&mut scan);
        builder.copy(line.start..line.end);
        line_start = line.end;
    }
    builder.finish()
}

/// Where the parts of a line stand.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    key: Line,
    value: Line,
    comment: Option<usize>,
}

/// ```text
/// line  = blanks [ "export" blanks ] key ( blanks "=" blanks | ":" blank ) [ value ] blanks [ "#" … ]
/// key   = letters, digits, "_", "."                      ; of ASCII
/// value = "'" … "'" | '"' … '"' | anything but "#" and line ends
/// ```
///
/// A quoted value reaches as far as the rest of the line allows.
fn parts(line: &str) -> Option<Parts> {
    let start = blanks(line, 0);
    let exported = line[start..].strip_prefix("export").filter(|it| it.starts_with(is_ascii_blank));
    let exported = exported.map(|rest| blanks(line, line.len() - rest.len()));
    exported.and_then(|start| parts_from(line, start)).or_else(|| parts_from(line, start))
}

fn parts_from(line: &str, start: usize) -> Option<Parts> {
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.".contains(byte);
    let bytes = line.as_bytes();
    let end = start + bytes[start..].iter().take_while(|byte| is_key(byte)).count();
    if end == start {
        return None;
    }
    let key = Line { start, end };
    let at = blanks(line, end);
    let (value, behind_blanks) = match bytes.get(at) {
        Some(b'=') => (blanks(line, at + 1), None),
        // The separator takes one blank where it can, and all of them where it must.
        Some(b':') if at == end && line[at + 1..].starts_with(is_ascii_blank) => {
            (at + 2, Some(blanks(line, at + 2)))
        }
        _ => return None,
    };
    [Some(value), behind_blanks].into_iter().flatten().find_map(|start| {
        let (end, tail) = value_end(line, start)?;
        Some(Parts { key, value: Line { start, end }, comment: tail.comment })
    })
}

/// The end of the value at `start`, and what stands behind it.
fn value_end(line: &str, start: usize) -> Option<(usize, Tail)> {
    let bytes = line.as_bytes();
    let last_line_end = memchr::memrchr(b'\n', bytes);
    let tail = |at| tail(line, at, last_line_end);
    if let Some(&quote @ (b'\'' | b'"')) = bytes.get(start) {
        for close in memchr::memrchr_iter(quote, &bytes[start + 1..]) {
            let end = start + 1 + close + 1;
            if let Some(tail) = tail(end) {
                return Some((end, tail));
            }
        }
    }
    let rest = &bytes[start..];
    let end = start + memchr::memchr2(b'#', b'\n', rest).unwrap_or(rest.len());
    Some((end, tail(end)?))
}

/// What may stand behind a value.
struct Tail {
    comment: Option<usize>,
}

/// Whether nothing but blanks and a comment follow `at`.
fn tail(line: &str, at: usize, last_line_end: Option<usize>) -> Option<Tail> {
    let at = blanks(line, at);
    match line.as_bytes().get(at) {
        None => Some(Tail { comment: None }),
        Some(b'#') if last_line_end.is_none_or(|end| end < at) => Some(Tail { comment: Some(at) }),
        Some(_) => None,
    }
}

/// The offset behind the blanks at `at`.
fn blanks(line: &str, at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    line.len() - rest.trim_start_matches(is_ascii_blank).len()
}

fn entry<'a>(text: &'a str, line: &DecodedText<'a>, parts: &Parts) -> Entry<'a> {
    let whole = parts.value.trim(line.text(), char::is_whitespace);
    let bytes = whole.of(line.text()).as_bytes();
    let quote = match bytes {
        [first @ (b'\'' | b'"'), .., last] if first == last => Some(*first),
        _ => None,
    };
    let inner = match quote {
        Some(_) => Line { start: whole.start + 1, end: whole.end - 1 },
        None => whole,
    };
    let to_raw = |part: Line| line.map().to_raw(Span::from_range(part.start..part.end));
    let value_span = to_raw(whole);
    let value = part(text, line, inner);
    let (value, unknown) = match quote {
        Some(b'\'') => (value, Vec::new()),
        Some(_) => variables(unescaped(value)),
        None => variables(value),
    };
    let name = to_raw(parts.key);
    Entry {
        name: Name { text: name.of(text).into(), span: name },
        span: to_raw(Line { start: 0, end: whole.end }),
        value_span,
        value,
        unknown,
        quoting: match quote {
            Some(b'\'') => Quoting::DotenvSingle(Consumer::Gotenv),
            Some(_) => Quoting::DotenvDouble(Consumer::Gotenv),
            None => Quoting::DotenvBare(Consumer::Gotenv),
        },
    }
}

/// A part of the line, borrowed from the file where the line is.
fn part<'a>(text: &'a str, line: &DecodedText<'a>, part: Line) -> DecodedText<'a> {
    let span = Span::from_range(part.start..part.end);
    let part = line.part(span);
    if part.map().is_verbatim() {
        return DecodedText::verbatim(text, part.raw());
    }
    let map = part.map().clone();
    DecodedText::new(part.into_text().into_owned(), map)
}

/// `\n` and `\r` first, wherever the two characters stand; then every `\` goes but one in front of `$`.
fn unescaped(value: DecodedText<'_>) -> DecodedText<'_> {
    if memchr::memchr(b'\\', value.text().as_bytes()).is_none() {
        return value;
    }
    let value = decode_again(&value, |text, builder| {
        unescape(text, builder, |rest| match rest.as_bytes().get(1)? {
            b'n' => Some((2, Escaped::Char('\n'))),
            b'r' => Some((2, Escaped::Char('\r'))),
            _ => None,
        });
    });
    decode_again(&value, |text, builder| {
        unescape(text, builder, |rest| {
            let next = rest[1..].chars().next().filter(|&next| next != '$')?;
            Some((1 + next.len_utf8(), Escaped::Tail(1)))
        });
    })
}

/// Variables as if none were set. A name is upper-case; `\$` is a `$`; any other `$` is itself.
///
/// `{` and `}` are optional, each by itself: `$A}` takes the brace with it.
fn variables(value: DecodedText<'_>) -> (DecodedText<'_>, Unknown) {
    let mut unknown = Vec::new();
    if memchr::memchr(b'$', value.text().as_bytes()).is_none() {
        return (value, unknown);
    }
    let value = decode_again(&value, |text, builder| {
        let bytes = text.as_bytes();
        let mut copied = 0;
        for dollar in memchr::memchr_iter(b'$', bytes) {
            if dollar < copied {
                continue;
            }
            let brace = usize::from(bytes.get(dollar + 1) == Some(&b'{'));
            let name = dollar + 1 + brace;
            let is_name =
                |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
            let len = bytes[name..].iter().take_while(|byte| is_name(byte)).count();
            let end = name + len + usize::from(bytes.get(name + len) == Some(&b'}'));
            if dollar > copied && bytes[dollar - 1] == b'\\' {
                builder.copy(copied..dollar - 1);
                builder.replace(dollar - 1..dollar + 1, "$");
                builder.copy(dollar + 1..end);
            } else if len == 0 {
                builder.copy(copied..end);
            } else {
                builder.copy(copied..dollar);
                unknown.push(Span::empty(builder.len()));
                builder.replace(dollar..end, "");
            }
            copied = end;
        }
        builder.copy(copied..bytes.len());
    });
    (value, unknown)
}
