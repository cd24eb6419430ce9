//! What a YAML scalar is to PyYAML's `safe_load`, and where each of its bytes stands.

use std::borrow::Cow;
use std::ops::Range;

use connlint_text::{DecodedText, MapBuilder, Raw, SourceMap, Span};
use granit_parser::{ScalarStyle, Tag};

use crate::HostIssueKind;

/// A scalar by its type in YAML 1.1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Resolved {
    Text,
    Null,
    Bool(bool),
    /// In decimal.
    Int(String),
    Float(f64),
    /// A date, with or without a time.
    Date,
    /// Nothing that `safe_load` takes: it refuses the file.
    Refused(&'static str),
}

const MISFIT: Resolved = Resolved::Refused(UNFIT);

const UNFIT: &str = "the value does not fit its tag";

const UNKNOWN_TAG: &str = "a tag that connlint does not follow";

const EQUALS: Resolved = Resolved::Refused("`=` by itself is no value");

/// Of these, PyYAML says what Python does, or takes them; connlint does not say which.
pub(crate) const UNFOLLOWED: [&str; 2] = [UNFIT, UNKNOWN_TAG];

/// The type of a scalar, by its tag or by itself.
pub(crate) fn kind(value: &str, style: ScalarStyle, tag: Option<&Tag>) -> Resolved {
    let is_plain = style == ScalarStyle::Plain;
    let by_itself = if is_plain { resolve(value) } else { Resolved::Text };
    let Some(tag) = tag else {
        return match by_itself {
            _ if !is_plain => by_itself,
            Resolved::Text if value == "<<" => Resolved::Refused("`<<` is no value"),
            Resolved::Text if value == "=" => EQUALS,
            by_itself => by_itself,
        };
    };
    if tag.handle() != "tag:yaml.org,2002:" {
        return match (tag.handle(), tag.suffix()) {
            // A `!` by itself says that nothing is text, and says nothing of anything else.
            ("" | "!", "" | "!") if is_plain && value.is_empty() => Resolved::Text,
            ("" | "!", "" | "!") => by_itself,
            _ => Resolved::Refused("a tag that is not known to `safe_load`"),
        };
    }
    match (tag.suffix(), resolve(value)) {
        ("str", _) => Resolved::Text,
        ("null", _) => Resolved::Null,
        ("bool", resolved @ Resolved::Bool(_))
        | ("int", resolved @ Resolved::Int(_))
        | ("float", resolved @ Resolved::Float(_)) => resolved,
        ("float", Resolved::Int(digits)) => digits.parse().map_or(MISFIT, Resolved::Float),
        ("timestamp", Resolved::Date) => Resolved::Date,
        ("bool" | "int" | "float" | "timestamp", _) => MISFIT,
        ("binary", _) => Resolved::Refused(UNKNOWN_TAG),
        _ => Resolved::Refused("a tag that `safe_load` gives to no scalar"),
    }
}

/// The type of a scalar that is a key: a lone `=` is one.
pub(crate) fn kind_of_key(value: &str, style: ScalarStyle, tag: Option<&Tag>) -> Resolved {
    match kind(value, style, tag) {
        EQUALS => Resolved::Text,
        kind => kind,
    }
}

/// What `safe_load` says against the tag of a mapping (`map`) or sequence (`seq`); for one that
/// makes a set or pairs of it, that connlint does not follow.
pub(crate) fn collection_fault(tag: &Tag, own: &str) -> Option<HostIssueKind> {
    if tag.handle() != "tag:yaml.org,2002:" {
        let is_none = matches!((tag.handle(), tag.suffix()), ("" | "!", "" | "!"));
        let why = "a tag that is not known to `safe_load`";
        return (!is_none).then_some(HostIssueKind::Syntax(why));
    }
    match tag.suffix() {
        suffix if suffix == own => None,
        "set" | "omap" | "pairs" => Some(HostIssueKind::Limit(UNKNOWN_TAG)),
        _ => Some(HostIssueKind::Syntax("a tag that `safe_load` does not give to a collection")),
    }
}

