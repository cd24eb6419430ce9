//! Templates within a file that is something else once they are filled in: `{{ … }}`, `{% … %}`.

use std::borrow::Cow;

use connlint_text::{DecodedText, SourceMap};
use memchr::memchr;

/// The end of the template that opens at the start of `rest`, or `None` where none does.
///
/// ```text
/// template = "{{" any "}}" | "{%" any "%}"
/// ```
///
/// A template that is not closed is none.
pub(crate) fn template_len(rest: &str) -> Option<usize> {
    let close = match rest.as_bytes() {
        [b'{', b'{', ..] => "}}",
        [b'{', b'%', ..] => "%}",
        _ => return None,
    };
    let found = memchr::memmem::find(rest.get(2..)?.as_bytes(), close.as_bytes())?;
    Some(2 + found + 2)
}

/// The text with words of the same length in place of templates.
///
/// A template that has its lines to itself leaves blanks: it says how the file goes on, or stands
/// for lines of which nothing is known.
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    let mut masked: Option<Vec<u8>> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    // Where nothing closes, it need not be looked for again.
    let closes = [memchr::memmem::rfind(bytes, b"}}"), memchr::memmem::rfind(bytes, b"%}")];
    let last = closes.into_iter().flatten().max().unwrap_or(0);
    while let Some(found) = memchr(b'{', &bytes[at..]) {
        let start = at + found;
        if start >= last {
            break;
        }
        let is_closed = match bytes.get(start + 1) {
            Some(b'{') => closes[0].is_some_and(|close| close > start + 1),
            Some(b'%') => closes[1].is_some_and(|close| close > start + 1),
            _ => false,
        };
        let Some(len) = is_closed.then(|| template_len(&text[start..])).flatten() else {
            at = start + 1;
            continue;
        };
        let end = start + len;
        let masked = masked.get_or_insert_with(|| bytes.to_vec());
        let word = if is_alone(masked, start, end) { b' ' } else { b'x' };
        // The indentation of further lines stays.
        let mut is_indentation = false;
        for byte in &mut masked[start..end] {
            match byte {
                b'\n' | b'\r' => is_indentation = true,
                b' ' | b'\t' if is_indentation => {}
                _ => {
                    is_indentation = false;
                    *byte = word;
                }
            }
        }
        at = end;
    }
    masked.map_or(Cow::Borrowed(text), |bytes| {
        Cow::Owned(String::from_utf8(bytes).expect("characters are replaced as a whole"))
    })
}

/// Whether nothing but blanks and masked templates stands beside `start..end` on its lines.
fn is_alone(masked: &[u8], start: usize, end: usize) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let before = masked[..start].iter().rev().find(|byte| !is_blank(byte));
    let after = masked[end..].iter().find(|byte| !is_blank(byte));
    matches!(before, None | Some(b'\n')) && matches!(after, None | Some(b'\n'))
}

/// A value that was decoded from the masked text, as the file itself has it.
pub(crate) fn restore<'a>(file: &'a str, value: DecodedText<'_>) -> DecodedText<'a> {
    let map = value.map().clone();
    if map.is_verbatim() && file.get(map.raw().range()).is_some() {
        return DecodedText::verbatim(file, map.raw());
    }
    let mut text = String::with_capacity(value.text().len());
    for run in map.runs() {
        match file.get(run.raw.range()).filter(|_| run.verbatim) {
            Some(part) => text.push_str(part),
            None if !run.verbatim => text.push_str(run.decoded.of(value.text())),
            // The indentation of a block cut a template in two.
            None => return opaque(value),
        }
    }
    DecodedText::new(text, map)
}

/// The value as one piece.
fn opaque<'a>(value: DecodedText<'_>) -> DecodedText<'a> {
    let (raw, len) = (value.raw(), value.map().decoded_len());
    DecodedText::new(value.into_text().into_owned(), SourceMap::opaque(raw, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_places() {
        for (text, expected) in [
            ("a: b", "a: b"),
            ("a: {{ .b }}", "a: xxxxxxxx"),
            ("a: x{{ .b }}y{{c}}", "a: xxxxxxxxxyxxxxx"),
            ("{{- if .a }}\nb: c\n  {{ end }}  \n", "            \nb: c\n             \n"),
            ("{{/* é\n b */}}\na: {{ é }}", "       \n       \na: xxxxxxxx"),
            ("a: {{ b\n  c }}", "a: xxxx\n  xxxx"),
            ("{% for a in b %}\n- {{ a }}\n", "                \n- xxxxxxx\n"),
            ("a: {{ b", "a: {{ b"),
            ("a: {{ b }", "a: {{ b }"),
            ("a: {b: {c: d}}", "a: {b: {c: d}}"),
        ] {
            assert_eq!(mask(text), expected, "{text}");
            assert_eq!(mask(text).len(), text.len());
        }
    }
}
