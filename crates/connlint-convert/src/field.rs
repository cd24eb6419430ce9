use connlint_json::{PyText, dumps, parse};
use connlint_parser::{Connection, FieldValue};

/// A field of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `conn_type`.
    ConnType,
    /// `description`.
    Description,
    /// `host`.
    Host,
    /// `login`.
    Login,
    /// `password`.
    Password,
    /// `schema`.
    Schema,
    /// `port`.
    Port,
    /// `extra`.
    Extra,
}

impl Field {
    /// All of them. A form that mistakes the type for something else loses what follows too, so
    /// the type comes first.
    pub const ALL: &[Self] = &[
        Self::ConnType,
        Self::Description,
        Self::Host,
        Self::Login,
        Self::Password,
        Self::Schema,
        Self::Port,
        Self::Extra,
    ];

    /// Airflow's name for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConnType => "conn_type",
            Self::Description => "description",
            Self::Host => "host",
            Self::Login => "login",
            Self::Password => "password",
            Self::Schema => "schema",
            Self::Port => "port",
            Self::Extra => "extra",
        }
    }

    /// Whether two connections say the same in this field.
    ///
    /// A host or schema of `""` is none: a URI always says `""`, and what asks for them treats
    /// both alike. So is an empty description, which nobody but people reads. `extra` is compared
    /// as the JSON value it stands for, and none is the same as `""`, which stands for no value.
    /// Everything else must be equal, type included.
    pub(crate) fn is_same(self, one: &Connection<'_>, other: &Connection<'_>) -> bool {
        let said = |value: &Option<FieldValue<'_>>| {
            value.as_ref().is_some_and(|value| value.as_text().is_none_or(|it| !it.is_empty()))
        };
        let same_or_unsaid = |one: &Option<FieldValue<'_>>, other: &Option<FieldValue<'_>>| {
            one == other || !said(one) && !said(other)
        };
        match self {
            Self::ConnType => one.conn_type == other.conn_type,
            Self::Description => same_or_unsaid(&one.description, &other.description),
            Self::Host => same_or_unsaid(&one.host, &other.host),
            Self::Login => one.login == other.login,
            Self::Password => one.password == other.password,
            Self::Schema => same_or_unsaid(&one.schema, &other.schema),
            Self::Port => one.port == other.port,
            Self::Extra => {
                same_or_unsaid(&one.extra, &other.extra)
                    || is_same_json(one.extra.as_ref(), other.extra.as_ref())
            }
        }
    }

    /// Whether a connection says anything in this field.
    pub(crate) const fn is_said(self, connection: &Connection<'_>) -> bool {
        match self {
            Self::ConnType => connection.conn_type.is_some(),
            Self::Description => connection.description.is_some(),
            Self::Host => connection.host.is_some(),
            Self::Login => connection.login.is_some(),
            Self::Password => connection.password.is_some(),
            Self::Schema => connection.schema.is_some(),
            Self::Port => connection.port.is_some(),
            Self::Extra => connection.extra.is_some(),
        }
    }

    /// The connection with nothing remarkable in this field.
    pub(crate) fn without<'a>(self, connection: &Connection<'a>) -> Connection<'a> {
        let mut rest = connection.clone();
        match self {
            // Without a type there is no URI that says so.
            Self::ConnType => rest.conn_type = Some("generic".into()),
            Self::Description => rest.description = None,
            Self::Host => rest.host = None,
            Self::Login => rest.login = None,
            Self::Password => rest.password = None,
            Self::Schema => rest.schema = None,
            Self::Port => rest.port = None,
            Self::Extra => rest.extra = None,
        }
        rest
    }
}

/// The fields in which two connections differ, types included.
pub fn differences(one: &Connection<'_>, other: &Connection<'_>) -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied().filter(|field| !field.is_same(one, other))
}

/// The first of them.
pub(crate) fn first_difference(one: &Connection<'_>, other: &Connection<'_>) -> Option<Field> {
    differences(one, other).next()
}

fn is_same_json(one: Option<&FieldValue<'_>>, other: Option<&FieldValue<'_>>) -> bool {
    let value = |extra: Option<&FieldValue<'_>>| match extra?.as_text()? {
        PyText::Str(text) => parse(text).ok().map(|node| dumps(&node)),
        PyText::Surrogates(_) => None,
    };
    value(one).is_some_and(|one| value(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use connlint_catalog::Profile;
    use connlint_parser::{Port, read_fields_node};

    use super::*;

    #[test]
    fn none_and_empty_are_the_same_where_nobody_can_tell() {
        use Field::{ConnType, Extra, Login, Password, Port};
        for (one, other, expected) in [
            (r#"{"host": ""}"#, "{}", None),
            (r#"{"schema": ""}"#, "{}", None),
            (r#"{"description": ""}"#, "{}", None),
            (r#"{"extra": ""}"#, "{}", None),
            (r#"{"conn_type": ""}"#, "{}", Some(ConnType)),
            (r#"{"login": ""}"#, "{}", Some(Login)),
            (r#"{"login": "a", "password": "b"}"#, r#"{"login": "a"}"#, Some(Password)),
            (r#"{"port": 0}"#, "{}", Some(Port)),
            (r#"{"port": "1"}"#, r#"{"port": 1}"#, Some(Port)),
            (r#"{"extra": "{\"a\":1}"}"#, r#"{"extra": "{ \"a\" : 1 }"}"#, None),
            (r#"{"extra": "{\"a\":1}"}"#, r#"{"extra": "{\"a\":\"1\"}"}"#, Some(Extra)),
            (r#"{"extra": "{\"a\":1}"}"#, r#"{"extra": "{\"a\":1.0}"}"#, Some(Extra)),
            (r#"{"extra": "{}"}"#, "{}", Some(Extra)),
        ] {
            let connection = |text| {
                let node = parse(text).unwrap();
                read_fields_node(text, node, Profile::NEWEST).connection().unwrap()
            };
            assert_eq!(
                first_difference(&connection(one), &connection(other)),
                expected,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn fields_are_named_as_in_airflow() {
        let whole = Connection {
            conn_type: Some("x".into()),
            description: Some("d".into()),
            host: Some("h".into()),
            login: Some("l".into()),
            password: Some("p".into()),
            schema: Some("s".into()),
            port: Some(Port::Number(1)),
            extra: Some("{}".into()),
        };
        for &field in Field::ALL {
            assert!(field.is_said(&whole));
            assert_eq!(first_difference(&whole, &field.without(&whole)), Some(field));
        }
    }
}