/// The type of a plain scalar without a tag.
///
/// YAML 1.1 as PyYAML reads it: `yes` is true, `0123` is 83, `12:30:45` is 45045, `1e3` is text.
pub(crate) fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Resolved::Bool(true);
        }
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Resolved::Bool(false);
        }
        _ => {}
    }
    if !text.starts_with(|char: char| char.is_ascii_digit() || "+-.".contains(char)) {
        return Resolved::Text;
    }
    if is_date(text) {
        return date_fault(text).map_or(Resolved::Date, Resolved::Refused);
    }
    float(text)
        .map(Resolved::Float)
        .or_else(|| int(text).map(Resolved::Int))
        .unwrap_or(Resolved::Text)
}

/// Whether YAML 1.1, as PyYAML reads it, takes this for text where it stands without quotes.
///
/// Whether it may stand without quotes at all is another question.
///
/// ```
/// use connlint_hosts::is_plain_text;
///
/// assert!(is_plain_text("postgres"));
/// assert!(!is_plain_text("yes") && !is_plain_text("0123") && !is_plain_text("2024-01-01"));
/// ```
pub fn is_plain_text(text: &str) -> bool {
    // `=` and `<<` have types of their own.
    !matches!(text, "=" | "<<") && resolve(text) == Resolved::Text
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// ```text
/// int = sign ( "0b" 1*( "0" / "1" / "_" ) | "0" 1*( octal / "_" ) | "0x" 1*( hex / "_" )
///            | "0" | digit1-9 *( digit / "_" ) [ 1*( ":" sixty ) ] )
/// ```
fn int(text: &str) -> Option<String> {
    let (negative, digits) = split_sign(text);
    let signed = |value: String| if negative && value != "0" { format!("-{value}") } else { value };
    let radix = |digits: &str, radix: u32| {
        if digits.is_empty() || !digits.chars().all(|char| char == '_' || char.is_digit(radix)) {
            return None;
        }
        let digits = digits.replace('_', "");
        if digits.is_empty() {
            return None;
        }
        u128::from_str_radix(&digits, radix).ok().map(|value| signed(value.to_string()))
    };
    if let Some(digits) = digits.strip_prefix("0b") {
        return radix(digits, 2);
    }
    if let Some(digits) = digits.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = digits.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        return radix(digits, 8);
    }
    if !digits.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let mut parts = digits.split(':');
    let first = parts.next().unwrap_or_default();
    if !first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return None;
    }
    let first = first.replace('_', "");
    if !digits.contains(':') {
        return Some(signed(first));
    }
    if first == "0" {
        return None;
    }
    let mut value: u128 = first.parse().ok()?;
    for part in parts {
        value = value.checked_mul(60)?.checked_add(sixty(part)?)?;
    }
    Some(signed(value.to_string()))
}

/// One or two digits below sixty.
fn sixty(part: &str) -> Option<u128> {
    let fits = matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    part.parse().ok().filter(|&value| fits && value < 60)
}

