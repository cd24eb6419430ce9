//! Texts as people write them, with the faults that people make.
//!
//! A strategy gives a [`Template`]: a text with marks in the places where a secret stands. One
//! template can be filled with secrets of several lengths, which is how a test sees that nothing
//! of them shows, not even how long they are.

mod connection;
mod document;
mod files;
mod kwargs;
mod request;

use proptest::prelude::*;
use proptest::sample::select;

pub use connection::{clean_connection, json_connection, uri, written};
pub use document::{any_file, document, document_of};
pub use kwargs::{clean_kwargs, kwargs};
pub use request::{request, request_like};

/// What stands for a secret in a template: characters that no format quotes.
const MARK: char = '\u{E000}';

/// How a secret looks in a guise.
type Guise = fn(&str) -> String;

/// What stands for a secret in a guise, and how that looks.
const GUISES: [(char, Guise); 3] = [
    // Percent-encoded.
    ('\u{E001}', |text| escaped(text, "%")),
    // As a text of JSON may be escaped.
    ('\u{E002}', |text| escaped(text, "\\u00")),
    ('\u{E003}', padded_base64),
];

/// A text with marks in the places where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(pub(crate) String);

impl Template {
    /// The text, with this secret in every place.
    pub fn fill(&self, secret: &Sentinel) -> String {
        let mut text = self.0.replace(MARK, secret.text());
        for (mark, guise) in GUISES {
            if text.contains(mark) {
                text = text.replace(mark, &guise(secret.text()));
            }
        }
        text
    }

    /// The text, with a short secret in every place.
    pub fn text(&self) -> String {
        self.fill(&Sentinel::of_length(8))
    }
}

/// A secret that is easy to find: `s3cr3t-` and letters that make no word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentinel(String);

impl Sentinel {
    /// The longest run of a sentinel that may be found in an output.
    const TOLERATED: usize = 3;

    /// The secret with this many letters behind its `s3cr3t-`.
    ///
    /// No four letters of it stand in it twice, and none stand in any word.
    pub fn of_length(letters: usize) -> Self {
        let alphabet = [b'q', b'x', b'z', b'j', b'k', b'v', b'w'];
        let mut text = String::from("s3cr3t-");
        let mut state = 0x2545_F491_u32;
        for _ in 0..letters {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push(char::from(alphabet[(state >> 16) as usize % alphabet.len()]));
        }
        Self(text)
    }

    /// The secret.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// A part of the secret that `output` shows, as it is, escaped or in base64, if there is one.
    pub fn found_in(&self, output: &str) -> Option<String> {
        let mut output = output.to_ascii_lowercase();
        for escape in ["%", "\\u00"] {
            if output.contains(escape) {
                output.push('\n');
                output.push_str(&unescaped(&output, escape));
            }
        }
        let letters = self.0.strip_prefix("s3cr3t-")?;
        let plain = letters.as_bytes().windows(Self::TOLERATED + 1);
        let plain = plain.map(|window| String::from_utf8_lossy(window).into_owned());
        // Which letters stand for a text in base64 depends on where in the triple it starts.
        let shifted = (0..3).filter_map(|skip| base64(letters.get(skip..)?));
        plain.chain(shifted).find(|part| output.contains(part.as_str()))
    }
}

/// `text` in base64, with what fills up the last group.
fn padded_base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for triple in text.as_bytes().chunks(3) {
        let byte = |nr| triple.get(nr).map_or(0, |&byte| usize::from(byte));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (nr, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = char::from(DIGITS[bits >> shift & 63]);
            out.push(if nr <= triple.len() { digit } else { '=' });
        }
    }
    out
}

/// The whole triples of `text` in base64, in lower case; nothing where there are less than two.
fn base64(text: &str) -> Option<String> {
    let whole = text.len() / 3 * 3;
    (whole >= 6).then(|| padded_base64(&text[..whole]).to_ascii_lowercase())
}

/// A text with an escape and two digits for each byte.
fn escaped(text: &str, escape: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| text + &format!("{escape}{byte:02x}"))
}

