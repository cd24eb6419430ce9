use std::ops::Range;

/// The parts of a value that somebody was to replace: `<your-password>`, `{{ … }}`.
///
/// Such a part is unknown: what stands there in the end may be anything.
///
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    // Once no `}}` follows, none ever will.
    let mut may_close = true;
    std::iter::from_fn(move || {
        loop {
            let open = from + memchr::memchr2(b'<', b'{', text.get(from..)?.as_bytes())?;
            let found = match text.as_bytes().get(open..open + 2) {
                Some(b"{{") if may_close => {
                    let close = text[open..].find("}}");
                    may_close = close.is_some();
                    close.map(|len| open..open + len + 2)
                }
                Some(b"{{") => None,
                _ => angle(text, open),
            };
            if let Some(range) = found {
                from = range.end;
                return Some(range);
            }
            from = open + 1;
        }
    })
}

/// `<words in angle brackets>`: a letter first, then letters, digits, blanks and `-_./:`.
fn angle(text: &str, open: usize) -> Option<Range<usize>> {
    let rest = text.get(open..)?.strip_prefix('<')?;
    // All of a value in brackets is one, whatever it says: `<made with python -c "…">`.
    let inside = rest.strip_suffix('>').filter(|words| open == 0 && !words.contains(['<', '>']));
    if inside.is_some_and(|words| words.starts_with(char::is_alphabetic)) {
        return Some(0..text.len());
    }
    let len = rest.find(|c: char| {
        !(c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '\''))
    })?;
    let is_word = rest.starts_with(char::is_alphabetic) && rest[len..].starts_with('>') && len > 1;
    is_word.then(|| open..open + len + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for (text, found) in [
            (r#"{"url": "<your-vault-url>"}"#, &["<your-vault-url>"][..]),
            ("aws://<ACCESS KEY ID>:<SECRET>@", &["<ACCESS KEY ID>", "<SECRET>"]),
            ("x://{{ user }}:p@h", &["{{ user }}"]),
            ("<run keys(), then \"paste\">", &["<run keys(), then \"paste\">"]),
            ("x://u:a<b@h", &[]),
            ("x://u:a<1>b@h", &[]),
            ("x://u:a<>b@h", &[]),
            ("{{", &[]),
            (r#"{"a": {"b": 1}}"#, &[]),
            ("<é", &[]),
        ] {
            let texts: Vec<_> = placeholders(text).map(|range| &text[range]).collect();
            assert_eq!(texts, found, "{text}");
        }
    }
}