/// ```text
/// float = sign digit *( digit / "_" ) "." *( digit / "_" ) [ ( "e" / "E" ) ( "-" / "+" ) 1*digit ]
///       | "." digit *( digit / "_" ) [ exponent ]
///       | sign digit *( digit / "_" ) 1*( ":" sixty ) "." *( digit / "_" )
///       | sign ".inf" | ".nan"
/// ```
fn float(text: &str) -> Option<f64> {
    let (negative, rest) = split_sign(text);
    let signed = |value: f64| if negative { -value } else { value };
    match rest {
        ".inf" | ".Inf" | ".INF" => return Some(signed(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if rest == text => return Some(f64::NAN),
        _ => {}
    }
    let (whole, fraction) = rest.split_once('.')?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let (mantissa, exponent) = match fraction.find(['e', 'E']) {
        Some(at) => (&fraction[..at], Some(&fraction[at + 1..])),
        None => (fraction, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        exponent.strip_prefix(['-', '+']).is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    });
    if !is_digits(mantissa) || !exponent_fits {
        return None;
    }
    let starts_with_digit = |text: &str| text.starts_with(|char: char| char.is_ascii_digit());
    if whole.contains(':') {
        if exponent.is_some() {
            return None;
        }
        let mut parts = whole.split(':');
        let first = parts.next().filter(|first| starts_with_digit(first) && is_digits(first))?;
        let mut value: f64 = first.replace('_', "").parse().ok()?;
        for part in parts {
            let part = sixty(part)?;
            value = value * 60.0 + f64::from(u8::try_from(part).unwrap_or(u8::MAX));
        }
        let fraction: f64 = format!("0.{}0", mantissa.replace('_', "")).parse().ok()?;
        return Some(signed(value + fraction));
    }
    let fits = match whole {
        "" => starts_with_digit(mantissa) && rest == text,
        whole => starts_with_digit(whole) && is_digits(whole),
    };
    if !fits {
        return None;
    }
    let plain = rest.replace('_', "");
    let plain = if plain.starts_with('.') { format!("0{plain}") } else { plain };
    plain.parse().ok().map(signed)
}

/// `YYYY-MM-DD`, or with one or two digits each and a time behind `T`, `t` or blanks.
fn is_date(text: &str) -> bool {
    let digits = |text: &str, least: usize, most: usize| {
        let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        (count >= least).then_some(count)
    };
    let after = |text: &'_ str, least, most, behind: &str| -> Option<usize> {
        let count = digits(text, least, most)?;
        text[count..].starts_with(behind).then_some(count + behind.len())
    };
    if text.len() == 10
        && after(text, 4, 4, "-").is_some()
        && after(&text[5..], 2, 2, "-").is_some()
    {
        return digits(&text[8..], 2, 2).is_some();
    }
    let with_time = || -> Option<bool> {
        let mut at = after(text, 4, 4, "-")?;
        at += after(&text[at..], 1, 2, "-")?;
        at += digits(&text[at..], 1, 2)?;
        let blanks = text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len();
        at += match text.as_bytes().get(at)? {
            b'T' | b't' => 1,
            _ if blanks > 0 => blanks,
            _ => return None,
        };
        at += after(&text[at..], 1, 2, ":")?;
        at += after(&text[at..], 2, 2, ":")?;
        at += digits(&text[at..], 2, 2)?;
        if let Some(fraction) = text[at..].strip_prefix('.') {
            at += 1 + fraction.bytes().take_while(u8::is_ascii_digit).count();
        }
        let zone = text[at..].trim_start_matches([' ', '\t']);
        let zone = match zone.as_bytes().first() {
            None => return Some(zone.len() == text[at..].len()),
            Some(b'Z') => &zone[1..],
            Some(b'+' | b'-') => {
                let hours = digits(&zone[1..], 1, 2)?;
                let rest = &zone[1 + hours..];
                match rest.strip_prefix(':') {
                    Some(minutes) => &minutes[digits(minutes, 2, 2)?..],
                    None => rest,
                }
            }
            Some(_) => return None,
        };
        Some(zone.is_empty())
    };
    text.is_ascii() && with_time().unwrap_or(false)
}

/// What Python's `datetime` says about numbers that are no date or time.
pub(crate) const DATE_FAULTS: [&str; 6] = [
    "year 0 is out of range",
    "month must be in 1..12",
    "day is out of range for month",
    "hour must be in 0..23",
    "minute must be in 0..59",
    "second must be in 0..59",
];

/// What is wrong with the numbers of a text that looks like a date.
fn date_fault(text: &str) -> Option<&'static str> {
    let mut numbers =
        text.split(|char: char| !char.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next().and_then(|digits| digits.parse::<u32>().ok());
    let (year, month, day) = (next()?, next()?, next()?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let fits = [year > 0, (1..=12).contains(&month), (1..=days).contains(&day)];
    let time = [(next(), 24), (next(), 60), (next(), 60)];
    let fits_time = time.map(|(number, end)| number.is_none_or(|number| number < end));
    let fault = fits.into_iter().chain(fits_time).position(|fits| !fits)?;
    DATE_FAULTS.get(fault).copied()
}

/// The text of a scalar with the place of each byte.
///
/// `span` is the scalar with its quotes, `value` what the YAML parser made of it, where it was
/// asked. What cannot be followed byte by byte is mapped as one piece.
pub(crate) fn decode<'a>(
    file: &'a str,
    span: Span<Raw>,
    style: ScalarStyle,
    value: Option<&str>,
) -> DecodedText<'a> {
    let raw = span.of(file);
    // Nearly every scalar is a slice of the file.
    let slice = match style {
        ScalarStyle::Plain => Some(span),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if raw.len() >= 2 => {
            Some(Span::new(span.start() + 1, span.end() - 1))
        }
        _ => None,
    };
    if let Some(slice) = slice.filter(|slice| value.is_some_and(|it| slice.of(file) == it)) {
        return DecodedText::verbatim(file, slice);
    }
    let decoded = match style {
        ScalarStyle::Plain => Some(flow(file, span.range().start, raw, b"")),
        ScalarStyle::SingleQuoted => {
            let inner = raw.strip_prefix('\'').and_then(|raw| raw.strip_suffix('\''));
            inner.map(|inner| flow(file, span.range().start + 1, inner, b"'"))
        }
        ScalarStyle::DoubleQuoted => {
            let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
            inner.map(|inner| flow(file, span.range().start + 1, inner, b"\\"))
        }
        ScalarStyle::Literal => block(file, span, false, value.unwrap_or_default()),
        ScalarStyle::Folded => block(file, span, true, value.unwrap_or_default()),
    };
    let is_right = |decoded: &DecodedText<'_>| value.is_none_or(|value| decoded.text() == value);
    decoded.filter(is_right).unwrap_or_else(|| {
        let value = value.unwrap_or_default().to_owned();
        let len = u32::try_from(value.len()).unwrap_or(u32::MAX);
        if len == 0 {
            let map = SourceMap::verbatim(Span::empty(span.start()));
            return DecodedText::new(value, map);
        }
        DecodedText::new(value, SourceMap::opaque(span, len))
    })
}

