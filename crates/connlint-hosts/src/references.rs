//! Parts of a value that somebody else fills in, by the syntax of the file that the value stands in.

use connlint_text::{Decoded, DecodedText, Span};

use crate::Quoting;
use crate::dotenv::{decode_again, substitute};
use crate::templates::template_len;

/// How a file refers to what it does not hold itself.
///
/// Templates, `{{ … }}`, and `${ … }` are taken for references everywhere: where the reader of the
/// file knows neither, a tool in front of it usually does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum References {
    /// compose-go: `$A`, `${A}`, `${A:-default}`; `$$` is a `$`.
    Compose,
    /// The environment of a container: `$(A)`; `$$(` is a `$(`.
    Kubernetes,
    /// `$A` and `${A}`; `$$` is a `$`.
    GitLab,
    /// `$(A)` and `$[ … ]`.
    Azure,
    /// Nothing of its own.
    Plain,
    /// Templates alone: what else starts with a `$` is for the shell to read.
    Script,
}

/// A value without its references.
pub(crate) struct Filled<'a> {
    pub(crate) value: DecodedText<'a>,
    /// Where they stood, as in [`crate::Site::unknown`].
    pub(crate) unknown: Vec<Span<Decoded>>,
}

impl References {
    /// How to write into a value, inside of the quoting of the file.
    pub(crate) const fn quoting(self) -> Option<Quoting> {
        match self {
            Self::Compose | Self::GitLab => Some(Quoting::Dollar),
            Self::Kubernetes => Some(Quoting::DollarParenthesis),
            Self::Azure | Self::Plain | Self::Script => None,
        }
    }

    /// Takes the references out of a value, as if they were empty; a default stands in for its own.
    pub(crate) fn fill_in(self, value: DecodedText<'_>) -> Result<Filled<'_>, &'static str> {
        let text = value.text();
        if memchr::memchr2(b'$', b'{', text.as_bytes()).is_none() {
            return Ok(Filled { value, unknown: Vec::new() });
        }
        if self == Self::Compose && !text.contains("{{") {
            let (value, unknown) = substitute(value)?;
            return Ok(Filled { value, unknown });
        }
        let mut unknown = Vec::new();
        let mut changed = false;
        let decoded = decode_again(&value, |text, builder| {
            let (mut copied, mut at) = (0, 0);
            let is_sign = |rest: &str| memchr::memchr2(b'$', b'{', rest.as_bytes());
            // A brace that is not closed is looked for once.
            let mut unclosed = false;
            while let Some(found) = text.get(at..).and_then(is_sign) {
                let start = at + found;
                match self.reference(&text[start..], &mut unclosed) {
                    None => at = start + 1,
                    Some(Reference::Unknown(len)) => {
                        builder.copy(copied..start);
                        unknown.push(Span::empty(builder.len()));
                        at = start + len;
                        builder.replace(start..at, "");
                        (copied, changed) = (at, true);
                    }
                    Some(Reference::Escape(len, text)) => {
                        builder.copy(copied..start);
                        at = start + len;
                        builder.replace(start..at, text);
                        (copied, changed) = (at, true);
                    }
                }
            }
            builder.copy(copied..text.len());
        });
        Ok(if changed { Filled { value: decoded, unknown } } else { Filled { value, unknown } })
    }

    /// The reference at the start of `rest`, which is a `$` or a `{`.
    fn reference(self, rest: &str, unclosed: &mut bool) -> Option<Reference> {
        let bytes = rest.as_bytes();
        let len = match (self, bytes) {
            (Self::Compose | Self::GitLab, [b'$', b'$', ..]) => {
                return Some(Reference::Escape(2, "$"));
            }
            (Self::Kubernetes, [b'$', b'$', b'(', ..]) => return Some(Reference::Escape(3, "$(")),
            (Self::Compose | Self::GitLab, [b'$', b'A'..=b'Z' | b'a'..=b'z' | b'_', ..]) => {
                let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                Some(1 + bytes[1..].iter().take_while(|byte| is_name(byte)).count())
            }
            _ if *unclosed => return None,
            (_, [b'{', b'{' | b'%', ..]) => template_len(rest),
            (_, [b'$', b'{', b'{', ..]) => template_len(&rest[1..]).map(|len| len + 1),
            (Self::Script, _) => return None,
            (_, [b'$', b'{', ..]) => braces_len(rest),
            (Self::Kubernetes | Self::Azure, [b'$', b'(', ..]) => end_of(bytes, b')'),
            (Self::Azure, [b'$', b'[', ..]) => end_of(bytes, b']'),
            _ => return None,
        };
        *unclosed |= len.is_none();
        len.map(Reference::Unknown)
    }
}

