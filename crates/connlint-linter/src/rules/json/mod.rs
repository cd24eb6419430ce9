//! Connections written as JSON objects.

pub(crate) mod field_not_text;
pub(crate) mod invalid_extra;
pub(crate) mod invalid_json;
pub(crate) mod invalid_json_field;
pub(crate) mod invalid_json_port;
pub(crate) mod unknown_json_key;
pub(crate) mod uri_with_fields;

use connlint_text::{Grounds, Message, Public, message};

/// A key as a message shows it, where it looks like a name.
pub(crate) fn key_name(key: &str) -> Option<Public<'static>> {
    crate::disclosure::is_name(key).then(|| Public::vouch(key.to_owned(), Grounds::Name))
}

/// "key `user`", or just "key" where it does not look like a name.
pub(crate) fn key_words(key: &str) -> Message {
    key_name(key).map_or_else(|| message!["key"], |name| message!["key `", name, "`"])
}
