//! Percent-decoding as Python's `urllib.parse` does it.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// `urllib.parse.unquote`: bad escapes stay as they are, what is not UTF-8 becomes U+FFFD.
///
/// Bytes are decoded separately for each run of ASCII, so an escape never joins a character
/// that stands beside it.
///
/// ```
/// use connlint_parser::unquote;
/// assert_eq!(unquote("p%40ss+%zz%2"), "p@ss+%zz%2");
/// assert_eq!(unquote("%C3%A9"), "é");
/// assert_eq!(unquote("%C3é%A9"), "\u{fffd}é\u{fffd}");
/// ```
pub fn unquote(text: &str) -> Cow<'_, str> {
    if memchr(b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut bytes = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let ascii_len = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let (ascii, tail) = rest.split_at(ascii_len);
        unescape(ascii.as_bytes(), &mut bytes);
        out.push_str(&String::from_utf8_lossy(&bytes));
        let other_len = tail.bytes().position(|byte| byte.is_ascii()).unwrap_or(tail.len());
        let (other, tail) = tail.split_at(other_len);
        out.push_str(other);
        rest = tail;
    }
    Cow::Owned(out)
}

/// `urllib.parse.unquote_plus`, as the names and values of a query are decoded.
///
/// ```
/// use connlint_parser::unquote_plus;
/// assert_eq!(unquote_plus("a+b%2Bc"), "a b+c");
/// ```
pub fn unquote_plus(text: &str) -> Cow<'_, str> {
    if memchr2(b'+', b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    match unquote(&spaced) {
        Cow::Owned(decoded) => Cow::Owned(decoded),
        Cow::Borrowed(_) => Cow::Owned(spaced),
    }
}

/// escape = "%" HEXDIG HEXDIG; anything else stands for itself.
fn unescape(ascii: &[u8], bytes: &mut Vec<u8>) {
    bytes.clear();
    let mut at = 0;
    while let Some(&byte) = ascii.get(at) {
        let digit = |offset: usize| {
            ascii.get(at + offset).and_then(|&digit| char::from(digit).to_digit(16))
        };
        if let (b'%', Some(high), Some(low)) = (byte, digit(1), digit(2)) {
            bytes.push(u8::try_from(high * 16 + low).expect("two hexadecimal digits are a byte"));
            at += "%XX".len();
        } else {
            bytes.push(byte);
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (text, decoded) in [
            ("", ""),
            ("plain", "plain"),
            ("%41%42", "AB"),
            ("%4", "%4"),
            ("%", "%"),
            ("%%41", "%A"),
            ("%4%41", "%4A"),
            ("%zz", "%zz"),
            ("%e9", "\u{fffd}"),
            ("%c3%a9", "\u{e9}"),
            ("\u{e9}%C3%A9", "\u{e9}\u{e9}"),
            ("%ED%A0%80", "\u{fffd}\u{fffd}\u{fffd}"), // an encoded surrogate
            ("%E2%82", "\u{fffd}"),                    // a truncated character is one
            ("%00%0A", "\0\n"),
            ("a+b", "a+b"),
        ] {
            assert_eq!(unquote(text), decoded, "{text}");
        }
    }

    #[test]
    fn plus_is_a_space_before_escapes_are_read() {
        for (text, decoded) in [("a+b", "a b"), ("%2B", "+"), ("+%", " %"), ("a", "a")] {
            assert_eq!(unquote_plus(text), decoded, "{text}");
        }
    }

    #[test]
    fn nothing_to_decode_is_borrowed() {
        assert!(matches!(unquote("a+b"), Cow::Borrowed(_)));
        assert!(matches!(unquote_plus("a-b"), Cow::Borrowed(_)));
    }
}
