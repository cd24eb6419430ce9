//! `Connection.from_json`, and the objects of a connections file.

use std::fmt;

use connlint_catalog::{Implementation, Profile, Quirk};
use connlint_json::{
    Error, ErrorKind, JsonException, Member, Node, NotFinite, PyText, Str, Value, dumps,
};
use connlint_text::{Decoded, Span};

use crate::connection::{Connection, FieldValue, Port};
use crate::uri::extra_failure;
use crate::{Exception, Failure, FailureKind, Uri, py, read_uri};

/// The keys of a connection in JSON that every Airflow takes.
pub(crate) const FIELDS: [&str; 8] =
    ["conn_type", "description", "host", "login", "password", "schema", "port", "extra"];

/// A JSON object read as a connection.
///
/// `Debug` shows places and the failure, never what stands there.
#[derive(Clone)]
pub struct JsonConnection<'a> {
    /// The text that was read.
    pub text: &'a str,
    /// Who read it.
    pub profile: Profile,
    /// What the text says, where it is JSON.
    pub root: Option<Node<'a>>,
    /// Why Airflow raises, where it does.
    pub failure: Option<Failure>,
    /// The error behind a failure of the JSON itself, and where reading began.
    pub(crate) error: Option<(Error, usize)>,
    pub(crate) door: Door,
    /// What YAML says in it and JSON cannot say.
    beyond: BeyondJson<'a>,
}

/// What YAML says in an object that is written as JSON, and JSON cannot say.
#[derive(Debug, Clone, Copy, Default)]
pub struct BeyondJson<'a> {
    /// The strings that are dates.
    pub dates: &'a [Span<Decoded>],
    /// The keys that are no text.
    pub odd_keys: &'a [Span<Decoded>],
}

impl BeyondJson<'_> {
    /// Whether a value is a date, or has one in it.
    pub(crate) fn has_date(&self, node: &Node<'_>) -> bool {
        self.dates.iter().any(|date| node.span.covers(*date))
    }
}

/// By which door an object enters Airflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// `Connection.from_json`, which normalises `conn_type`, `port` and `extra`.
    FromJson,
    /// An object in a connections file, whose keys go to the constructor as they are.
    File,
    /// The constructor itself.
    Fields,
}

/// Reads `text` as that Airflow's `Connection.from_json` does.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::{FailureKind, read_json};
///
/// let json = read_json(r#"{"conn_type": "postgres", "port": "5432"}"#, Profile::NEWEST);
/// assert!(json.connection().is_some());
///
/// let broken = read_json(r#"{"conn_type": "postgres", "user": "app"}"#, Profile::NEWEST);
/// let failure = broken.failure.unwrap();
/// assert_eq!(failure.kind, FailureKind::UnknownKey);
/// assert_eq!(failure.span.of(broken.text), "\"user\"");
/// ```
pub fn read_json(text: &str, profile: Profile) -> JsonConnection<'_> {
    match connlint_json::parse(text) {
        Ok(node) => read_json_node(text, node, profile),
        Err(error) => JsonConnection::not_json(text, (error, 0), profile, Door::FromJson),
    }
}

/// As [`read_json`], for a part of `text`, with spans of all of it.
pub(crate) fn read_json_in(
    text: &str,
    range: std::ops::Range<usize>,
    profile: Profile,
) -> JsonConnection<'_> {
    let read = text.get(..range.end).unwrap_or(text);
    match connlint_json::parse_from(read, range.start) {
        Ok(node) => read_json_node(text, node, profile),
        Err(error) => JsonConnection::not_json(text, (error, range.start), profile, Door::FromJson),
    }
}

/// As [`read_json`], for an object that is part of a larger `text`.
pub fn read_json_node<'a>(text: &'a str, node: Node<'a>, profile: Profile) -> JsonConnection<'a> {
    let mut read = JsonConnection {
        text,
        profile,
        root: Some(node),
        failure: None,
        error: None,
        door: Door::FromJson,
        beyond: BeyondJson::default(),
    };
    read.failure = read.normalising_failure().or_else(|| read.constructor_failure());
    read
}

