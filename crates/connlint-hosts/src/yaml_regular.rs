//! YAML of the shape that `airflow connections export` writes, read without a parser.
//!
//! ```text
//! my_conn:
//!   conn_type: postgres
//!   extra: "{\"sslmode\": \"require\"}"
//!   host: null
//! ```
//!
//! Mappings of one-line scalars below keys in the first column, and nothing else: no comment, no
//! anchor, tag or alias, no list, no block. Whatever looks otherwise is left to the parser, and so
//! is the whole file. A test holds both to the same outcome.

use std::borrow::Cow;

use connlint_text::{Raw, Span};
use granit_parser::ScalarStyle;
use memchr::memchr;

use crate::yaml::{Node, Scalar};
use crate::yaml_scalar::decode;

/// The longest key, in bytes: YAML has a limit of its own far above.
const LONGEST_KEY: usize = 256;

/// The members of the file's mapping; `None` where the file is of any other shape.
pub(crate) fn members(text: &str) -> Option<Vec<(Node<'_>, Node<'_>)>> {
    let mut lines = Lines { text, at: 0 };
    let mut members = Vec::new();
    while lines.at < text.len() {
        let (key, value) = lines.key(0)?;
        if !value.is_empty() {
            return None;
        }
        let fields = lines.fields()?;
        let (first, last) = (fields.first()?.0.span(), fields.last()?.1.span());
        let mapping = Node::Mapping { members: fields, span: first.join(last), is_whole: true };
        members.push((key, mapping));
    }
    (!members.is_empty()).then_some(members)
}

/// The lines of the file that are still to be read.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    /// The fields of one connection: lines that begin with as many blanks as the first.
    fn fields(&mut self) -> Option<Vec<(Node<'t>, Node<'t>)>> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let indent = rest.iter().take_while(|&&byte| byte == b' ').count();
        if indent == 0 {
            return None;
        }
        let mut fields = Vec::with_capacity(8);
        loop {
            let (key, value) = self.key(indent)?;
            fields.push((key, scalar(self.text, value)?));
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            match rest.iter().position(|&byte| byte != b' ') {
                // The next connection, or the end.
                Some(0) | None if rest.first() != Some(&b' ') => return Some(fields),
                Some(blanks) if blanks == indent => {}
                _ => return None,
            }
        }
    }

    /// A key behind `indent` blanks, and where the rest of its line stands.
    ///
    /// key = plain-key / DQUOTE *any DQUOTE
    /// plain-key = ( ALPHA / DIGIT / "_" ) *( ALPHA / DIGIT / "_" / "-" / "." )
    fn key(&mut self, indent: usize) -> Option<(Node<'t>, std::ops::Range<usize>)> {
        let start = self.at + indent;
        let bytes = self.text.as_bytes().get(start..)?;
        let (style, quote, len) = match bytes {
            [b'"', inside @ ..] => {
                let len = memchr(b'"', inside)?;
                let inside = inside.get(..len)?;
                if memchr(b'\\', inside).is_some() || !is_one_line(inside) {
                    return None;
                }
                (ScalarStyle::DoubleQuoted, 1, len + 2)
            }
            [first, ..] if first.is_ascii_alphanumeric() || *first == b'_' => {
                let is_of_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
                let len = bytes.iter().take_while(|byte| is_of_key(byte)).count();
                (ScalarStyle::Plain, 0, len)
            }
            _ => return None,
        };
        if len > LONGEST_KEY {
            return None;
        }
        let value = match bytes.get(len..)? {
            [b':', b'\n', ..] => start + len + 1..start + len + 1,
            [b':', b' ', rest @ ..] => {
                let from = start + len + 2;
                from..from + memchr(b'\n', rest)?
            }
            _ => return None,
        };
        self.at = value.end + 1;
        let span = Span::from_range(start..start + len);
        let written = Cow::Borrowed(self.text.get(start + quote..start + len - quote)?);
        Some((Node::Scalar(Scalar::untagged(written, style, span)), value))
    }
}

/// A scalar that fills the rest of a line.
fn scalar(text: &str, range: std::ops::Range<usize>) -> Option<Node<'_>> {
    let written = text.get(range.clone())?;
    let span: Span<Raw> = Span::from_range(range);
    let (style, inner) = match written.as_bytes() {
        [b'"', inner @ .., b'"'] if is_double_quoted(inner) => (ScalarStyle::DoubleQuoted, inner),
        [b'\'', inner @ .., b'\''] if is_single_quoted(inner) => (ScalarStyle::SingleQuoted, inner),
        bytes if is_plain(bytes) => (ScalarStyle::Plain, bytes),
        _ => return None,
    };
    let is_verbatim = match style {
        ScalarStyle::DoubleQuoted => memchr(b'\\', inner).is_none(),
        ScalarStyle::SingleQuoted => memchr(b'\'', inner).is_none(),
        _ => true,
    };
    let value = if is_verbatim {
        let quote = (written.len() - inner.len()) / 2;
        Cow::Borrowed(written.get(quote..written.len() - quote)?)
    } else {
        decode(text, span, style, None).into_text()
    };
    Some(Node::Scalar(Scalar::untagged(value, style, span)))
}