/// A script with a variable of the shell's own wherever something is filled in, so that words stay
/// words. Between `'` that would be text: there, nothing stands in its place.
///
/// `places` are empty spans of `value`, in order; the new places are where the script depends on
/// them.
pub(crate) fn in_script<'a>(
    value: &DecodedText<'a>,
    places: &[Span<Decoded>],
) -> (DecodedText<'a>, Vec<Span<Decoded>>) {
    const VARIABLE: &str = "${_}";
    let mut unknown = Vec::with_capacity(places.len());
    let script = decode_again(value, |text, builder| {
        let mut quote = None;
        let (mut at, mut escaped) = (0, false);
        for place in places.iter().map(|place| place.range().start) {
            for &byte in &text.as_bytes()[at..place] {
                match (byte, quote) {
                    _ if escaped => escaped = false,
                    (b'\\', None | Some(b'"')) => escaped = true,
                    (b'\'' | b'"', None) => quote = Some(byte),
                    (byte, Some(open)) if byte == open => quote = None,
                    _ => {}
                }
            }
            builder.copy(at..place);
            at = place;
            let start = builder.len();
            let variable = if quote == Some(b'\'') { "" } else { VARIABLE };
            builder.replace(at..at, variable);
            unknown.push(Span::new(start, builder.len()));
        }
        builder.copy(at..text.len());
    });
    (script, unknown)
}

/// The length up to and with the first `close`.
fn end_of(bytes: &[u8], close: u8) -> Option<usize> {
    memchr::memchr(close, bytes).map(|end| end + 1)
}

enum Reference {
    /// So many bytes that somebody fills in.
    Unknown(usize),
    /// So many bytes that stand for a text.
    Escape(usize, &'static str),
}

/// The length of `${ … }` with the braces within it.
fn braces_len(rest: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_empty() {
        use References::{Azure, Compose, GitLab, Kubernetes, Plain, Script};
        for (references, text, expected, places) in [
            (Plain, "a://h", "a://h", &[][..]),
            (Plain, "a://$b:$(c)@h", "a://$b:$(c)@h", &[]),
            (Plain, "a://{{ .u }}:${{ p }}@${h:-x{y}}/", "a://:@/", &[4, 5, 6]),
            (Plain, "{\"a\": {\"b\": 1}}", "{\"a\": {\"b\": 1}}", &[]),
            (Plain, "{{ a", "{{ a", &[]),
            (Plain, "${{ a }}", "", &[0]),
            (Compose, "a$$b${c:-d}$e", "a$bd", &[3, 4]),
            (Compose, "a{{ b }}$$c$d", "a$c", &[1, 3]),
            (GitLab, "a$$b$c/${d}", "a$b/", &[3, 4]),
            (Kubernetes, "a$(b)$$(c)$d$$", "a$(c)$d$$", &[1]),
            (Script, "a${b}${{ c }}$d", "a${b}$d", &[5]),
            (Azure, "a$(b.c)$[ d ]$e", "a$e", &[1, 1]),
        ] {
            let value = DecodedText::verbatim(text, Span::from_range(0..text.len()));
            let Ok(filled) = references.fill_in(value) else { panic!("{text} is refused") };
            assert_eq!(filled.value.text(), expected, "{text}");
            let starts: Vec<u32> = filled.unknown.iter().map(|part| part.start()).collect();
            assert_eq!(starts, places, "{text}");
        }
    }
}
