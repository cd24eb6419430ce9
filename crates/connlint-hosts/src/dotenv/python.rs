//! python-dotenv's reader (1.2).

use connlint_text::{DecodedText, Span};

use super::tokenizer::{Entry, Escaped, Line, Scan, Unknown, decode_again, unescape};
use crate::{Consumer, Name, Quoting};

/// ```text
/// binding = blanks [ "export" blanks ] key [ blanks "=" blanks value ] [ blanks "#" … ] line-end
/// key     = "'" … "'" | anything but "=", "#" and blanks
/// value   = "'" … "'" | '"' … '"' | the line up to a blank and "#"
/// ```
///
/// What does not fit is left out with a warning, up to the end of the line.
pub(super) fn statement(scan: &mut Scan<'_>) {
    scan.skip_while(is_blank);
    if scan.at_end() {
        return;
    }
    let start = scan.pos;
    match binding(scan) {
        Ok(Some(entry)) => scan.entries.push(entry),
        Ok(None) => {}
        Err(why) => {
            let end = line_end(scan, scan.pos);
            scan.pos = end;
            scan.refuse(start, end, why);
        }
    }
}

fn binding<'a>(scan: &mut Scan<'a>) -> Result<Option<Entry<'a>>, &'static str> {
    let start = scan.pos;
    if let Some(rest) = scan.rest().strip_prefix("export")
        && rest.starts_with(is_inline_blank)
    {
        scan.pos += "export".len();
        scan.skip_while(is_inline_blank);
    }
    let name = match scan.peek() {
        Some(b'#') => {
            end_of_line(scan)?;
            return Ok(None);
        }
        Some(b'\'') => {
            let inner = scan.rest()[1..].find('\'').filter(|&len| len > 0);
            let len = inner.ok_or("the quoted name is not terminated")?;
            let name = Line { start: scan.pos + 1, end: scan.pos + 1 + len };
            scan.pos = name.end + 1;
            name
        }
        _ => {
            let start = scan.pos;
            scan.skip_while(|char| !is_blank(char) && char != '=' && char != '#');
            if scan.pos == start {
                return Err("the line does not have the form `KEY=value`");
            }
            Line { start, end: scan.pos }
        }
    };
    scan.skip_while(is_inline_blank);
    if scan.peek() != Some(b'=') {
        // A name alone stands for no value.
        end_of_line(scan)?;
        return Ok(None);
    }
    scan.pos += 1;
    let behind_equals = scan.pos;
    scan.skip_while(is_inline_blank);
    let value = if scan.pos > behind_equals && scan.peek() == Some(b'#') {
        bare(scan.text, Line { start: behind_equals, end: behind_equals })
    } else {
        value(scan)?
    };
    end_of_line(scan)?;
    let Value { span, text, quoting } = value;
    let (text, unknown) = variables(text);
    Ok(Some(Entry {
        name: Name { text: name.of(scan.text).into(), span: name.span() },
        span: Line { start, end: span.end }.span(),
        value_span: span.span(),
        value: text,
        unknown,
        quoting,
    }))
}

struct Value<'a> {
    /// With the quotes.
    span: Line,
    text: DecodedText<'a>,
    quoting: Quoting,
}

fn bare(text: &str, span: Line) -> Value<'_> {
    let quoting = Quoting::DotenvBare(Consumer::PythonDotenv);
    Value { span, text: span.verbatim(text), quoting }
}

fn value<'a>(scan: &mut Scan<'a>) -> Result<Value<'a>, &'static str> {
    let start = scan.pos;
    let Some(quote @ (b'\'' | b'"')) = scan.peek() else {
        let line = Line { start, end: line_end(scan, start) };
        scan.pos = line.end;
        let comment = comment_start(line.of(scan.text));
        if let Some(at) = comment {
            scan.comment(start + at.hash, line.end);
        }
        let line = Line { end: comment.map_or(line.end, |at| start + at.blanks), ..line };
        return Ok(bare(scan.text, line.trim_end(scan.text, is_blank)));
    };
    let bytes = scan.text.as_bytes();
    let mut at = start + 1;
    let close = loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = memchr::memchr2(b'\\', quote, rest);
        at += found.ok_or("the quoted value is not terminated")?;
        if bytes[at] == quote {
            break at;
        }
        // The escaped character may be wider than a byte; its other bytes are no ASCII.
        at += 2;
    };
    scan.pos = close + 1;
    let inner = Line { start: start + 1, end: close };
    let quoting = if quote == b'"' {
        Quoting::DotenvDouble(Consumer::PythonDotenv)
    } else {
        Quoting::DotenvSingle(Consumer::PythonDotenv)
    };
    let text = unescaped(scan.text, inner, quote);
    Ok(Value { span: Line { start, end: close + 1 }, text, quoting })
}

