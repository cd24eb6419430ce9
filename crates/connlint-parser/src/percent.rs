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
    Cow::Owned(decode::<false>(text))
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
    Cow::Owned(decode::<true>(text))
}

/// A text with its escapes read, and with a blank for each `+` where `PLUS` says so.
fn decode<const PLUS: bool>(text: &str) -> String {
    // That all of it is ASCII, as it nearly always is, is seen many bytes at a time.
    if text.is_ascii() {
        return unescape::<PLUS>(text.as_bytes());
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let ascii_len = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let (ascii, tail) = rest.split_at(ascii_len);
        out.push_str(&unescape::<PLUS>(ascii.as_bytes()));
        let other_len = tail.bytes().position(|byte| byte.is_ascii()).unwrap_or(tail.len());
        let (other, tail) = tail.split_at(other_len);
        out.push_str(other);
        rest = tail;
    }
    out
}

/// escape = "%" HEXDIG HEXDIG; anything else stands for itself.
fn unescape<const PLUS: bool>(ascii: &[u8]) -> String {
    // It gets no longer: written in place, no byte asks for room.
    let mut bytes = vec![0; ascii.len()];
    let mut len = 0;
    let mut rest = ascii;
    while let ([first, tail @ ..], Some(place)) = (rest, bytes.get_mut(len)) {
        rest = tail;
        len += 1;
        *place = match first {
            b'%' => match escaped(tail) {
                Some(byte) => {
                    rest = &tail["XX".len()..];
                    byte
                }
                None => b'%',
            },
            b'+' if PLUS => b' ',
            &other => other,
        };
    }
    bytes.truncate(len);
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The byte that two digits stand for.
fn escaped(digits: &[u8]) -> Option<u8> {
    let &[high, low, ..] = digits else { return None };
    let value = |digit: u8| DIGITS[usize::from(digit)];
    let byte = value(high) << 4 | value(low);
    // What is no digit has bits that no digit has.
    u8::try_from(byte).ok()
}

/// The value of each hexadecimal digit, and more than any of all other bytes.
const DIGITS: [u16; 256] = {
    let mut digits = [0x100; 256];
    let mut value: u8 = 0;
    while value < 16 {
        let lower = if value < 10 { b'0' + value } else { b'a' + value - 10 };
        digits[lower as usize] = value as u16;
        digits[lower.to_ascii_uppercase() as usize] = value as u16;
        value += 1;
    }
    digits
};

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
