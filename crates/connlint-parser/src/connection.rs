use std::borrow::Cow;
use std::fmt;

use connlint_catalog::{Profile, Quirk};
use connlint_json::{JsonException, Node, ObjectWriter, PyText, Value, dumps, dumps_pruned};

use crate::{Exception, Uri};

/// The values that Airflow's `Connection` would hold; `None` is Python's.
///
/// `Debug` shows which fields there are, never what they say.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Connection<'a> {
    /// `conn_type`.
    pub conn_type: Option<FieldValue<'a>>,
    /// `description`.
    pub description: Option<FieldValue<'a>>,
    /// `host`.
    pub host: Option<FieldValue<'a>>,
    /// `login`.
    pub login: Option<FieldValue<'a>>,
    /// `password`.
    pub password: Option<FieldValue<'a>>,
    /// `schema`.
    pub schema: Option<FieldValue<'a>>,
    /// `port`.
    pub port: Option<Port<'a>>,
    /// `extra`: JSON text, as a rule.
    pub extra: Option<FieldValue<'a>>,
}

/// The value of a field.
///
/// Airflow does not check types: what JSON or YAML says is what `Connection` holds.
#[derive(Clone)]
pub enum FieldValue<'a> {
    /// A text, as it should be.
    Text(PyText<'a>),
    /// Something else.
    Json(Node<'a>),
    /// A date of YAML, or an array or object with one in it, which `json.dumps` does not take.
    /// The node has the date as the text it is written as.
    Dated(Node<'a>),
    /// What Airflow has made of the JSON text that a URI holds.
    Loaded(Loaded),
}

/// A value of Python that came of a JSON text, and holds no document.
#[derive(Clone)]
pub struct Loaded(Box<str>);

impl Loaded {
    /// The value, where the text is JSON.
    fn of(json: &str) -> Option<Self> {
        connlint_json::parse(json).is_ok().then(|| Self(json.into()))
    }

    /// The value.
    pub fn node(&self) -> Node<'_> {
        connlint_json::parse(&self.0).expect("it was JSON when it was loaded")
    }
}

/// A port as Airflow holds it.
#[derive(Clone, PartialEq, Eq)]
pub enum Port<'a> {
    /// A number; where it comes from JSON its range is not checked.
    Number(i64),
    /// A number beyond 64 bits, in decimal digits.
    Big(String),
    /// What a connections file says, which Airflow does not convert.
    Value(FieldValue<'a>),
}

impl<'a> FieldValue<'a> {
    /// The value of a JSON value; `null` is none.
    pub fn of(node: &Node<'a>) -> Option<Self> {
        match &node.value {
            Value::Null => None,
            Value::String(string) => Some(Self::Text(string.text())),
            _ => Some(Self::Json(node.clone())),
        }
    }

    /// The text, where it is one.
    pub const fn as_text(&self) -> Option<&PyText<'a>> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The text, where it is one that UTF-8 can say.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().and_then(PyText::as_str)
    }

    /// Python's `bool()`.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Json(node) | Self::Dated(node) => node.is_truthy(),
            Self::Loaded(loaded) => loaded.node().is_truthy(),
        }
    }

    /// The name of its Python type.
    pub fn python_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "str",
            Self::Dated(node) if node.as_string().is_some() => date_type(node),
            Self::Json(node) | Self::Dated(node) => node.python_type(),
            Self::Loaded(loaded) => loaded.node().python_type(),
        }
    }

    /// As `json.dumps` writes it once Airflow's `prune_dict` has taken every `null` out.
    fn write_pruned(&self) -> Result<String, Exception> {
        match self {
            Self::Text(text) => Ok(connlint_json::dumps_str(text)),
            Self::Json(node) => Ok(dumps_pruned(node)),
            Self::Loaded(loaded) => Ok(dumps_pruned(&loaded.node())),
            Self::Dated(_) => Err(Exception::TypeError),
        }
    }
}

impl Port<'_> {
    /// The port of a number in decimal digits.
    pub fn from_digits(digits: &str) -> Self {
        digits.parse().map_or_else(|_| Self::Big(digits.to_owned()), Self::Number)
    }

    /// Python's `bool()`.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Number(number) => *number != 0,
            Self::Big(_) => true,
            Self::Value(value) => value.is_truthy(),
        }
    }
}

