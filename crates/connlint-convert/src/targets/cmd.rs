//! Lines of a batch file of Windows that set environment variables.
//!
//! ```text
//! line = 'set "' name "=" value '"'
//! ```
//!
//! `cmd` fills in what stands between two `%`, at any place; `%%` is one. What else it takes for its
//! own it leaves alone between quotes, of which each `"` begins or ends some: JSON is written with
//! escapes in place of such characters. `!` means something only where a file asks for that, and
//! is escaped as well.

use std::fmt::Write as _;

use super::{Form, Part, Reader};

const HEAD: &str = "set \"";
const TAIL: &str = "\"";
/// What `cmd` takes for its own outside of quotes, or everywhere.
const SPECIAL: [char; 8] = ['&', '|', '<', '>', '^', '!', '(', ')'];

pub(crate) const FORM: Form = Form {
    entry: |item| {
        let is_json = item.value.starts_with('{');
        let mut value = String::with_capacity(item.value.len());
        for char in item.value.chars() {
            match char {
                '%' => value.push_str("%%"),
                char if is_json && SPECIAL.contains(&char) => {
                    // Writing to a string does not fail.
                    let _ = write!(value, "\\u{:04x}", u32::from(char));
                }
                ' '..='~' => value.push(char),
                _ => return None,
            }
        }
        Some(format!("{HEAD}{}={value}{TAIL}\n", item.name))
    },
    parts: |text, _| {
        let part = |line: &str| {
            let (name, value) = line.strip_prefix(HEAD)?.strip_suffix(TAIL)?.split_once('=')?;
            let text = value.replace("%%", "\0");
            let is_whole = !text.contains('%') && is_quoted(&text);
            is_whole
                .then(|| Part { name: Some(name.to_owned()), text: text.replace('\0', "%").into() })
        };
        text.lines().map(part).collect()
    },
    reader: Reader::Text,
    // A line has up to 8,191 characters.
    limit: Some(8_000),
    ..Form::VARIABLES
};

/// Whether no special character is outside of quotes, where `value` begins within them.
fn is_quoted(value: &str) -> bool {
    let mut in_quotes = true;
    value.chars().all(|char| {
        in_quotes ^= char == '"';
        char != '!' && (in_quotes || !SPECIAL.contains(&char))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_protect() {
        for (value, expected) in [
            ("http://h?a=b&c=d", true),
            ("{\"a\": \"b\"}", true),
            ("{\"a\": \"b&c\"}", false),
            ("{\"a&\": 1}", false),
            ("a!", false),
        ] {
            assert_eq!(is_quoted(value), expected, "{value}");
        }
    }
}