/// Reads `text` as the object of `conn_id` in a connections file.
///
/// Files always make the core class. Where `conn_id` is not known, whether a `conn_id` in the
/// object agrees with it is not looked at.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::{FailureKind, read_file_object};
///
/// let object = r#"{"conn_id": "pg", "conn_type": "postgresql", "port": "abc"}"#;
/// let read = read_file_object(object, Some("pg"), Profile::NEWEST);
/// assert_eq!(read.connection().unwrap().conn_type.unwrap().as_str(), Some("postgresql"));
///
/// let read = read_file_object(object, Some("mysql"), Profile::NEWEST);
/// assert_eq!(read.failure.unwrap().kind, FailureKind::ConnIdMismatch);
/// ```
pub fn read_file_object<'a>(
    text: &'a str,
    conn_id: Option<&str>,
    profile: Profile,
) -> JsonConnection<'a> {
    match connlint_json::parse(text) {
        Ok(node) => read_file_node(text, node, conn_id, profile),
        Err(error) => JsonConnection::not_json(text, (error, 0), profile, Door::File),
    }
}

/// As [`read_file_object`], for an object that is part of a larger `text`.
pub fn read_file_node<'a>(
    text: &'a str,
    node: Node<'a>,
    conn_id: Option<&str>,
    profile: Profile,
) -> JsonConnection<'a> {
    let agrees = |given: &Node<'_>| {
        conn_id.is_none_or(|conn_id| given.as_string().is_some_and(|id| id.is(conn_id)))
    };
    read_beyond_node(text, node, &agrees, BeyondJson::default(), profile)
}

/// As [`read_file_node`], of what YAML says, where `agrees` tells whether a `conn_id` is the key.
pub(crate) fn read_beyond_node<'a>(
    text: &'a str,
    node: Node<'a>,
    agrees: &dyn Fn(&Node<'_>) -> bool,
    beyond: BeyondJson<'a>,
    profile: Profile,
) -> JsonConnection<'a> {
    let profile = Profile { implementation: Implementation::Core, ..profile };
    let mut read = JsonConnection {
        text,
        profile,
        root: Some(node),
        failure: None,
        error: None,
        door: Door::File,
        beyond,
    };
    read.failure = read.file_failure(agrees).or_else(|| read.constructor_failure());
    read
}

/// Reads an object that is part of a larger `text` as the arguments of the constructor:
/// `Connection(**fields)`, without any normalisation.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::read_fields_node;
///
/// let text = r#"{"conn_type": "postgresql", "port": "5432"}"#;
/// let fields = connlint_json::parse(text).unwrap();
/// let connection = read_fields_node(text, fields, Profile::NEWEST).connection().unwrap();
/// assert_eq!(connection.get_uri(Profile::NEWEST).unwrap(), "postgresql://@:5432");
/// ```
pub fn read_fields_node<'a>(text: &'a str, node: Node<'a>, profile: Profile) -> JsonConnection<'a> {
    let mut read = JsonConnection {
        text,
        profile,
        root: Some(node),
        failure: None,
        error: None,
        door: Door::Fields,
        beyond: BeyondJson::default(),
    };
    read.failure = read.argument_failure().or_else(|| read.constructor_failure());
    read
}

impl<'a> JsonConnection<'a> {
    fn not_json(text: &'a str, at: (Error, usize), profile: Profile, door: Door) -> Self {
        let (error, _) = at;
        let exception = match error.kind.exception() {
            JsonException::JsonDecodeError => Exception::JsonDecodeError,
            JsonException::ValueError => Exception::ValueError,
            JsonException::RecursionError => Exception::RecursionError,
        };
        let kind = match error.kind {
            ErrorKind::TooManyDigits => FailureKind::TooManyDigits,
            ErrorKind::TooDeep => FailureKind::TooDeep,
            kind => FailureKind::NotJson(kind),
        };
        let failure = Some(Failure { exception, kind, span: error.span });
        Self {
            text,
            profile,
            root: None,
            failure,
            error: Some(at),
            door,
            beyond: BeyondJson::default(),
        }
    }

    /// The members in the order of the text, repeated keys included; none where it is no object.
    pub fn members(&self) -> &[Member<'a>] {
        self.root.as_ref().and_then(Node::as_object).unwrap_or_default()
    }