impl<'a> Connection<'a> {
    /// What a URI says, where Airflow does not raise.
    pub fn of_uri(uri: &'a Uri<'_>) -> Option<Self> {
        let extra = || uri.extra_value().map(|extra| FieldValue::Text(PyText::Str(extra.into())));
        let connection = Self::of_uri_without_extra(uri)?;
        Some(if uri.is_absent() { connection } else { Self { extra: extra(), ..connection } })
    }

    /// The same but for `extra`, which costs more than all the others.
    pub(crate) fn of_uri_without_extra(uri: &'a Uri<'_>) -> Option<Self> {
        if uri.failure.is_some() {
            return None;
        }
        if uri.is_absent() {
            return Some(Self::default());
        }
        let field = |text: Cow<'a, str>| Some(FieldValue::Text(PyText::Str(text)));
        Some(Self {
            conn_type: field(Cow::Borrowed(&uri.conn_type)),
            description: None,
            host: field(uri.host_value()),
            login: uri.login_value().and_then(field),
            password: uri.password_value().and_then(field),
            schema: field(uri.schema_value()),
            port: uri.port_value().map(|port| Port::Number(port.into())),
            extra: None,
        })
    }

    /// Airflow's `as_json` (since 2.8): the form that `from_json` reads.
    ///
    /// # Errors
    ///
    /// The exception that Airflow raises instead.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::{Connection, read_uri};
    ///
    /// let uri = read_uri("postgres://app@db:5432/app?sslmode=require", Profile::NEWEST);
    /// let connection = Connection::of_uri(&uri).unwrap();
    /// assert_eq!(
    ///     connection.as_json(Profile::NEWEST).unwrap(),
    ///     r#"{"conn_type": "postgres", "host": "db", "login": "app", "schema": "app", "port": 5432, "extra": {"sslmode": "require"}}"#,
    /// );
    /// ```
    pub fn as_json(&self, profile: Profile) -> Result<String, Exception> {
        let extra = self.extra_text()?;
        let extra = match &extra {
            Some(text) => load_extra(text, profile)?.filter(Node::is_truthy),
            None => None,
        };
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        for (name, value) in self.text_fields() {
            object.raw(&name.into(), &value.write_pruned()?);
        }
        match &self.port {
            None => {}
            Some(Port::Number(number)) => object.raw(&"port".into(), &number.to_string()),
            Some(Port::Big(digits)) => object.raw(&"port".into(), digits),
            Some(Port::Value(value)) => object.raw(&"port".into(), &value.write_pruned()?),
        }
        if let Some(extra) = &extra {
            object.node(&"extra".into(), extra);
        }
        object.finish();
        Ok(out)
    }

    /// Airflow's `extra_dejson`, as JSON in Python's spacing: `{}` where `extra` is no JSON,
    /// `None` where there is none.
    ///
    /// # Errors
    ///
    /// The exception that Airflow raises instead.
    pub fn extra_dejson(&self, profile: Profile) -> Result<Option<String>, Exception> {
        let Some(text) = self.extra_text()? else { return Ok(None) };
        let json = load_extra(&text, profile)?;
        Ok(Some(json.map_or_else(|| "{}".to_owned(), |node| dumps(&node))))
    }

    /// The same with an `extra` as `json.loads` makes it, `{}` where there is none.
    ///
    /// # Errors
    ///
    /// The exception of [`extra_dejson`](Self::extra_dejson).
    pub(crate) fn with_extra_loaded(self, profile: Profile) -> Result<Self, Exception> {
        let json = self.extra_dejson(profile)?.unwrap_or_else(|| "{}".to_owned());
        let extra = match connlint_json::parse(&json).ok().map(|node| node.value) {
            None | Some(Value::Null) => None,
            Some(Value::String(string)) => Some(FieldValue::Text(string.text().into_owned())),
            Some(_) => Loaded::of(&json).map(FieldValue::Loaded),
        };
        Ok(Self { extra, ..self })
    }