/// Printable ASCII that no sign of YAML begins, and without one that could mean more: `: `, ` #`.
fn is_plain(bytes: &[u8]) -> bool {
    let [first, .., last] = bytes else {
        return matches!(bytes, [only] if only.is_ascii_alphanumeric());
    };
    let is_alike = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'#';
    (first.is_ascii_alphanumeric() || matches!(first, b'_' | b'/'))
        && !matches!(last, b' ' | b':')
        && bytes.iter().fold(true, |all, &byte| all & is_alike(byte))
        && memchr::memmem::find(bytes, b": ").is_none()
}

/// What stands between double quotes on one line, with the escapes that JSON has too.
fn is_double_quoted(inner: &[u8]) -> bool {
    let mut rest = inner;
    loop {
        let Some(at) = memchr::memchr2(b'"', b'\\', rest) else { return is_one_line(inner) };
        rest = match rest.get(at..) {
            Some([b'\\', b'"' | b'\\' | b'/' | b'n' | b't' | b'r', rest @ ..]) => rest,
            Some([b'\\', b'x', a, b, rest @ ..])
                if [a, b].into_iter().all(u8::is_ascii_hexdigit) =>
            {
                rest
            }
            _ => return false,
        };
    }
}

/// What stands between single quotes on one line: a quote is written twice.
fn is_single_quoted(inner: &[u8]) -> bool {
    let mut rest = inner;
    while let Some(at) = memchr(b'\'', rest) {
        match rest.get(at + 1..) {
            Some([b'\'', behind @ ..]) => rest = behind,
            _ => return false,
        }
    }
    is_one_line(inner)
}

/// Whether there is no control character, and no other character that ends a line in YAML 1.1.
fn is_one_line(inner: &[u8]) -> bool {
    let is_control = |byte: u8| matches!(byte, 0..b' ' | 0x7f);
    // U+0080 to U+009F, U+2028 and its like, U+FEFF and U+FFFE begin with these bytes.
    let is_odd = |byte: u8| matches!(byte, 0xC2 | 0xE2 | 0xEF);
    inner.iter().fold(true, |all, &byte| all & !is_control(byte) & !is_odd(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::yaml::{Source, Yaml};

    /// What both readers make of a text, where the text is regular.
    fn outcomes(text: &str) -> Option<[String; 2]> {
        let source = Source::plain(text);
        members(text)?;
        Some([Yaml::load(&source), Yaml::parse(&source)].map(|yaml| yaml.outline()))
    }

    #[test]
    fn an_export_is_regular() {
        let text = "a:\n  conn_type: x\n  extra: \"{\\\"k\\\": 1}\"\n  host: null\nb-1:\n    uri: 'x://h''i'\n";
        let [ours, theirs] = outcomes(text).unwrap();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn what_means_more_is_left_to_the_parser() {
        for text in [
            "",
            "a: b\n",
            "a:\n",
            "a:\nb:\n  c: d\n",
            "a:\n  b: &x c\n",
            "a:\n  b: *x\n",
            "a:\n  b: !t c\n",
            "a:\n  b: [c]\n",
            "a:\n  b: |\n    c\n",
            "a:\n  b: c # d\n",
            "a:\n  b: c: d\n",
            "a:\n  b: c \n",
            "a:\n  b:\tc\n",
            "a:\n  b: c\n    d\n",
            "a:\n  b: c\n   d: e\n",
            "a:\n  b: \"c\n    d\"\n",
            "a:\n  b: \"\\u0041\"\n",
            "a:\n  b: 'c'd'\n",
            "a:\n  b: c\r\n",
            "a:\n  b: c",
            "# a\na:\n  b: c\n",
            "---\na:\n  b: c\n",
            "a:\n  <<: c\n",
            "a:\n  b: \"\u{2028}\"\n",
        ] {
            assert!(members(text).is_none(), "{text:?}");
        }
    }

    /// Files that are regular, or were.
    fn files() -> impl Strategy<Value = String> {
        let key = r#"[a-z0-9_][a-z0-9_.-]{0,6}|"[ -~&&[^"\\]]{0,6}""#;
        let plain = "[a-zA-Z0-9_/][ -~]{0,10}";
        let double = r#""([ -~&&[^"\\]]|\\["\\/ntrx]|\\x[0-9a-f]{2}|é){0,10}""#;
        let single = "'([ -~&&[^']]|''|é){0,10}'";
        let word = prop::sample::select(vec![
            "null",
            "~",
            "yes",
            "012",
            "1e3",
            "1:30",
            "2024-01-01",
            "0x1F",
            ".5",
            "-1",
            "=",
            "{",
            "",
        ]);
        let scalar = prop_oneof![
            plain.prop_map(String::from),
            double.prop_map(String::from),
            single.prop_map(String::from),
            word.prop_map(String::from),
        ];
        let field = (key, scalar).prop_map(|(key, scalar)| format!("{key}: {scalar}\n"));
        let connection = (key, 1..4usize, prop::collection::vec(field, 1..4)).prop_map(
            |(key, indent, fields)| {
                let blanks = " ".repeat(indent);
                let fields = fields.join(&blanks);
                format!("{key}:\n{blanks}{fields}")
            },
        );
        prop::collection::vec(connection, 1..4).prop_map(|connections| connections.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2048, ..ProptestConfig::default() })]

        #[test]
        fn a_regular_file_is_read_as_the_parser_reads_it(text in files()) {
            if let Some([ours, theirs]) = outcomes(&text) {
                prop_assert_eq!(ours, theirs);
            }
        }
    }
}