    /// The value of a key: of a repeated key the last one.
    pub fn field(&self, key: &str) -> Option<&Node<'a>> {
        self.root.as_ref()?.last(key)
    }

    /// The members whose key is no argument of `Connection`, in the order of the text.
    ///
    /// `conn_id` is among them, unless this is an object of a connections file.
    pub fn unknown_members(&self) -> impl Iterator<Item = &Member<'a>> {
        self.members().iter().filter(|member| !self.is_known(member.key))
    }

    /// The text of `uri`, where it stands for the whole connection.
    pub fn uri(&self) -> Option<Str<'a>> {
        self.uri_node().filter(|node| !self.has_date(node))?.as_string()
    }

    /// Whether a value is a date, or has one in it.
    pub(crate) fn has_date(&self, node: &Node<'_>) -> bool {
        self.beyond.has_date(node)
    }

    /// The values that `Connection` would hold, where Airflow does not raise.
    pub fn connection(&self) -> Option<Connection<'a>> {
        let connection = self.connection_without_extra()?;
        if self.uri().is_some() {
            return Some(connection);
        }
        Some(Connection { extra: self.extra().map(|(extra, _)| extra), ..connection })
    }

    /// The same but for `extra`, unless it comes with a `uri`.
    pub(crate) fn connection_without_extra(&self) -> Option<Connection<'a>> {
        if self.failure.is_some() {
            return None;
        }
        if let Some(uri) = self.uri() {
            let text = uri.text();
            let text = text.to_lossy();
            let uri = read_uri(&text, self.profile);
            let connection = Connection::of_uri(&uri)?.into_owned()?;
            let connection = if self.profile.has(Quirk::UriExtraLoaded) {
                connection.with_extra_loaded(self.profile).ok()?
            } else {
                connection
            };
            return Some(Connection { description: self.value("description"), ..connection });
        }
        let conn_type = match self.door {
            Door::File | Door::Fields => self.value("conn_type"),
            Door::FromJson => self.truthy("conn_type").and_then(|node| match node.as_text() {
                Some(text) => Some(FieldValue::Text(normalised_conn_type(text))),
                None => FieldValue::of(node),
            }),
        };
        let password = self.value("password");
        let empty_is_kept = self.profile.has(Quirk::EmptyPasswordKept);
        Some(Connection {
            conn_type,
            description: self.value("description"),
            host: self.value("host"),
            login: self.value("login"),
            password: password.filter(|password| empty_is_kept || password.is_truthy()),
            schema: self.value("schema"),
            port: self.port(),
            extra: None,
        })
    }

    fn is_known(&self, key: Str<'_>) -> bool {
        is_argument(key, self.profile)
            || self.door == Door::File && (key.is("conn_id") || key.is("extra_dejson"))
    }

    /// The value of a field as it is; `null` is none.
    fn value(&self, key: &str) -> Option<FieldValue<'a>> {
        let node = self.field(key)?;
        if self.has_date(node) {
            return Some(FieldValue::Dated(node.clone()));
        }
        FieldValue::of(node)
    }

    /// The value of a field, unless Python calls it false.
    fn truthy(&self, key: &str) -> Option<&Node<'a>> {
        self.field(key).filter(|node| node.is_truthy())
    }

    /// `uri`, where Airflow reads it: the core class takes a falsy one as none, the task SDK
    /// only `null`.
    fn uri_node(&self) -> Option<&Node<'a>> {
        if self.profile.has(Quirk::NoUriField) {
            return None;
        }
        let is_read = |node: &&Node<'a>| {
            if self.profile.has(Quirk::UriExcludesEverything) {
                !matches!(node.value, Value::Null)
            } else {
                node.is_truthy()
            }
        };
        self.field("uri").filter(is_read)
    }

    /// `port` as the constructor gets it; none too where `int()` raises.
    fn port(&self) -> Option<Port<'a>> {
        match self.door {
            Door::FromJson => int(self.truthy("port")?).ok(),
            Door::File | Door::Fields => {
                let value = self.value("port")?;
                let FieldValue::Json(node) = &value else { return Some(Port::Value(value)) };
                match &node.value {
                    Value::Number(number) if !number.is_float() => {
                        Some(Port::from_digits(&number.to_python()))
                    }
                    _ => Some(Port::Value(value)),
                }
            }
        }
    }

    /// `extra` as `Connection` holds it, and where it comes from.
    fn extra(&self) -> Option<(FieldValue<'a>, Span<Decoded>)> {
        if self.door == Door::File
            && let Some(node) = self.field("extra_dejson")
        {
            return Some((dumps(node).into(), node.span));
        }
        let node = self.field("extra")?;
        let extra = match (node.as_text(), self.door) {
            (Some(text), Door::FromJson) if text.is_empty() => return None,
            (Some(text), _) => FieldValue::Text(text),
            // The constructor of the task SDK does not look at it.
            (None, Door::Fields) if self.profile.has(Quirk::FieldsUnchecked) => {
                FieldValue::of(node)?
            }
            (None, _) if node.is_truthy() => dumps(node).into(),
            (None, Door::FromJson) => return None,
            (None, Door::File | Door::Fields) => FieldValue::of(node)?,
        };
        Some((extra, node.span))
    }

    /// What `from_json` raises before it calls the constructor, and what Python raises because
    /// the constructor has no such argument.
    fn normalising_failure(&self) -> Option<Failure> {
        let root = self.root.as_ref()?;
        if root.as_object().is_none() {
            // It calls `.pop(key, default)`, which a list has, with another number of arguments.
            let is_list = root.as_array().is_some();
            let exception = if is_list { Exception::TypeError } else { Exception::AttributeError };
            return fail(exception, FailureKind::NotAnObject, root.span);
        }
        let port = self.truthy("port").and_then(|port| int(port).err());
        self.conn_type_failure().or(port).or_else(|| self.argument_failure())
    }

    /// What `"-" in conn_type` raises, and `conn_type.replace` where that is true.
    fn conn_type_failure(&self) -> Option<Failure> {
        let node = self.truthy("conn_type")?;
        let exception = match &node.value {
            Value::Array(items) => {
                let has_dash = |item: &Node<'_>| item.as_string().is_some_and(|text| text.is("-"));
                items.iter().any(has_dash).then_some(Exception::AttributeError)?
            }
            Value::Object(_) => node.last("-").map(|_| Exception::AttributeError)?,
            Value::String(_) => return None,
            Value::Null | Value::Bool(_) | Value::Number(_) => Exception::TypeError,
        };
        fail(exception, FailureKind::ConnTypeNotText, node.span)
    }

    /// What Python raises because of the names of the keys.
    fn argument_failure(&self) -> Option<Failure> {
        if let Some(conn_id) = self.members().iter().find(|member| member.key.is("conn_id")) {
            return fail(Exception::TypeError, FailureKind::ConnIdGiven, conn_id.key.span());
        }
        // This constructor looks at `uri` before Python looks at the names.
        if self.profile.has(Quirk::UriExcludesEverything) && self.uri_node().is_some() {
            return None;
        }
        if let Some(member) = self.unknown_members().next() {
            return fail(Exception::TypeError, FailureKind::UnknownKey, member.key.span());
        }
        let is_missing =
            self.profile.has(Quirk::ConnTypeRequired) && self.field("conn_type").is_none();
        is_missing.then_some(Failure {
            exception: Exception::TypeError,
            kind: FailureKind::ConnTypeMissing,
            span: self.root.as_ref()?.span,
        })
    }

    /// What is raised on the way from a connections file to the constructor.
    fn file_failure(&self, agrees: &dyn Fn(&Node<'_>) -> bool) -> Option<Failure> {
        let root = self.root.as_ref()?;
        if root.as_object().is_none() {
            return fail(Exception::AirflowException, FailureKind::NotAnObject, root.span);
        }
        let is_odd = |member: &&Member<'a>| self.beyond.odd_keys.contains(&member.key.span());
        if let Some(member) = self.members().iter().find(is_odd) {
            // It is no field, and cannot be told with the others.
            return fail(Exception::TypeError, FailureKind::KeyNotText, member.key.span());
        }
        if let Some(member) = self.unknown_members().next() {
            let span = member.key.span();
            return fail(Exception::AirflowException, FailureKind::UnknownKey, span);
        }
        if let (Some(_), Some(extra)) = (self.field("extra"), self.field("extra_dejson")) {
            return fail(Exception::AirflowException, FailureKind::ExtraTwice, extra.span);
        }
        // `json.dumps` comes before the name is compared.
        if let Some(extra) = self.field("extra_dejson").filter(|extra| self.has_date(extra)) {
            return fail(Exception::TypeError, FailureKind::DateInExtra, extra.span);
        }
        let given = self.field("conn_id")?;
        if agrees(given) {
            return None;
        }
        fail(Exception::AirflowException, FailureKind::ConnIdMismatch, given.span)
    }

    /// What the constructor raises.
    fn constructor_failure(&self) -> Option<Failure> {
        // It writes `extra` as JSON before it looks at anything else.
        if let Some(extra) = self.field("extra").filter(|extra| self.has_date(extra)) {
            return fail(Exception::TypeError, FailureKind::DateInExtra, extra.span);
        }
        if let Some(uri) = self.uri_node() {
            if let Some(member) = self.beside_uri() {
                let span = member.key.span();
                return fail(Exception::AirflowException, FailureKind::UriWithFields, span);
            }
            return self.uri_failure(uri);
        }
        if self.profile.has(Quirk::FieldsUnchecked) {
            return None;
        }
        self.password_failure().or_else(|| {
            // An object that is written as JSON can be read as one.
            let is_object = |extra: &Node<'_>| extra.as_object().is_some();
            if self.door == Door::FromJson && self.field("extra").is_some_and(is_object) {
                return None;
            }
            let (extra, span) = self.extra()?;
            let text = extra.as_text()?;
            extra_failure(&text.to_lossy(), self.profile, span).or_else(|| unencodable(text, span))
        })
    }

    /// The first member that may not stand beside `uri`.
    ///
    /// Of a repeated key the last value counts.
    fn beside_uri(&self) -> Option<&Member<'a>> {
        let everything = self.profile.has(Quirk::UriExcludesEverything);
        let is_port_kept = match self.door {
            // `"0"` is a truthy text, and a port that is not.
            Door::FromJson if !everything => self.port().is_some_and(|port| port.is_truthy()),
            _ => self.truthy("port").is_some(),
        };
        let is_conn_type_kept = self.truthy("conn_type").is_some();
        let is_extra_kept = self.truthy("extra").is_some();
        let [host, login, password, schema] =
            ["host", "login", "password", "schema"].map(|name| self.truthy(name).is_some());
        self.members().iter().find(|member| {
            let key = member.key;
            if key.is("conn_type") {
                is_conn_type_kept
            } else if key.is("extra") {
                is_extra_kept
            } else if key.is("port") {
                is_port_kept
            } else if everything {
                !key.is("uri")
            } else {
                key.is("host") && host
                    || key.is("login") && login
                    || key.is("password") && password
                    || key.is("schema") && schema
                    // Its JSON text is never empty.
                    || key.is("extra_dejson")
            }
        })
    }

    fn uri_failure(&self, node: &Node<'a>) -> Option<Failure> {
        let Some(uri) = node.as_string().filter(|_| !self.has_date(node)) else {
            // A list can count, but `urlsplit` caches, and cannot hash it.
            let is_list = node.as_array().is_some();
            let exception = if is_list { Exception::TypeError } else { Exception::AttributeError };
            return fail(exception, FailureKind::UriNotText, node.span);
        };
        let decoded = uri.decode();
        let read = read_uri(decoded.text(), self.profile);
        let Some(failure) = &read.failure else {
            return self.loading_failure(&read, node.span);
        };
        let place = decoded.map().to_raw(failure.span);
        Some(Failure { span: Span::new(place.start(), place.end()), ..failure.clone() })
    }

    /// What is raised where the `extra` of a URI is read at once.
    fn loading_failure(&self, uri: &Uri<'_>, span: Span<Decoded>) -> Option<Failure> {
        if !self.profile.has(Quirk::UriExtraLoaded) {
            return None;
        }
        let exception = Connection::of_uri(uri)?.extra_dejson(self.profile).err()?;
        let kind = match exception {
            Exception::RecursionError => FailureKind::TooDeep,
            _ => FailureKind::TooManyDigits,
        };
        fail(exception, kind, span)
    }

    /// What `bytes(password, "utf-8")` raises, before the password is encrypted.
    fn password_failure(&self) -> Option<Failure> {
        let node = self.truthy("password")?;
        let Some(text) = node.as_text().filter(|_| !self.has_date(node)) else {
            return fail(Exception::TypeError, FailureKind::PasswordNotText, node.span);
        };
        unencodable(&text, node.span)
    }
}