/// Decodes a plain or quoted scalar: folds its lines, and replaces the escapes that `escape` starts.
fn flow<'a>(file: &'a str, start: usize, inner: &'a str, escape: &[u8]) -> DecodedText<'a> {
    let bytes = inner.as_bytes();
    let mut builder = MapBuilder::new(file);
    let (mut copied, mut at) = (0, 0);
    // The blanks and letters in between are passed many at a time.
    let sign = escape.first().copied().unwrap_or(b'\n');
    while let Some(next) = memchr::memchr3(b'\n', b'\r', sign, bytes.get(at..).unwrap_or_default())
        && let Some(&byte) = bytes.get(at + next)
    {
        at += next;
        let (from, len) = match byte {
            b'\n' | b'\r' => {
                // The blanks in front of a fold go with it, those of an escape do not.
                let kept = inner[copied..at].trim_end_matches([' ', '\t']).len();
                let from = copied + kept;
                let rest = inner[at..].trim_start_matches([' ', '\t', '\n', '\r']);
                (from, inner.len() - rest.len() - from)
            }
            b'\'' => (at, 2),
            _ => (at, escape_len(&inner[at..])),
        };
        builder.copy(start + copied..start + from);
        let end = (from + len).min(inner.len());
        let range = start + from..start + end;
        match byte {
            b'\n' | b'\r' => builder.replace(range, &folded(&inner[from..end])),
            b'\'' => builder.replace(range, "'"),
            _ => builder.replace(range, &escaped(&inner[from..end])),
        }
        at = end;
        copied = end;
    }
    builder.copy(start + copied..start + inner.len());
    builder.finish_at(start)
}

/// One line end is a blank, each further one is itself.
fn folded(line_ends: &str) -> Cow<'static, str> {
    folded_ends(line_ends.replace("\r\n", "\n").matches(['\n', '\r']).count())
}

fn folded_ends(count: usize) -> Cow<'static, str> {
    if count <= 1 { Cow::Borrowed(" ") } else { Cow::Owned("\n".repeat(count - 1)) }
}

/// The length of the escape of a double-quoted scalar at the start of `rest`.
fn escape_len(rest: &str) -> usize {
    match rest.as_bytes().get(1) {
        Some(b'x') => 4,
        Some(b'u') => 6,
        Some(b'U') => 10,
        // An escaped line end goes with the indentation behind it.
        Some(b'\n' | b'\r') => {
            let behind = rest[1..].trim_start_matches('\r');
            let behind = behind.strip_prefix('\n').unwrap_or(behind);
            let behind = behind.trim_start_matches([' ', '\t']);
            rest.len() - behind.len()
        }
        Some(_) => 1 + rest[1..].chars().next().map_or(1, char::len_utf8),
        None => 1,
    }
}

