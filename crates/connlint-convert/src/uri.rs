//! URIs that carry more than Airflow's own do.

use std::fmt::Write as _;

use connlint_parser::{Connection, FieldValue, Port};
use connlint_text::Encoding;

/// A URI for what [`Connection::get_uri`] loses although a URI can say it; `None` where a field is
/// no text.
///
/// - The host is escaped down to its capitals, which Airflow lower-cases unless they are escaped.
/// - `extra` is always `__extra__`, so that `"1"` stays a text and `{"a":1}` keeps its form.
/// - A port of 0, and an empty login by itself, are written.
pub(crate) fn exact_uri(connection: &Connection<'_>) -> Option<String> {
    let mut uri = String::new();
    match text(connection.conn_type.as_ref())? {
        "" => uri.push_str("//"),
        conn_type => {
            uri.push_str(&conn_type.replace('_', "-"));
            uri.push_str("://");
        }
    }
    uri.push_str(&Encoding::Component.encode(text(connection.login.as_ref())?));
    if let Some(password) = &connection.password {
        uri.push(':');
        uri.push_str(&Encoding::Component.encode(text(Some(password))?));
    }
    if connection.login.is_some() || connection.password.is_some() {
        uri.push('@');
    }
    escape_host(&mut uri, text(connection.host.as_ref())?);
    match &connection.port {
        None => {}
        // Writing to a string does not fail.
        Some(Port::Number(port)) => drop(write!(uri, ":{port}")),
        Some(Port::Big(_) | Port::Value(_)) => return None,
    }
    let schema = text(connection.schema.as_ref())?;
    if !schema.is_empty() {
        uri.push('/');
        uri.push_str(&Encoding::Component.encode(schema));
    }
    if let Some(extra) = &connection.extra {
        uri.push_str(if schema.is_empty() { "/?" } else { "?" });
        uri.push_str("__extra__=");
        uri.push_str(&Encoding::Query.encode(text(Some(extra))?));
    }
    Some(uri)
}

/// The text of a field, `""` where there is none.
fn text<'v>(value: Option<&'v FieldValue<'_>>) -> Option<&'v str> {
    value.map_or(Some(""), FieldValue::as_str)
}

fn escape_host(uri: &mut String, host: &str) {
    for &byte in host.as_bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}