impl fmt::Debug for JsonConnection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonConnection")
            .field("profile", &self.profile)
            .field("root", &self.root)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

/// Whether a key of an object is an argument of `Connection`, besides `conn_id`.
pub(crate) fn is_argument(key: Str<'_>, profile: Profile) -> bool {
    FIELDS.iter().any(|field| key.is(field))
        || key.is("uri") && !profile.has(Quirk::NoUriField)
        || key.is("team_id") && profile.has(Quirk::TeamIdField)
        || key.is("team_name") && profile.has(Quirk::TeamNameField)
}

#[expect(clippy::unnecessary_wraps, reason = "every caller returns it as what is raised, if any")]
const fn fail(exception: Exception, kind: FailureKind, span: Span<Decoded>) -> Option<Failure> {
    Some(Failure { exception, kind, span })
}

/// What `text.encode()` raises.
fn unencodable(text: &PyText<'_>, span: Span<Decoded>) -> Option<Failure> {
    if !text.has_lone_surrogate() {
        return None;
    }
    fail(Exception::UnicodeEncodeError, FailureKind::LoneSurrogate, span)
}

/// Python's `int()` of a port.
fn int<'a>(node: &Node<'_>) -> Result<Port<'a>, Failure> {
    let failure = |exception, kind| Failure { exception, kind, span: node.span };
    let not_an_integer = || failure(Exception::ValueError, FailureKind::PortNotAnInteger);
    match &node.value {
        Value::Bool(bool) => Ok(Port::Number((*bool).into())),
        Value::Number(number) => {
            let digits = number.to_int().map_err(|error| match error {
                NotFinite::NaN => not_an_integer(),
                NotFinite::Infinite => failure(Exception::OverflowError, FailureKind::PortInfinite),
            })?;
            Ok(Port::from_digits(&digits))
        }
        Value::String(string) => {
            let text = string.text();
            let digits = text.as_str().and_then(py::int).ok_or_else(not_an_integer)?;
            Ok(Port::from_digits(&digits))
        }
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(failure(Exception::TypeError, FailureKind::PortOfWrongType))
        }
    }
}