fn escaped(escape: &str) -> Cow<'_, str> {
    let char = match escape.as_bytes().get(1) {
        Some(b'0') => '\0',
        Some(b'a') => '\x07',
        Some(b'b') => '\x08',
        Some(b't' | b'\t') => '\t',
        Some(b'n') => '\n',
        Some(b'v') => '\x0B',
        Some(b'f') => '\x0C',
        Some(b'r') => '\r',
        Some(b'e') => '\x1B',
        Some(b'N') => '\u{85}',
        Some(b'_') => '\u{A0}',
        Some(b'L') => '\u{2028}',
        Some(b'P') => '\u{2029}',
        Some(b'x' | b'u' | b'U') => {
            let code = escape.get(2..).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        Some(b'\n' | b'\r') => return Cow::Borrowed(""),
        _ => return Cow::Borrowed(&escape[1.min(escape.len())..]),
    };
    Cow::Owned(char.to_string())
}

/// Decodes a block scalar, whose header stands in front of `span`.
///
/// ```text
/// literal: each line end is itself
/// folded:  one line end between two lines of text is a blank, of several the first is dropped;
///          beside a line that starts with a blank each is itself
/// ```
///
/// How many line ends stand at the end, `value` tells.
fn block<'a>(
    file: &'a str,
    span: Span<Raw>,
    is_folded: bool,
    value: &str,
) -> Option<DecodedText<'a>> {
    let first_line = line_start(file, span.range().start);
    let indent = span.range().start - first_line;
    let is_blank = |line: &str| line.trim_matches([' ', '\t', '\r', '\n']).is_empty();
    let mut builder = MapBuilder::new(file);
    // The line ends since the last text: in front of the first, those of the blank lines there.
    let mut ends: Vec<Range<usize>> = Vec::new();
    let mut start = first_line;
    while start > 0 {
        let above = line_start(file, start - 1);
        let line = &file[above..start];
        if !is_blank(line) {
            break;
        }
        ends.push(line_end(line, above));
        start = above;
    }
    ends.reverse();
    let mut was_text = false;
    let mut is_first = true;
    let mut at = first_line;
    for line in file.get(first_line..span.range().end)?.split_inclusive('\n') {
        let end = line_end(line, at);
        let content = line.get(..end.start - at)?;
        let blanks = content.len() - content.trim_start_matches(' ').len();
        let content_start = at + blanks.min(indent);
        if content_start < end.start {
            let is_text = !content[content_start - at..].starts_with([' ', '\t']);
            if is_folded && !is_first && was_text && is_text {
                fold(&mut builder, &ends, content_start);
            } else {
                keep(&mut builder, file, &ends);
            }
            builder.copy(content_start..end.start);
            ends.clear();
            (was_text, is_first) = (is_text, false);
        }
        if !end.is_empty() {
            ends.push(end);
        }
        at += line.len();
    }
    let trailing = value.len() - value.trim_end_matches('\n').len();
    keep(&mut builder, file, ends.get(..trailing.min(ends.len()))?);
    Some(builder.finish_at(span.range().start))
}

/// Where the line of `at` starts.
fn line_start(file: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', &file.as_bytes()[..at]).map_or(0, |end| end + 1)
}

/// The line end of `line`, which stands at `at`.
fn line_end(line: &str, at: usize) -> Range<usize> {
    let content =
        line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    at + content.len()..at + line.len()
}

/// Writes line ends as they are.
fn keep(builder: &mut MapBuilder<'_>, file: &str, ends: &[Range<usize>]) {
    for end in ends {
        if &file[end.clone()] == "\n" {
            builder.copy(end.clone());
        } else {
            builder.replace(end.clone(), "\n");
        }
    }
}

/// Writes the line ends between two lines of text, the second of which starts at `next`.
fn fold(builder: &mut MapBuilder<'_>, ends: &[Range<usize>], next: usize) {
    let start = ends.first().map_or(next, |end| end.start);
    builder.replace(start..next, &folded_ends(ends.len()));
}