/// A text with each byte that an escape and two digits stand for.
fn unescaped(text: &str, escape: &str) -> String {
    let mut parts = text.split(escape);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(byte) => {
                // What quotes it escapes its backslash, and what quotes that does so again.
                while escape.starts_with('\\') && out.ends_with('\\') {
                    out.pop();
                }
                out.push(char::from(byte));
                out.push_str(&part[2..]);
            }
            None => out.push_str(part),
        }
    }
    out
}

/// A password and the like: mostly clean, else with what people forget to encode.
pub(crate) fn secret() -> BoxedStrategy<String> {
    let fault = select(vec![
        "/", "?", "#", "[", "]", "@", ":", "%", "%4", "%zz", "&", "=", " ", "\"", "'", "\\", "$",
        "$A", "${A}", "${A:-b}", "$$", "://", "https://", "<", ">", "{", "}", "\u{e9}", "\u{ff03}",
        "\u{2100}", ",", ";", "+", "\t", "`", "!", "%40", "%2F", "%25", "\\n", "1", "22", "^", "|",
    ]);
    let marks = || std::iter::once(MARK).chain(GUISES.map(|(mark, _)| mark));
    let mark = move || {
        let guised = select(marks().collect::<Vec<_>>()).prop_map(String::from);
        prop_oneof![4 => Just(MARK.to_string()), 1 => guised]
    };
    let piece = prop_oneof![2 => fault.prop_map(str::to_owned), 3 => mark()];
    prop_oneof![
        3 => mark(),
        1 => mark().prop_map(|mark| format!("{mark}%40{mark}")),
        4 => prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat()),
        1 => select(vec!["", "<your-password>", "{{ password }}", "${DB_PASSWORD}", "$DB_PASSWORD"])
            .prop_map(str::to_owned),
    ]
    .boxed()
}

/// One of these texts.
pub(crate) fn one_of(texts: &[&'static str]) -> BoxedStrategy<String> {
    select(texts.to_vec()).prop_map(str::to_owned).boxed()
}

/// Mostly the usual, else one of these.
pub(crate) fn mostly(
    usual: BoxedStrategy<String>,
    others: &[&'static str],
) -> BoxedStrategy<String> {
    prop_oneof![3 => usual, 1 => one_of(others)].boxed()
}

/// `text` as a JSON string, between its quotes.
pub(crate) fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            char if char < ' ' => out.extend(format!("\\u{:04x}", u32::from(char)).chars()),
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

/// A JSON text, or what somebody made of it who thought that it was one.
pub(crate) fn mangled(json: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let how = prop_oneof![
        8 => Just(0_u8),
        4 => 1..12_u8,
    ];
    (json, how, 0..1000_usize)
        .prop_map(|(json, how, at)| match how {
            1 => {
                let end = json.len() * at / 1000;
                let end = (0..=end).rev().find(|&end| json.is_char_boundary(end));
                json[..end.unwrap_or(0)].to_owned()
            }
            2 => json.replace('"', "'"),
            3 => json.replace("\": ", "\" = "),
            4 => json.replacen('}', ",}", 1),
            5 => format!("{json} {MARK}"),
            6 => json.replace('"', "\\\""),
            7 => format!("{{{json}}}"),
            8 => format!("\u{feff}{json}"),
            9 => json.replacen('{', "{ // a comment\n", 1),
            10 => json_string(&json),
            11 => format!("\"{json}\""),
            _ => json,
        })
        .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentinels_are_found_in_every_guise() {
        let sentinel = Sentinel::of_length(24);
        let letters = &sentinel.text()[7..];
        assert!(sentinel.found_in("nothing to be seen of s3cr3t- or ****").is_none());
        assert!(sentinel.found_in(letters).is_some());
        assert!(sentinel.found_in(&letters[5..9].to_uppercase()).is_some());
        assert!(sentinel.found_in(&letters[5..8]).is_none());
        assert!(sentinel.found_in(&base64(letters).unwrap()).is_some());
        assert!(sentinel.found_in(&base64(&format!("a{letters}")).unwrap()).is_some());
        for (mark, _) in GUISES {
            let text = Template(mark.to_string()).fill(&sentinel);
            assert!(sentinel.found_in(&text).is_some(), "{text}");
            assert!(sentinel.found_in(&format!("x{}", json_string(&text))).is_some(), "{text}");
        }
    }
}