/// `conn_type` as `from_json` normalises it: as in a URI, but case stays.
fn normalised_conn_type(text: PyText<'_>) -> PyText<'_> {
    match text {
        PyText::Str(text) if text == "postgresql" => PyText::from("postgres"),
        PyText::Str(text) if text.contains('-') => PyText::from(text.replace('-', "_")),
        PyText::Surrogates(points) => {
            let dash = u32::from('-');
            let underscore = u32::from('_');
            PyText::Surrogates(
                points
                    .into_iter()
                    .map(|point| if point == dash { underscore } else { point })
                    .collect(),
            )
        }
        text @ PyText::Str(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use connlint_json::Found;

    use super::*;

    const CORE: [&str; 5] = ["2.10", "2.11", "3.0", "3.1", "3.3"];
    const SDK: [&str; 2] = ["3.1-sdk", "3.3-sdk"];

    fn read<'a>(text: &'a str, profile: &str) -> JsonConnection<'a> {
        read_json(text, profile.parse().unwrap())
    }

    /// `as_json` of what is read, or the exception.
    fn outcome(read: &JsonConnection<'_>) -> Result<String, Exception> {
        match &read.failure {
            Some(failure) => Err(failure.exception),
            None => read.connection().unwrap().as_json(read.profile),
        }
    }

    #[test]
    fn fields_are_normalised() {
        for (text, json) in [
            ("{}", "{}"),
            (r#" {"conn_type":"postgresql"} "#, r#"{"conn_type": "postgres"}"#),
            (r#"{"conn_type":"PostgreSQL"}"#, r#"{"conn_type": "PostgreSQL"}"#),
            (
                r#"{"conn_type":"google-cloud-platform"}"#,
                r#"{"conn_type": "google_cloud_platform"}"#,
            ),
            (r#"{"conn_type":""}"#, "{}"),
            (r#"{"conn_type":["x"]}"#, r#"{"conn_type": ["x"]}"#),
            (r#"{"conn_type":"x","conn_type":"y"}"#, r#"{"conn_type": "y"}"#),
            (r#"{"host":5,"login":["a",null]}"#, r#"{"host": 5, "login": ["a"]}"#),
            (r#"{"port":" 5432 "}"#, r#"{"port": 5432}"#),
            (r#"{"port":54.32}"#, r#"{"port": 54}"#),
            (r#"{"port":true}"#, r#"{"port": 1}"#),
            (r#"{"port":"0"}"#, r#"{"port": 0}"#),
            (r#"{"port":0}"#, "{}"),
            (r#"{"port":-1}"#, r#"{"port": -1}"#),
            (r#"{"port":12345678901234567890}"#, r#"{"port": 12345678901234567890}"#),
            (r#"{"port":1e20}"#, r#"{"port": 100000000000000000000}"#),
            (r#"{"extra":null}"#, "{}"),
            (r#"{"extra":[]}"#, "{}"),
            (r#"{"extra":{"b":1,"a":2,"b":3}}"#, r#"{"extra": {"b": 3, "a": 2}}"#),
            (r#"{"extra":"  {\"a\":NaN} "}"#, r#"{"extra": {"a": NaN}}"#),
            (
                r#"{"description":"d","uri":"mysql://u@h/s"}"#,
                r#"{"conn_type": "mysql", "description": "d", "host": "h", "login": "u", "schema": "s"}"#,
            ),
            (r#"{"uri":"","host":"h"}"#, r#"{"host": "h"}"#),
        ] {
            for profile in CORE {
                assert_eq!(outcome(&read(text, profile)).as_deref(), Ok(json), "{text} {profile}");
            }
        }
    }

    #[test]
    fn failures_say_what_and_where() {
        use Exception as E;
        use FailureKind as K;
        for (text, exception, kind, place) in [
            ("", E::JsonDecodeError, K::NotJson(ErrorKind::ExpectedValue(Found::End)), ""),
            (
                "{'a': 1}",
                E::JsonDecodeError,
                K::NotJson(ErrorKind::ExpectedKey(Found::SingleQuote)),
                "'",
            ),
            ("[]", E::TypeError, K::NotAnObject, "[]"),
            (" null", E::AttributeError, K::NotAnObject, "null"),
            (r#"{"conn_type": 5}"#, E::TypeError, K::ConnTypeNotText, "5"),
            (r#"{"conn_type": ["-"]}"#, E::AttributeError, K::ConnTypeNotText, r#"["-"]"#),
            (r#"{"port": "abc"}"#, E::ValueError, K::PortNotAnInteger, "\"abc\""),
            (r#"{"port": NaN}"#, E::ValueError, K::PortNotAnInteger, "NaN"),
            (r#"{"port": 1e400}"#, E::OverflowError, K::PortInfinite, "1e400"),
            (r#"{"port": [1]}"#, E::TypeError, K::PortOfWrongType, "[1]"),
            (r#"{"user": "u"}"#, E::TypeError, K::UnknownKey, "\"user\""),
            (r#"{"Host": "h", "x": 1}"#, E::TypeError, K::UnknownKey, "\"Host\""),
            (r#"{"x": 1, "conn_id": "c"}"#, E::TypeError, K::ConnIdGiven, "\"conn_id\""),
            // What is wrong with a value comes before what is wrong with a key.
            (r#"{"user": "u", "port": "abc"}"#, E::ValueError, K::PortNotAnInteger, "\"abc\""),
        ] {
            for profile in CORE.into_iter().chain(SDK) {
                let read = read(text, profile);
                let failure = read.failure.as_ref().unwrap();
                assert_eq!(
                    (failure.exception, failure.kind),
                    (exception, kind),
                    "{text} {profile}"
                );
                assert_eq!(failure.span.of(text), place, "{text} {profile}");
                assert!(read.connection().is_none());
            }
        }
    }

    #[test]
    fn the_core_class_encrypts_password_and_extra() {
        use Exception as E;
        use FailureKind as K;
        for (text, exception, kind, place) in [
            (r#"{"password": 5}"#, E::TypeError, K::PasswordNotText, "5"),
            (r#"{"password": "\ud800"}"#, E::UnicodeEncodeError, K::LoneSurrogate, r#""\ud800""#),
            (
                r#"{"extra": "{\"a\": \"\ud800\"}"}"#,
                E::UnicodeEncodeError,
                K::LoneSurrogate,
                r#""{\"a\": \"\ud800\"}""#,
            ),
        ] {
            for profile in CORE {
                let failure = read(text, profile).failure.unwrap();
                assert_eq!(
                    (failure.exception, failure.kind),
                    (exception, kind),
                    "{text} {profile}"
                );
                assert_eq!(failure.span.of(text), place);
            }
            for profile in SDK {
                assert!(read(text, profile).connection().is_some(), "{text} {profile}");
            }
        }
        for text in [r#"{"password": 0}"#, r#"{"password": ""}"#] {
            assert_eq!(outcome(&read(text, "3.3")).as_deref(), Ok("{}"));
            assert_ne!(outcome(&read(text, "3.3-sdk")).as_deref(), Ok("{}"));
        }
    }

    #[test]
    fn extra_must_be_an_object_in_airflow_3() {
        use FailureKind as K;
        for (text, kind) in [
            (r#"{"extra": "not json"}"#, K::ExtraNotJson),
            (r#"{"extra": "{'a': 1}"}"#, K::ExtraNotJson),
            (r#"{"extra": "[1]"}"#, K::ExtraNotAnObject),
            (r#"{"extra": [1]}"#, K::ExtraNotAnObject),
            (r#"{"extra": true}"#, K::ExtraNotAnObject),
        ] {
            for profile in ["3.0", "3.1", "3.3"] {
                let failure = read(text, profile).failure.unwrap();
                assert_eq!((failure.exception, failure.kind), (Exception::ValueError, kind));
                assert_eq!(failure.span.start(), 10, "{text}");
            }
            for profile in ["2.10", "2.11", "3.1-sdk", "3.3-sdk"] {
                assert_eq!(read(text, profile).failure, None, "{text} {profile}");
            }
        }
    }

    #[test]
    fn uri_stands_alone() {
        use Exception as E;
        for (text, core, sdk_31, sdk_33) in [
            (r#"{"uri": "x://h"}"#, None, Some(E::TypeError), None),
            (
                r#"{"uri": "x://h", "description": "d"}"#,
                None,
                Some(E::TypeError),
                Some(E::AirflowException),
            ),
            (
                r#"{"uri": "x://h", "host": ""}"#,
                None,
                Some(E::TypeError),
                Some(E::AirflowException),
            ),
            (r#"{"uri": "x://h", "port": 0}"#, None, Some(E::TypeError), None),
            (
                r#"{"uri": "x://h", "port": "0"}"#,
                None,
                Some(E::TypeError),
                Some(E::AirflowException),
            ),
            (
                r#"{"uri": "x://h", "port": "5"}"#,
                Some(E::AirflowException),
                Some(E::TypeError),
                Some(E::AirflowException),
            ),
            (r#"{"uri": null, "host": "h"}"#, None, Some(E::TypeError), None),
            (r#"{"uri": 5}"#, Some(E::AttributeError), Some(E::TypeError), Some(E::AttributeError)),
        ] {
            for (profile, exception) in
                [("2.10", core), ("3.3", core), ("3.1-sdk", sdk_31), ("3.3-sdk", sdk_33)]
            {
                let failure = read(text, profile).failure;
                assert_eq!(failure.map(|failure| failure.exception), exception, "{text} {profile}");
            }
        }
    }

    #[test]
    fn a_failure_in_uri_points_into_the_string() {
        let text = r#"{"uri": "x:\/\/u:s3cr3t\u002fp@h"}"#;
        let failure = read(text, "3.3").failure.unwrap();
        assert_eq!(failure.kind, FailureKind::PortNotANumber);
        assert_eq!(failure.span.of(text), "s3cr3t");
    }

    #[test]
    fn files_pass_keys_on_as_they_are() {
        for (text, json) in [
            (
                r#"{"conn_type":"postgresql","port":"abc"}"#,
                r#"{"conn_type": "postgresql", "port": "abc"}"#,
            ),
            (r#"{"conn_type":"a-b","port":5.0}"#, r#"{"conn_type": "a-b", "port": 5.0}"#),
            (r#"{"conn_id":"c","port":0}"#, r#"{"port": 0}"#),
            (r#"{"extra":{},"conn_type":null}"#, "{}"),
            (r#"{"extra_dejson":{"k": 1}}"#, r#"{"extra": {"k": 1}}"#),
        ] {
            for profile in CORE {
                let read = read_file_object(text, Some("c"), profile.parse().unwrap());
                assert_eq!(outcome(&read).as_deref(), Ok(json), "{text} {profile}");
            }
        }
    }

    #[test]
    fn files_refuse_a_whole_object() {
        use FailureKind as K;
        for (text, kind, place) in [
            (r#"{"hostname": "h"}"#, K::UnknownKey, "\"hostname\""),
            (r#"{"conn_id": "b"}"#, K::ConnIdMismatch, "\"b\""),
            (r#"{"conn_id": null}"#, K::ConnIdMismatch, "null"),
            (r#"{"extra": {}, "extra_dejson": {}}"#, K::ExtraTwice, "{}"),
            (r#"{"uri": "x://h", "host": "h"}"#, K::UriWithFields, "\"host\""),
            ("5", K::NotAnObject, "5"),
        ] {
            // Files make the core class, whatever runs the task.
            for profile in CORE.into_iter().chain(SDK) {
                let read = read_file_object(text, Some("c"), profile.parse().unwrap());
                let failure = read.failure.unwrap();
                assert_eq!((failure.exception, failure.kind), (Exception::AirflowException, kind));
                assert_eq!(failure.span.of(text), place, "{text} {profile}");
            }
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let text = r#"{"conn_type": "x", "password": "s3cr3t-sentinel", "port": 54321, "extra": {"s3cr3t": 1}}"#;
        let read = read(text, "3.3");
        let shown = format!("{read:?} {:?} {:?}", read.connection(), read.members());
        assert!(!shown.contains("s3cr3t") && !shown.contains("54321"), "{shown}");
    }
}
