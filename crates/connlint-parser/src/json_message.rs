//! What Airflow says about a JSON connection that it does not take.

use connlint_catalog::{Implementation, Quirk};
use connlint_json::{Error, Node, PyText};
use connlint_text::{Grounds, Public, message};

use crate::connection::date_type;
use crate::json_connection::{Door, FIELDS};
use crate::message::{FailureMessage, too_many_digits, without_quotation};
use crate::{Exception, Failure, FailureKind, JsonConnection, py, read_uri};

impl<'a> JsonConnection<'a> {
    /// What Airflow says about the [`failure`](Self::failure) of a connection named `conn_id`.
    ///
    /// Texts of Python's own (`TypeError`, `JSONDecodeError`) are those of Python 3.11.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::read_json;
    /// use connlint_text::Purpose;
    ///
    /// let json = read_json(r#"{"port": "s3cr3t"}"#, Profile::NEWEST);
    /// let message = json.failure_message(None).unwrap();
    /// assert_eq!(
    ///     message.masked().as_str(),
    ///     "Expected integer value for `port`, but got **** instead.",
    /// );
    /// assert!(message.expose_for(Purpose::Reveal).contains("'s3cr3t'"));
    /// ```
    pub fn failure_message(&self, conn_id: Option<&str>) -> Option<FailureMessage<'static>> {
        let failure = self.failure.as_ref()?;
        if let Some(message) = self.uri_message(failure, conn_id) {
            return Some(message);
        }
        Some(match failure.kind {
            FailureKind::NotJson(_) => {
                let (error, start) = self.error?;
                decode_error(error, self.text.get(start..error.offset as usize)?)
            }
            FailureKind::TooManyDigits => too_many_digits(self.digits(failure)),
            FailureKind::NotAnObject => self.not_an_object(),
            FailureKind::ConnTypeNotText => {
                let of = python_type(self.field("conn_type")?);
                FailureMessage::plain(if failure.exception == Exception::TypeError {
                    message!["argument of type '", of, "' is not iterable"]
                } else {
                    message!["'", of, "' object has no attribute 'replace'"]
                })
            }
            FailureKind::PortNotAnInteger => {
                let port = py::repr_of(self.field("port")?);
                FailureMessage::quoting(
                    "Expected integer value for `port`, but got ",
                    port,
                    " instead.",
                )
            }
            FailureKind::PortInfinite => {
                FailureMessage::plain("cannot convert float infinity to integer")
            }
            FailureKind::PortOfWrongType => FailureMessage::plain(message![
                "int() argument must be a string, a bytes-like object or a real number, not '",
                python_type(self.field("port")?),
                "'"
            ]),
            FailureKind::UnknownKey if self.door == Door::File => self.illegal_keys(),
            FailureKind::UnknownKey => self.unexpected_argument(failure)?,
            FailureKind::ConnIdGiven => FailureMessage::plain(match self.profile.implementation {
                Implementation::Core => {
                    "airflow.models.connection.Connection() got multiple values for keyword \
                     argument 'conn_id'"
                }
                Implementation::TaskSdk => {
                    "airflow.sdk.definitions.connection.Connection() got multiple values for \
                     keyword argument 'conn_id'"
                }
            }),
            FailureKind::ConnIdMismatch => self.conn_id_mismatch(conn_id)?,
            FailureKind::UriWithFields => {
                FailureMessage::plain(if self.profile.has(Quirk::UriExcludesEverything) {
                    "You must create an object using the URI or individual values (conn_type, \
                     host, login, password, schema, port or extra). You can't mix these two ways \
                     to create this object."
                } else {
                    "You must create an object using the URI or individual values (conn_type, \
                     host, login, password, schema, port or extra).You can't mix these two ways \
                     to create this object."
                })
            }
            FailureKind::UriNotText => {
                let is_meant = |key: &&str| self.field(key).map(|n| n.span) == Some(failure.span);
                let key = ["uri", "conn_uri"].into_iter().find(is_meant)?;
                let uri = self.field(key)?;
                let attribute = match self.door {
                    // A secrets backend strips what it found.
                    Door::FromJson if key == "conn_uri" => "strip",
                    _ if uri.as_array().is_some() => {
                        return Some(FailureMessage::plain("unhashable type: 'list'"));
                    }
                    _ => "count",
                };
                let of = python_type(uri);
                FailureMessage::plain(message![
                    "'",
                    of,
                    "' object has no attribute '",
                    attribute,
                    "'"
                ])
            }
            FailureKind::ConnTypeMissing => FailureMessage::plain(
                "Connection.__init__() missing 1 required positional argument: 'conn_type'",
            ),
            FailureKind::PasswordNotText => {
                FailureMessage::plain("encoding without a string argument")
            }
            FailureKind::LoneSurrogate => encode_error(&self.encoded_text(failure)?),
            FailureKind::ExtraTwice => FailureMessage::plain(
                "The extra and extra_dejson parameters are mutually exclusive. Please provide \
                 only one parameter.",
            ),
            FailureKind::KeyNotText => {
                FailureMessage::plain("sequence item 0: expected str instance, int found")
            }
            FailureKind::DateInExtra => {
                FailureMessage::plain("Object of type date is not JSON serializable")
            }
            kind => without_quotation(kind, conn_id, self.profile)?,
        })
    }

    /// What is said about a failure inside `uri`.
    fn uri_message(
        &self,
        failure: &Failure,
        conn_id: Option<&str>,
    ) -> Option<FailureMessage<'static>> {
        let uri = self.uri()?;
        if !uri.content().covers(failure.span) {
            return None;
        }
        let text = uri.decode();
        let read = read_uri(text.text(), self.profile);
        read.failure_message(conn_id).map(FailureMessage::into_owned)
    }

    /// The number of digits of the integer that has too many.
    fn digits(&self, failure: &Failure) -> usize {
        let number_len = |text: &str| text.trim_start_matches('-').len();
        if self.error.is_some() {
            return number_len(failure.span.of(self.text));
        }
        self.encoded_text(failure).map_or(0, |extra| {
            let extra = extra.to_lossy();
            let error = connlint_json::parse(&extra).err();
            error.map_or(0, |error| number_len(error.span.of(&extra)))
        })
    }

    fn not_an_object(&self) -> FailureMessage<'static> {
        let of = self.root.as_ref().map_or(Public::vouch("", Grounds::Grammar), |root| {
            if root.as_string().is_some() && self.has_date(root) {
                return Public::vouch(date_type(root), Grounds::Grammar);
            }
            python_type(root)
        });
        let is_list = self.root.as_ref().is_some_and(|root| root.as_array().is_some());
        FailureMessage::plain(match self.door {
            Door::File => message![
                "Unexpected value type: <class '",
                of,
                "'>. The connection can only be defined using a string or object."
            ],
            Door::FromJson | Door::Fields if is_list => {
                message!["pop expected at most 1 argument, got 2"]
            }
            Door::FromJson | Door::Fields => message!["'", of, "' object has no attribute 'pop'"],
        })
    }

    fn unexpected_argument(&self, failure: &Failure) -> Option<FailureMessage<'static>> {
        let member = self.unknown_members().find(|member| member.key.span() == failure.span)?;
        let constructor = match self.profile.implementation {
            Implementation::Core => "__init__()",
            Implementation::TaskSdk if self.profile.has(Quirk::NoUriField) => {
                "Connection.__init__()"
            }
            Implementation::TaskSdk if member.key.is("self") => "Connection.__init__()",
            Implementation::TaskSdk => "Connection.__attrs_init__()",
        };
        if member.key.is("self") {
            let message = message![constructor, " got multiple values for argument 'self'"];
            return Some(FailureMessage::plain(message));
        }
        let key = name(&member.key.text());
        let message = message![constructor, " got an unexpected keyword argument '", key, "'"];
        Some(FailureMessage::plain(message))
    }

    /// Airflow lists both in any order; here they are sorted.
    fn illegal_keys(&self) -> FailureMessage<'static> {
        let mut illegal: Vec<_> = self
            .unknown_members()
            .map(|member| member.key.text().to_lossy().into_owned())
            .collect();
        illegal.sort_unstable();
        illegal.dedup();
        let mut legal = FIELDS.to_vec();
        legal.extend(["conn_id", "extra_dejson", "uri"]);
        legal.extend(self.profile.has(Quirk::TeamIdField).then_some("team_id"));
        legal.extend(self.profile.has(Quirk::TeamNameField).then_some("team_name"));
        legal.sort_unstable();
        FailureMessage::plain(message![
            "The object have illegal keys: ",
            Public::vouch(illegal.join(", "), Grounds::Name),
            ". The dictionary can only contain the following keys: {'",
            Public::vouch(legal.join("', '"), Grounds::Computed),
            "'}"
        ])
    }

    fn conn_id_mismatch(&self, conn_id: Option<&str>) -> Option<FailureMessage<'static>> {
        let given = match self.field("conn_id")?.as_text() {
            Some(text) => name(&text),
            None => Public::vouch(py::str_of(self.field("conn_id")?), Grounds::Name),
        };
        let conn_id = Public::vouch(conn_id.unwrap_or_default().to_owned(), Grounds::Name);
        // Airflow takes one for the other.
        Some(FailureMessage::plain(message![
            "Mismatch conn_id. The dictionary key has the value: ",
            given,
            ". The item has the value: ",
            conn_id,
            "."
        ]))
    }

    /// The text that the failure is about, where that is a string of the object.
    fn encoded_text(&self, failure: &Failure) -> Option<PyText<'a>> {
        let fields = ["password", "extra"].into_iter().filter_map(|name| self.field(name));
        let field = fields.into_iter().find(|field| field.span == failure.span)?;
        field.as_text()
    }
}

