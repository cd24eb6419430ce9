//! Lines of a batch file of Windows that set environment variables.
//!
//! `cmd` fills in what stands between two `%`, at any place; `%%` is one. What else it takes for its
//! own it leaves alone between quotes, of which each `"` begins or ends some: JSON is written with
//! escapes in place of such characters. `!` means something only where a file asks for that, and
//! is escaped as well.

use std::fmt::Write as _;

use connlint_hosts::HostFormat;

use super::{Form, Reader};

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
        Some(format!("set \"{}={value}\"\n", item.name))
    },
    reader: Reader::Host(HostFormat::Batch),
    // A line has up to 8,191 characters.
    limit: Some(8_000),
    ..Form::VARIABLES
};
