//! The JSON forms.

use connlint_json::{ObjectWriter, PyText, dumps, dumps_str, parse};
use connlint_parser::{Connection, FieldValue, Port};

/// How `extra` is written in the JSON that `from_json` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    /// As the object that it stands for.
    Object,
    /// As the text that it is.
    Text,
}

/// The JSON that `Connection.from_json` reads: ASCII only, in one line.
pub(crate) fn fields(connection: &Connection<'_>, how: Extra) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    let mut field = |name: &str, value: Option<String>| {
        if let Some(json) = value {
            object.raw(&name.into(), &json);
        }
    };
    field("conn_type", connection.conn_type.as_ref().map(value));
    field("description", connection.description.as_ref().map(value));
    field("host", connection.host.as_ref().map(value));
    field("login", connection.login.as_ref().map(value));
    field("password", connection.password.as_ref().map(value));
    field("schema", connection.schema.as_ref().map(value));
    // `from_json` drops the number 0 but converts the text "0".
    let is_zero = connection.port == Some(Port::Number(0));
    field(
        "port",
        if is_zero { Some("\"0\"".to_owned()) } else { connection.port.as_ref().map(port) },
    );
    field("extra", connection.extra.as_ref().map(|extra| self::extra(extra, how)));
    object.finish();
    out
}

/// An entry of `airflow connections export`, without the id and the comma behind it.
pub(crate) fn export(id: &str, connection: &Connection<'_>) -> String {
    let Connection { conn_type, description, host, login, password, schema, port, extra } =
        connection;
    let json = |value: &Option<FieldValue<'_>>| {
        value.as_ref().map_or_else(|| "null".to_owned(), self::value)
    };
    let port = port.as_ref().map_or_else(|| "null".to_owned(), self::port);
    format!(
        "  {id}: {{\n    \"conn_type\": {},\n    \"description\": {},\n    \"login\": {},\n    \
         \"password\": {},\n    \"host\": {},\n    \"port\": {port},\n    \"schema\": {},\n    \
         \"extra\": {}\n  }}",
        json(conn_type),
        json(description),
        json(login),
        json(password),
        json(host),
        json(schema),
        json(extra),
        id = dumps_str(&id.into()),
    )
}

/// The same JSON without anything that some reader around it treats in its own way: all escapes are
/// `\uXXXX`; `'`, `$` and what would open a template are escaped.
pub(crate) fn portable(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut chars = json.chars();
    let mut before = '\0';
    while let Some(char) = chars.next() {
        match char {
            '\'' => out.push_str("\\u0027"),
            // Outside of texts there is neither `$` nor one of these pairs.
            '$' => out.push_str("\\u0024"),
            '{' if matches!(before, '{' | '%') => out.push_str("\\u007b"),
            '\\' => out.push_str(match chars.next() {
                Some('"') => "\\u0022",
                Some('\\') => "\\u005c",
                Some('n') => "\\u000a",
                Some('r') => "\\u000d",
                Some('t') => "\\u0009",
                Some('b') => "\\u0008",
                Some('f') => "\\u000c",
                // `json.dumps` writes no other escape but `\u`, which stays.
                _ => "\\u",
            }),
            _ => out.push(char),
        }
        before = char;
    }
    out
}

fn value(value: &FieldValue<'_>) -> String {
    match value {
        FieldValue::Text(text) => dumps_str(text),
        FieldValue::Json(node) | FieldValue::Dated(node) => dumps(node),
        FieldValue::Loaded(loaded) => dumps(&loaded.node()),
    }
}

fn port(port: &Port<'_>) -> String {
    match port {
        Port::Number(number) => number.to_string(),
        Port::Big(digits) => digits.clone(),
        Port::Value(value) => self::value(value),
    }
}

fn extra(extra: &FieldValue<'_>, how: Extra) -> String {
    if how == Extra::Object
        && let FieldValue::Text(PyText::Str(text)) = extra
        && let Ok(node) = parse(text)
        && node.as_object().is_some_and(|members| !members.is_empty())
    {
        return dumps(&node);
    }
    value(extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portable_json_has_one_kind_of_escape() {
        for (json, portable) in [
            (r#"{"a": "b"}"#, r#"{"a": "b"}"#),
            (r#"{"a": "it's \"\\\n\u00e9"}"#, r#"{"a": "it\u0027s \u0022\u005c\u000a\u00e9"}"#),
            (r#"{"a": {"b": "${c} {{d}} %{"}}"#, r#"{"a": {"b": "\u0024{c} {\u007bd}} %\u007b"}}"#),
            (r#""\\u0041""#, r#""\u005cu0041""#),
        ] {
            assert_eq!(super::portable(json), portable);
            let read = |json| dumps(&parse(json).unwrap());
            assert_eq!(read(json), read(portable));
        }
    }
}
