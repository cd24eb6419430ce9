//! compose-go's reader (2.9 and later): `docker compose`, `astro dev start`.

use connlint_text::{DecodedText, MapBuilder};

use super::template;
use super::tokenizer::{
    Entry, Escaped, Line, Scan, Unknown, decode_again, is_ascii_blank, unescape,
};
use crate::{Consumer, Name, Quoting};

/// ```text
/// statement = blanks [ "export" blanks ] key ( "=" | ":" ) blanks value
///           | key "\n"                                 ; taken from the host's environment
/// key       = letters, digits, "_", ".", "-", "[", "]"
/// ```
///
/// The next statement may follow on the same line, behind a closing quote. Any error refuses the
/// whole file; here reading goes on with the next line.
pub(super) fn statement(scan: &mut Scan<'_>) {
    scan.skip_while(char::is_whitespace);
    if scan.at_end() {
        return;
    }
    let start = scan.pos;
    if scan.peek() == Some(b'#') {
        scan.pos = scan.line_end(start);
        return scan.comment(start, scan.pos);
    }
    if let Some(rest) = scan.rest().strip_prefix("export")
        && rest.starts_with(is_ascii_blank)
    {
        scan.pos += "export".len();
        scan.skip_while(is_blank);
    }
    let key = match key(scan.rest()) {
        Ok(Some(key)) => key,
        Ok(None) if scan.at_end() => {
            return refuse_line(scan, start, "no name stands behind `export`");
        }
        Ok(None) => {
            // Without a line end behind it, the last word of the file is no name: it is lost.
            scan.pos = scan.text.len();
            return;
        }
        Err(why) => return refuse_line(scan, start, why),
    };
    let name =
        Line { start: scan.pos, end: scan.pos + key.len }.trim_end(scan.text, char::is_whitespace);
    if name.of(scan.text).contains(' ') {
        return refuse_line(scan, start, "a name cannot contain a blank");
    }
    scan.pos += key.len + 1;
    if key.inherited {
        return;
    }
    scan.skip_while(is_blank);
    match value(scan) {
        Ok(Value { span, text, unknown, quoting }) => scan.entries.push(Entry {
            name: Name { text: name.of(scan.text).into(), span: name.span() },
            span: Line { start, end: span.end }.span(),
            value_span: span.span(),
            value: text,
            unknown,
            quoting,
        }),
        Err(why) => refuse_line(scan, start, why),
    }
}

fn refuse_line(scan: &mut Scan<'_>, start: usize, why: &'static str) {
    let end = scan.line_end(start);
    scan.refuse(start, end, why);
    scan.pos = scan.pos.max((end + 1).min(scan.text.len()));
}

/// What stands in front of a value.
struct Key {
    len: usize,
    inherited: bool,
}

/// The key at the start of `rest`, or `None` where the file ends within it.
fn key(rest: &str) -> Result<Option<Key>, &'static str> {
    for (len, char) in rest.char_indices() {
        match char {
            '=' | ':' => return Ok(Some(Key { len, inherited: false })),
            '\n' => return Ok(Some(Key { len, inherited: true })),
            '_' | '.' | '-' | '[' | ']' => {}
            _ if is_blank(char) || char.is_alphanumeric() => {}
            _ => return Err("unexpected character in a variable name"),
        }
    }
    Ok(None)
}

struct Value<'a> {
    /// With the quotes.
    span: Line,
    text: DecodedText<'a>,
    unknown: Unknown,
    quoting: Quoting,
}