fn unescaped(text: &str, inner: Line, quote: u8) -> DecodedText<'_> {
    let value = inner.verbatim(text);
    if memchr::memchr(b'\\', value.text().as_bytes()).is_none() {
        return value;
    }
    decode_again(&value, |text, builder| {
        unescape(text, builder, |rest| {
            let char = match *rest.as_bytes().get(1)? {
                next @ (b'\\' | b'\'') => char::from(next),
                _ if quote == b'\'' => return None,
                b'"' => '"',
                b'a' => '\x07',
                b'b' => '\x08',
                b'f' => '\x0C',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'v' => '\x0B',
                _ => return None,
            };
            Some((2, Escaped::Char(char)))
        });
    })
}

/// Where a comment starts behind a bare value.
#[derive(Clone, Copy)]
struct CommentStart {
    blanks: usize,
    hash: usize,
}

/// The first `#` with a blank in front of it, and where its blanks start.
fn comment_start(line: &str) -> Option<CommentStart> {
    memchr::memchr_iter(b'#', line.as_bytes()).find_map(|hash| {
        let blanks = line[..hash].trim_end_matches(is_blank).len();
        (blanks < hash).then_some(CommentStart { blanks, hash })
    })
}

/// `[ blanks "#" … ] blanks line-end`
fn end_of_line(scan: &mut Scan<'_>) -> Result<(), &'static str> {
    scan.skip_while(is_inline_blank);
    if scan.peek() == Some(b'#') {
        let end = line_end(scan, scan.pos);
        scan.comment(scan.pos, end);
        scan.pos = end;
    }
    match scan.peek() {
        None | Some(b'\r' | b'\n') => Ok(()),
        Some(_) => Err("something stands behind the value: the line is left out"),
    }
}

/// The end of the line at `from`, in front of its `\r` or `\n`.
fn line_end(scan: &Scan<'_>, from: usize) -> usize {
    let rest = scan.text.as_bytes().get(from..).unwrap_or_default();
    from + memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len())
}

/// Variables as if none were set, whatever the quotes.
///
/// ```text
/// reference = "${" { any but "}" and ":" } [ ":-" { any but "}" } ] "}"
/// ```
fn variables(value: DecodedText<'_>) -> (DecodedText<'_>, Unknown) {
    let mut unknown = Vec::new();
    if memchr::memmem::find(value.text().as_bytes(), b"${").is_none() {
        return (value, unknown);
    }
    let value = decode_again(&value, |text, builder| {
        let bytes = text.as_bytes();
        let (mut copied, mut stop) = (0, 0);
        for dollar in memchr::memmem::find_iter(bytes, b"${") {
            if dollar < copied {
                continue;
            }
            // Searched once for all references in front of it.
            if stop < dollar + 2 {
                let rest = &bytes[dollar + 2..];
                let Some(found) = memchr::memchr2(b'}', b':', rest) else { break };
                stop = dollar + 2 + found;
            }
            let default = match bytes[stop] {
                b'}' => None,
                _ if bytes[stop..].starts_with(b":-") => Some(stop + 2),
                _ => continue,
            };
            let from = default.unwrap_or(stop);
            let Some(found) = memchr::memchr(b'}', &bytes[from..]) else { break };
            let close = from + found;
            builder.copy(copied..dollar);
            let start = builder.len();
            builder.replace(dollar..from, "");
            builder.copy(from..close);
            builder.replace(close..close + 1, "");
            unknown.push(Span::new(start, builder.len()));
            copied = close + 1;
        }
        builder.copy(copied..bytes.len());
    });
    (value, unknown)
}

/// Python's `\s`.
const fn is_blank(char: char) -> bool {
    matches!(char, '\x1C'..='\x1F') || char.is_whitespace()
}

/// Python's `[^\S\r\n]`.
const fn is_inline_blank(char: char) -> bool {
    is_blank(char) && !matches!(char, '\r' | '\n')
}
