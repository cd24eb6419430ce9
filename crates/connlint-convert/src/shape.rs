use connlint_json::{Node, Value, parse};
use connlint_parser::{Connection, FieldValue, Port};

use crate::Field;

/// How two connections of one id differ, without what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeDifference {
    /// In which field.
    pub field: Field,
    /// In which key of it, where the field is `extra` and both are objects; `None` for all of it, and
    /// for a key without a value: in a URI that may be a piece of a password.
    pub key: Option<String>,
    /// How.
    pub how: Contrast,
}

/// What is the case on one side and not on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contrast {
    /// Only the first has it.
    OnlyFirst,
    /// Only the second has it.
    OnlySecond,
    /// Both have it, as values of other types.
    Type,
    /// Both have it, and it says where to connect to: it says something else.
    Value,
}

/// How two connections differ in where they lead and in what they are made of.
///
/// `conn_type`, `host` and `port` are compared as they are. Of the others only whether they are
/// there and of which type: environments have secrets of their own.
///
/// ```
/// use connlint_convert::{Contrast, Field, shape_differences};
/// use connlint_parser::Connection;
///
/// let test = Connection { host: Some("db.test".into()), password: Some("a".into()), ..Connection::default() };
/// let live = Connection { host: Some("db.live".into()), password: Some("b".into()), ..Connection::default() };
/// let found = shape_differences(&test, &live);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].field, found[0].how), (Field::Host, Contrast::Value));
/// ```
pub fn shape_differences(one: &Connection<'_>, other: &Connection<'_>) -> Vec<ShapeDifference> {
    let mut found = Vec::new();
    for &field in Field::ALL {
        if field == Field::Extra {
            of_extra(one.extra.as_ref(), other.extra.as_ref(), &mut found);
            continue;
        }
        let is_compared = matches!(field, Field::ConnType | Field::Host | Field::Port);
        let how = match (kind(field, one), kind(field, other)) {
            (None, None) => None,
            (Some(_), None) => Some(Contrast::OnlyFirst),
            (None, Some(_)) => Some(Contrast::OnlySecond),
            (Some(one), Some(other)) if one != other => Some(Contrast::Type),
            _ => (is_compared && !field.is_same(one, other)).then_some(Contrast::Value),
        };
        found.extend(how.map(|how| ShapeDifference { field, key: None, how }));
    }
    found
}

/// The object that a text stands for.
fn object(text: &str) -> Option<Node<'_>> {
    parse(text).ok().filter(|node| node.as_object().is_some())
}

/// The type of what a field says; nothing where it says nothing.
fn kind(field: Field, connection: &Connection<'_>) -> Option<&'static str> {
    let value = match field {
        Field::ConnType => &connection.conn_type,
        Field::Description => &connection.description,
        Field::Host => &connection.host,
        Field::Login => &connection.login,
        Field::Password => &connection.password,
        Field::Schema => &connection.schema,
        Field::Extra => &connection.extra,
        Field::Port => {
            return connection.port.as_ref().map(|port| match port {
                Port::Number(_) | Port::Big(_) => "number",
                Port::Value(_) => "value",
            });
        }
    };
    match value.as_ref()? {
        FieldValue::Text(text) if text.is_empty() => None,
        FieldValue::Text(_) => Some("text"),
        _ => Some("value"),
    }
}

fn of_extra(
    one: Option<&FieldValue<'_>>,
    other: Option<&FieldValue<'_>>,
    found: &mut Vec<ShapeDifference>,
) {
    let field = Field::Extra;
    let text = |extra: Option<&FieldValue<'_>>| {
        let text = extra?.as_text()?.as_str()?.to_owned();
        Some(text).filter(|text| !text.is_empty())
    };
    let (one, other) = (text(one), text(other));
    let how = match (&one, &other) {
        (None, None) => return,
        (Some(_), None) => Contrast::OnlyFirst,
        (None, Some(_)) => Contrast::OnlySecond,
        (Some(one), Some(other)) => {
            return match (object(one), object(other)) {
                (Some(one), Some(other)) => of_objects(&one, &other, found),
                (None, None) => {}
                _ => found.push(ShapeDifference { field, key: None, how: Contrast::Type }),
            };
        }
    };
    found.push(ShapeDifference { field, key: None, how });
}