fn value<'a>(scan: &mut Scan<'a>) -> Result<Value<'a>, &'static str> {
    if let Some(quote @ (b'\'' | b'"')) = scan.peek() {
        return quoted(scan, quote);
    }
    let line = scan.take_line();
    let bytes = line.of(scan.text).as_bytes();
    let mut signs = memchr::memchr_iter(b'#', bytes).filter(|&at| at > 0);
    let comment = signs.find(|&at| bytes[at - 1] == b' ').map(|at| at - 1);
    let end = comment.map_or(line.end, |at| line.start + at);
    if comment.is_some() {
        scan.comment(end + 1, line.trim_end(scan.text, char::is_whitespace).end);
    }
    let span = Line { end, ..line }.trim_end(scan.text, char::is_whitespace);
    let (text, unknown) = template::substitute(span.verbatim(scan.text))?;
    Ok(Value { span, text, unknown, quoting: Quoting::DotenvBare(Consumer::Compose) })
}

/// quoted = quote { "\" any | any } quote          ; over several lines
///
/// A `\` in front of the quote is dropped, and no other; it never ends the value.
fn quoted<'a>(scan: &mut Scan<'a>, quote: u8) -> Result<Value<'a>, &'static str> {
    let (text, start) = (scan.text, scan.pos);
    let bytes = text.as_bytes();
    let mut builder = MapBuilder::new(text);
    let mut copied = start + 1;
    let mut at = copied;
    let close = loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr2(b'\\', quote, rest) else {
            return Err("the quoted value is not terminated");
        };
        at += found;
        if bytes[at] == quote {
            break at;
        }
        if bytes.get(at + 1) == Some(&quote) {
            builder.copy(copied..at);
            builder.replace_char(at..at + 2, char::from(quote));
            copied = at + 2;
        }
        at += 2;
    };
    builder.copy(copied..close);
    let inner = builder.finish_at(start + 1);
    let span = Line { start, end: close + 1 };
    let (value, unknown, quoting) = if quote == b'"' {
        let (value, unknown) = template::substitute(expand_escapes(inner))?;
        (value, unknown, Quoting::DotenvDouble(Consumer::Compose))
    } else {
        (inner, Vec::new(), Quoting::DotenvSingle(Consumer::Compose))
    };
    scan.pos = close + 1;
    let behind = scan.rest().trim_start_matches(is_blank);
    if !behind.is_empty() && !behind.starts_with(['\n', '#']) {
        let at = text.len() - behind.len();
        let why = "what stands behind the closing quote is read as another variable";
        scan.refuse(scan.pos, at + behind.chars().next().map_or(0, char::len_utf8), why);
    }
    Ok(Value { span, text: value, unknown, quoting })
}

/// The escapes of a double-quoted value: `\a \b \f \n \r \t \v \\ \"`, and `\0` with three octal
/// digits. `\$` becomes `$$`, which is a `$` to the step that follows.
fn expand_escapes(value: DecodedText<'_>) -> DecodedText<'_> {
    if memchr::memchr(b'\\', value.text().as_bytes()).is_none() {
        return value;
    }
    decode_again(&value, |text, builder| {
        unescape(text, builder, |rest| {
            let next = *rest.as_bytes().get(1)?;
            let char = match next {
                b'a' => '\x07',
                b'b' => '\x08',
                b'f' => '\x0C',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'v' => '\x0B',
                b'"' | b'\\' => char::from(next),
                b'$' => return Some((2, Escaped::Text("$$"))),
                b'0' => return Some(octal(rest)),
                _ => return None,
            };
            Some((2, Escaped::Char(char)))
        });
    })
}

/// `\0` and up to three digits; without three octal ones below 256 only the `0` is dropped.
fn octal(rest: &str) -> (usize, Escaped) {
    let digits = rest.bytes().skip(2).take(3).take_while(u8::is_ascii_digit).count();
    let len = 2 + digits;
    let value = (digits == 3).then(|| u8::from_str_radix(&rest[2..len], 8).ok()).flatten();
    match value {
        Some(value) => (len, Escaped::Char(char::from(value))),
        // Written as a text of its own, for the `\` stays while the `0` behind it goes.
        None => (2, Escaped::Text("\\")),
    }
}

/// A blank within a line.
const fn is_blank(char: char) -> bool {
    matches!(char, '\t' | '\x0B' | '\x0C' | '\r' | ' ' | '\u{85}' | '\u{A0}')
}
