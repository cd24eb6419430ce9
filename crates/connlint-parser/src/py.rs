//! What Python does with text, where Airflow leaves it to Python.

use std::borrow::Cow;
use std::fmt::Write as _;

use connlint_json::{MAX_INT_DIGITS, Node, PyText, Value, dict};

/// Whether Python's `str.isspace` and `str.strip` take a character for white space.
///
/// U+001C to U+001F are, a byte order mark and a zero-width space are not.
pub const fn is_space(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\u{1c}'..='\u{1f}')
}

/// Python's `str.strip()`.
///
/// ```
/// use connlint_parser::py;
///
/// assert_eq!(py::strip("\u{a0}\u{3000}\u{1c} x \n"), "x");
/// assert_eq!(py::strip("\u{feff}x\u{200b}"), "\u{feff}x\u{200b}");
/// ```
pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Python's `int(text)` in decimal digits without needless zeros, or `None` where it raises
/// `ValueError`.
///
/// ```text
/// int = *space [ "+" / "-" ] digit *( [ "_" ] digit ) *space      ; digits of any script
/// ```
///
/// ```
/// use connlint_parser::py;
///
/// assert_eq!(py::int(" +5_432 ").unwrap(), "5432");
/// assert_eq!(py::int("٥").unwrap(), "5");
/// assert_eq!(py::int("0x10"), None);
/// ```
pub fn int(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim_matches(is_space_around_int);
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let mut number = String::with_capacity(digits.len() + 1);
    let mut may_separate = false;
    let mut count = 0;
    for char in digits.chars() {
        if char == '_' && may_separate {
            may_separate = false;
            continue;
        }
        let digit = decimal(char)?;
        may_separate = true;
        count += 1;
        if digit != '0' || !number.is_empty() {
            number.push(digit);
        }
    }
    if !may_separate || count > MAX_INT_DIGITS {
        return None;
    }
    if number.is_empty() {
        return Some(Cow::Borrowed("0"));
    }
    if negative {
        number.insert(0, '-');
    }
    Some(if number == text { Cow::Borrowed(text) } else { Cow::Owned(number) })
}

/// `int` is stricter than `str.strip`: U+001C to U+001F are no white space to it.
const fn is_space_around_int(char: char) -> bool {
    char.is_whitespace()
}

/// The ASCII digit of a decimal digit of any script.
fn decimal(char: char) -> Option<char> {
    if char.is_ascii() {
        return char.is_ascii_digit().then_some(char);
    }
    let point = u32::from(char);
    let zero = ZEROS.get(ZEROS.partition_point(|&zero| zero <= point).checked_sub(1)?)?;
    char::from_digit(point - zero, 10)
}

/// The decimal digits zero of Unicode 14, which Python 3.11 has; nine others follow each.
const ZEROS: [u32; 65] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
    0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// A text as Python's `repr` writes it.
///
/// Python escapes what its Unicode tables call not printable; here those are control characters
/// and the invisible ones.
///
/// ```
/// assert_eq!(connlint_parser::py::repr("it's\n"), r#""it's\n""#);
/// ```
pub fn repr(text: &str) -> String {
    repr_of_text(&text.into())
}

/// As [`repr`]; lone surrogates are escaped too.
pub(crate) fn repr_of_text(text: &PyText<'_>) -> String {
    let has = |wanted: char| text.code_points().any(|point| point == u32::from(wanted));
    let quote = if has('\'') && !has('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for point in text.code_points() {
        match char::from_u32(point) {
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(char) if char == quote => out.extend(['\\', char]),
            Some(char) if is_printable(char) => out.push(char),
            _ => push_escape(&mut out, point),
        }
    }
    out.push(quote);
    out
}

fn is_printable(char: char) -> bool {
    let is_invisible = matches!(
        char,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' | '\u{f0000}'..
    );
    char == ' ' || !(char.is_control() || char.is_whitespace() || is_invisible)
}

/// `\x`, `\u` or `\U`, whichever is long enough.
fn push_escape(out: &mut String, point: u32) {
    // Writing to a string does not fail.
    let _ = match point {
        0..=0xff => write!(out, "\\x{point:02x}"),
        0x100..=0xffff => write!(out, "\\u{point:04x}"),
        _ => write!(out, "\\U{point:08x}"),
    };
}

/// A JSON value as Python's `str` writes what `json.loads` makes of it.
///
/// The recursion is as deep as the value, which [`MAX_DEPTH`](connlint_json::MAX_DEPTH) limits.
pub(crate) fn str_of(node: &Node<'_>) -> String {
    match &node.value {
        Value::String(string) => string.text().to_lossy().into_owned(),
        _ => repr_of(node),
    }
}

/// As [`str_of`], with quotes around a text.
pub(crate) fn repr_of(node: &Node<'_>) -> String {
    match &node.value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => match &*number.to_python() {
            "NaN" => "nan".to_owned(),
            "Infinity" => "inf".to_owned(),
            "-Infinity" => "-inf".to_owned(),
            finite => finite.to_owned(),
        },
        Value::String(string) => repr_of_text(&string.text()),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(repr_of).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let entries: Vec<_> = dict(members)
                .into_iter()
                .map(|(key, value)| format!("{}: {}", repr_of_text(&key), repr_of(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_pythons() {
        for space in "\t\n\u{b}\u{c}\r\u{1c}\u{1d}\u{1e}\u{1f} \u{85}\u{a0}\u{1680}\u{2000}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}".chars() {
            assert!(is_space(space), "{space:?}");
        }
        for other in "\0\u{1b}\u{180e}\u{200b}\u{200d}\u{2060}\u{feff}x".chars() {
            assert!(!is_space(other), "{other:?}");
        }
    }

    #[test]
    fn int_reads_what_python_reads() {
        for (text, digits) in [
            ("5432", "5432"),
            (" 5432\t\n", "5432"),
            ("\u{a0}5\u{3000}", "5"),
            ("\u{85}5\u{2028}", "5"),
            ("+5", "5"),
            ("-1", "-1"),
            ("-0", "0"),
            ("0_0", "0"),
            ("007", "7"),
            ("5_432", "5432"),
            ("\u{665}_4", "54"),
            ("\u{ff15}", "5"),
            ("\u{1fbf9}", "9"),
            ("99999999999999999999", "99999999999999999999"),
        ] {
            assert_eq!(int(text).as_deref(), Some(digits), "{text:?}");
        }
        for text in [
            "",
            " ",
            "+",
            "- 5",
            "--5",
            "5__4",
            "_5",
            "5_",
            "+_5",
            "0x10",
            "54.32",
            "1e3",
            "5 4",
            "\u{1c}5",
            "\u{b2}",
            "\u{feff}5",
            "5\0",
            "\u{2212}5",
            "abc",
        ] {
            assert_eq!(int(text), None, "{text:?}");
        }
    }

    #[test]
    fn int_has_a_limit_of_digits() {
        assert!(int(&"1".repeat(4300)).is_some());
        assert!(int(&"1".repeat(4301)).is_none());
    }

    #[test]
    fn repr_is_pythons() {
        for (text, expected) in [
            ("a b", "'a b'"),
            ("it's", "\"it's\""),
            ("'\"", "'\\'\"'"),
            ("\\\n\0\u{a0}", "'\\\\\\n\\x00\\xa0'"),
            ("\u{feff}\u{200b}", "'\\ufeff\\u200b'"),
            ("\u{b2}\u{e9}\u{1f600}", "'\u{b2}\u{e9}\u{1f600}'"),
            ("\u{e0001}", "'\\U000e0001'"),
        ] {
            assert_eq!(repr(text), expected);
        }
    }
}