fn of_objects(one: &Node<'_>, other: &Node<'_>, found: &mut Vec<ShapeDifference>) {
    let is_bare = |key: &str| {
        let members =
            [one, other].into_iter().flat_map(|node| node.as_object().unwrap_or_default());
        let mut values = members.filter(|it| it.key.text().to_lossy() == key).map(|it| &it.value);
        values.any(|it| matches!(&it.value, Value::String(text) if text.text().is_empty()))
    };
    let members = |node: &Node<'_>| -> Vec<(String, &'static str)> {
        let members = node.as_object().unwrap_or_default();
        let kept = connlint_json::kept_members(members).into_iter();
        kept.map(|it| (it.key.text().to_lossy().into_owned(), type_of(&it.value))).collect()
    };
    let (one, other) = (members(one), members(other));
    let type_in = |side: &[(String, &'static str)], key: &str| {
        side.iter().find(|(name, _)| name == key).map(|(_, kind)| *kind)
    };
    let mut push = |key: &str, how| {
        let key = Some(key.to_owned()).filter(|key| !is_bare(key));
        found.push(ShapeDifference { field: Field::Extra, key, how });
    };
    for (key, kind) in &one {
        match type_in(&other, key) {
            None => push(key, Contrast::OnlyFirst),
            Some(it) if it != *kind => push(key, Contrast::Type),
            Some(_) => {}
        }
    }
    for (key, _) in other.iter().filter(|(key, _)| type_in(&one, key).is_none()) {
        push(key, Contrast::OnlySecond);
    }
}

const fn type_of(node: &Node<'_>) -> &'static str {
    match node.value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use connlint_catalog::{AirflowVersion, Profile};
    use connlint_parser::read_fields_node;

    use super::*;

    #[test]
    fn secrets_are_not_compared() {
        use Contrast::{OnlyFirst, OnlySecond, Type, Value};
        for (one, other, expected) in [
            (r#"{"password": "a"}"#, r#"{"password": "b"}"#, None),
            (r#"{"password": "a"}"#, "{}", Some((Field::Password, None, OnlyFirst))),
            (r#"{"password": ""}"#, "{}", None),
            (r#"{"port": 1}"#, r#"{"port": 2}"#, Some((Field::Port, None, Value))),
            (r#"{"port": 1}"#, r#"{"port": "1"}"#, Some((Field::Port, None, Type))),
            (
                r#"{"conn_type": "a"}"#,
                r#"{"conn_type": "b"}"#,
                Some((Field::ConnType, None, Value)),
            ),
            (r#"{"extra": "{\"a\": 1}"}"#, r#"{"extra": "{\"a\": 2}"}"#, None),
            (
                r#"{"extra": "{\"a\": 1}"}"#,
                r#"{"extra": "{\"a\": \"1\"}"}"#,
                Some((Field::Extra, Some("a"), Type)),
            ),
            (
                r#"{"extra": "{}"}"#,
                r#"{"extra": "{\"a\": 1}"}"#,
                Some((Field::Extra, Some("a"), OnlySecond)),
            ),
            (r#"{"extra": "{}"}"#, r#"{"extra": "[1]"}"#, Some((Field::Extra, None, Type))),
            ("{}", r#"{"extra": "{}"}"#, Some((Field::Extra, None, OnlySecond))),
        ] {
            let connection = |text| {
                let node = parse(text).unwrap();
                // Older ones take any text for `extra`.
                let profile = Profile::core(AirflowVersion::series(2, 10));
                read_fields_node(text, node, profile).connection().unwrap()
            };
            let found = shape_differences(&connection(one), &connection(other));
            let found: Vec<_> =
                found.iter().map(|it| (it.field, it.key.as_deref(), it.how)).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{one} {other}");
        }
    }
}