/// The name of a Python type.
fn python_type(node: &Node<'_>) -> Public<'static> {
    Public::vouch(node.python_type(), Grounds::Grammar)
}

/// The name of a key.
fn name(text: &PyText<'_>) -> Public<'static> {
    Public::vouch(text.to_lossy().into_owned(), Grounds::Name)
}

/// A `JSONDecodeError`, which counts the characters before the place.
fn decode_error(error: Error, before: &str) -> FailureMessage<'static> {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    FailureMessage::plain(message![
        error.kind.python_message(),
        ": line ",
        line,
        " column ",
        column,
        " (char ",
        before.chars().count(),
        ")"
    ])
}

/// A `UnicodeEncodeError` because of the first lone surrogates of a text.
fn encode_error(text: &PyText<'_>) -> FailureMessage<'static> {
    let is_lone = |point: &u32| char::from_u32(*point).is_none();
    let start = text.code_points().take_while(|point| !is_lone(point)).count();
    let run: Vec<u32> = text.code_points().skip(start).take_while(is_lone).collect();
    if let [surrogate] = run[..] {
        let shown = format!("'\\u{surrogate:04x}' in position {start}");
        return FailureMessage::quoting(
            "'utf-8' codec can't encode character ",
            shown,
            ": surrogates not allowed",
        );
    }
    let end = start + run.len().saturating_sub(1);
    FailureMessage::plain(message![
        "'utf-8' codec can't encode characters in position ",
        start,
        "-",
        end,
        ": surrogates not allowed"
    ])
}

#[cfg(test)]
mod tests {
    use connlint_text::Purpose;

    use crate::{read_file_object, read_json};

    #[test]
    fn messages_are_those_of_airflow() {
        for (profile, text, message) in [
            ("3.3", "{\n \"é\": x}", "Expecting value: line 2 column 7 (char 8)"),
            ("3.3", "[]", "pop expected at most 1 argument, got 2"),
            ("3.3", "null", "'NoneType' object has no attribute 'pop'"),
            ("3.3", r#"{"conn_type": 5}"#, "argument of type 'int' is not iterable"),
            ("3.3", r#"{"conn_type": ["-"]}"#, "'list' object has no attribute 'replace'"),
            (
                "3.3",
                r#"{"port": "a'b"}"#,
                "Expected integer value for `port`, but got \"a'b\" instead.",
            ),
            ("3.3", r#"{"port": NaN}"#, "Expected integer value for `port`, but got nan instead."),
            ("2.10", r#"{"user": 1}"#, "__init__() got an unexpected keyword argument 'user'"),
            (
                "3.1-sdk",
                r#"{"user": 1}"#,
                "Connection.__init__() got an unexpected keyword argument 'user'",
            ),
            (
                "3.3-sdk",
                r#"{"user": 1}"#,
                "Connection.__attrs_init__() got an unexpected keyword argument 'user'",
            ),
            ("3.3", r#"{"self": 1}"#, "__init__() got multiple values for argument 'self'"),
            ("3.3", r#"{"password": 1}"#, "encoding without a string argument"),
            (
                "3.3",
                r#"{"password": "aé\ud800\udbff"}"#,
                "'utf-8' codec can't encode characters in position 2-3: surrogates not allowed",
            ),
            (
                "3.1",
                r#"{"extra": "x"}"#,
                "Encountered non-JSON in `extra` field for connection 'c'.",
            ),
            (
                "3.3",
                r#"{"extra": "x"}"#,
                "Encountered non-JSON in `extra` field for connection None.",
            ),
            (
                "3.3",
                r#"{"uri": "x://h:1\u0078"}"#,
                "Port could not be cast to integer value as '1x'",
            ),
        ] {
            let read = read_json(text, profile.parse().unwrap());
            let shown = read.failure_message(Some("c")).unwrap();
            assert_eq!(shown.expose_for(Purpose::Reveal), message, "{profile} {text}");
        }
    }

    #[test]
    fn messages_about_files() {
        for (profile, text, message) in [
            (
                "3.1",
                r#"{"hostname": "h", "b": 1, "hostname": ""}"#,
                "The object have illegal keys: b, hostname. The dictionary can only contain the \
                 following keys: {'conn_id', 'conn_type', 'description', 'extra', 'extra_dejson', \
                 'host', 'login', 'password', 'port', 'schema', 'team_id', 'uri'}",
            ),
            (
                "3.3",
                r#"{"conn_id": "b"}"#,
                "Mismatch conn_id. The dictionary key has the value: b. The item has the value: c.",
            ),
            (
                "3.3",
                "true",
                "Unexpected value type: <class 'bool'>. The connection can only be defined using \
                 a string or object.",
            ),
        ] {
            let read = read_file_object(text, Some("c"), profile.parse().unwrap());
            let shown = read.failure_message(Some("c")).unwrap();
            assert_eq!(shown.expose_for(Purpose::Reveal), message, "{profile} {text}");
        }
    }

    #[test]
    fn values_are_masked() {
        for text in [
            r#"{"port": "s3cr3t"}"#,
            r#"{"uri": "x://u:s3cr3t/p@h"}"#,
            r#"{"password": {"s3cr3t": 1}}"#,
            r#"{"extra": "s3cr3t"}"#,
            "s3cr3t",
        ] {
            let read = read_json(text, "2.10".parse().unwrap());
            let shown = read.failure_message(None).map(|message| message.masked());
            assert!(!shown.is_some_and(|shown| shown.as_str().contains("s3cr3t")), "{text}");
        }
    }
}