    /// The same, independent of the document, where all of it is text.
    ///
    /// A value that is JSON stays bound to its document, so there is none for it.
    pub(crate) fn into_owned(self) -> Option<Connection<'static>> {
        let owned = |value: Option<FieldValue<'a>>| match value {
            None => Some(None),
            Some(FieldValue::Text(text)) => Some(Some(FieldValue::Text(text.into_owned()))),
            Some(FieldValue::Loaded(loaded)) => Some(Some(FieldValue::Loaded(loaded))),
            Some(FieldValue::Json(_) | FieldValue::Dated(_)) => None,
        };
        let port = match self.port {
            None => None,
            Some(Port::Number(number)) => Some(Port::Number(number)),
            Some(Port::Big(digits)) => Some(Port::Big(digits)),
            Some(Port::Value(value)) => owned(Some(value))?.map(Port::Value),
        };
        Some(Connection {
            conn_type: owned(self.conn_type)?,
            description: owned(self.description)?,
            host: owned(self.host)?,
            login: owned(self.login)?,
            password: owned(self.password)?,
            schema: owned(self.schema)?,
            port,
            extra: owned(self.extra)?,
        })
    }

    /// The fields that hold a text as a rule, in the order of `as_json`.
    fn text_fields(&self) -> impl Iterator<Item = (&'static str, &FieldValue<'a>)> {
        [
            ("conn_type", &self.conn_type),
            ("description", &self.description),
            ("host", &self.host),
            ("login", &self.login),
            ("password", &self.password),
            ("schema", &self.schema),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| (name, value)))
    }

    /// The text of `extra`, `None` where there is nothing to read.
    ///
    /// `json.loads` raises `TypeError` where it gets something that is no text.
    fn extra_text(&self) -> Result<Option<Cow<'_, str>>, Exception> {
        match &self.extra {
            Some(extra) if extra.is_truthy() => match extra {
                FieldValue::Text(text) => Ok(Some(text.to_lossy())),
                FieldValue::Json(_) | FieldValue::Dated(_) | FieldValue::Loaded(_) => {
                    Err(Exception::TypeError)
                }
            },
            _ => Ok(None),
        }
    }
}

/// The Python type of a date of YAML, which is a string of JSON here.
pub(crate) fn date_type(node: &Node<'_>) -> &'static str {
    let has_time = node.as_string().is_some_and(|text| text.raw().contains(':'));
    if has_time { "datetime.datetime" } else { "datetime.date" }
}

/// What `extra` says; nothing where it is no JSON.
fn load_extra(text: &str, profile: Profile) -> Result<Option<Node<'_>>, Exception> {
    let node = match connlint_json::parse(text) {
        Ok(node) => node,
        Err(error) => match error.kind.exception() {
            JsonException::JsonDecodeError => return Ok(None),
            JsonException::ValueError => return Err(Exception::ValueError),
            JsonException::RecursionError => return Err(Exception::RecursionError),
        },
    };
    if profile.has(Quirk::MaskerEncodesText) && has_lone_surrogate(&node) {
        return Err(Exception::UnicodeEncodeError);
    }
    Ok(Some(node))
}

/// Whether a value, at any depth, has a lone surrogate; keys do not count.
pub(crate) fn has_lone_surrogate(node: &Node<'_>) -> bool {
    match &node.value {
        Value::String(string) => string.text().has_lone_surrogate(),
        Value::Array(items) => items.iter().any(has_lone_surrogate),
        Value::Object(members) => members.iter().any(|member| has_lone_surrogate(&member.value)),
        _ => false,
    }
}

impl PartialEq for FieldValue<'_> {
    /// Two values are the same where Python writes them the same.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Json(one), Self::Json(other)) | (Self::Dated(one), Self::Dated(other)) => {
                dumps(one) == dumps(other)
            }
            (Self::Loaded(one), Self::Loaded(other)) => dumps(&one.node()) == dumps(&other.node()),
            _ => false,
        }
    }
}

impl Eq for FieldValue<'_> {}

impl<'a, T: Into<PyText<'a>>> From<T> for FieldValue<'a> {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Debug for FieldValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldValue({})", self.python_type())
    }
}

impl fmt::Debug for Port<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Port(..)")
    }
}

impl fmt::Debug for Connection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Connection");
        for (name, value) in self.text_fields() {
            fields.field(name, value);
        }
        if let Some(port) = &self.port {
            fields.field("port", port);
        }
        if let Some(extra) = &self.extra {
            fields.field("extra", extra);
        }
        fields.finish()
    }
}
