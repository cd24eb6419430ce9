//! Airflow's `Connection.get_uri`.

use std::borrow::Cow;
use std::fmt::Write as _;

use connlint_catalog::{Implementation, Profile, Quirk};
use connlint_json::{JsonException, Node, PyText, Value, dict};
use connlint_text::Encoding;

use crate::uri::EXTRA_KEY;
use crate::{Connection, Exception, FieldValue, Port, py};

impl Connection<'_> {
    /// The URI that Airflow writes for this connection.
    ///
    /// It may not read back as the same connection, not even in Airflow: upper case in a host, a
    /// description and a port of 0 are lost, and extra values that look like JSON change type.
    ///
    /// # Errors
    ///
    /// The exception that Airflow raises instead. A lone surrogate in `conn_type` or in the
    /// protocol of a host, which Airflow writes and nobody can encode, is an error here too.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::Connection;
    ///
    /// let connection = Connection {
    ///     conn_type: Some("google_cloud_platform".into()),
    ///     password: Some("p@ss".into()),
    ///     extra: Some(r#"{"num_retries": 5}"#.into()),
    ///     ..Connection::default()
    /// };
    /// assert_eq!(
    ///     connection.get_uri(Profile::NEWEST).unwrap(),
    ///     "google-cloud-platform://:p%40ss@/?__extra__=%7B%22num_retries%22%3A+5%7D",
    /// );
    /// ```
    pub fn get_uri(&self, profile: Profile) -> Result<String, Exception> {
        if profile.has(Quirk::ExtraReadOutsideTry) {
            self.extra_dejson(profile)?;
        }
        let mut uri = String::new();
        match self.conn_type.as_ref().filter(|conn_type| conn_type.is_truthy()) {
            None => uri.push_str("//"),
            Some(conn_type) => {
                let Some(text) = conn_type.as_text() else {
                    // Airflow asks `"_" in conn_type`, which arrays and objects can answer.
                    let is_asked = profile.implementation == Implementation::Core
                        || profile.has(Quirk::UnderscoreLookedFor);
                    let can_answer = matches!(conn_type.python_type(), "list" | "dict");
                    return Err(if is_asked && !can_answer {
                        Exception::TypeError
                    } else {
                        Exception::AttributeError
                    });
                };
                uri.push_str(&utf8(text)?.to_lowercase().replace('_', "-"));
                uri.push_str("://");
            }
        }
        let (protocol, host) = self.protocol_and_host(profile)?;
        if !protocol.is_empty() {
            uri.push_str(&protocol);
            uri.push_str("://");
        }
        let mut has_authority = false;
        if let Some(login) = &self.login {
            let login = quote(login)?;
            has_authority |= !login.is_empty();
            uri.push_str(&login);
        }
        if let Some(password) = &self.password {
            has_authority = true;
            uri.push(':');
            uri.push_str(&quote(password)?);
        }
        if has_authority {
            uri.push('@');
        }
        if let Some(host) = host {
            has_authority = true;
            uri.push_str(&quote(&host)?);
        }
        if let Some(port) = self.port.as_ref().filter(|port| port.is_truthy()) {
            if !has_authority {
                uri.push('@');
            }
            uri.push(':');
            uri.push_str(&port_text(port)?);
        }
        let schema = self.schema.as_ref().filter(|schema| schema.is_truthy());
        if let Some(schema) = schema {
            uri.push('/');
            uri.push_str(&quote(schema)?);
        }
        if let Some(extra) = self.extra.as_ref().filter(|extra| extra.is_truthy()) {
            uri.push_str(if schema.is_some() { "?" } else { "/?" });
            uri.push_str(&query(extra, profile)?);
        }
        Ok(uri)
    }

    /// The protocol that is written in front of the credentials, and what remains of the host:
    /// nothing where it is empty.
    fn protocol_and_host(
        &self,
        profile: Profile,
    ) -> Result<(Cow<'_, str>, Option<FieldValue<'_>>), Exception> {
        let Some(host) = self.host.as_ref().filter(|host| host.is_truthy()) else {
            return Ok((Cow::Borrowed(""), None));
        };
        let text = match host {
            FieldValue::Text(text) => text,
            // Airflow asks `"://" in host`, which arrays and objects can answer.
            FieldValue::Json(node) | FieldValue::Dated(node)
                if matches!(node.value, Value::Array(_) | Value::Object(_)) =>
            {
                // Where the answer is yes, it goes on with `host.split`.
                return if holds_separator(node) {
                    Err(Exception::AttributeError)
                } else {
                    Ok((Cow::Borrowed(""), Some(host.clone())))
                };
            }
            FieldValue::Json(_) | FieldValue::Dated(_) | FieldValue::Loaded(_) => {
                return Err(Exception::TypeError);
            }
        };
        let Some((protocol, rest)) = text.as_str().and_then(|text| text.split_once("://")) else {
            let has_protocol = text.to_lossy().contains("://");
            // Nothing of such a host could be encoded.
            return if has_protocol || text.has_lone_surrogate() {
                Err(Exception::UnicodeEncodeError)
            } else {
                Ok((Cow::Borrowed(""), Some(host.clone())))
            };
        };
        let own = self.conn_type.as_ref().and_then(FieldValue::as_str) == Some(protocol);
        if own && profile.has(Quirk::OwnProtocolQuoted) {
            return Ok((Cow::Borrowed(""), Some(host.clone())));
        }
        let rest = (!rest.is_empty()).then(|| FieldValue::from(rest));
        Ok((Cow::Borrowed(protocol), rest))
    }
}

/// Whether `"://" in value` is true of an array or object.
fn holds_separator(node: &Node<'_>) -> bool {
    let separator = PyText::from("://");
    match &node.value {
        Value::Array(items) => items
            .iter()
            .any(|item| matches!(&item.value, Value::String(text) if text.text() == separator)),
        Value::Object(members) => members.iter().any(|member| member.key.text() == separator),
        _ => false,
    }
}

/// A text as UTF-8, or what Python raises where it is not.
fn utf8<'t>(text: &'t PyText<'_>) -> Result<&'t str, Exception> {
    text.as_str().ok_or(Exception::UnicodeEncodeError)
}

/// `urllib.parse.quote(value, safe="")`, which takes texts only.
fn quote<'v>(value: &'v FieldValue<'_>) -> Result<Cow<'v, str>, Exception> {
    let text = value.as_text().ok_or(Exception::TypeError)?;
    Ok(Encoding::Component.encode(utf8(text)?))
}

/// A port as Python's f-string writes it.
fn port_text(port: &Port<'_>) -> Result<String, Exception> {
    Ok(match port {
        Port::Number(number) => number.to_string(),
        Port::Big(digits) => digits.clone(),
        Port::Value(FieldValue::Text(text)) => utf8(text)?.to_owned(),
        Port::Value(FieldValue::Json(node) | FieldValue::Dated(node)) => py::str_of(node),
        Port::Value(FieldValue::Loaded(loaded)) => py::str_of(&loaded.node()),
    })
}

/// The query of an `extra` that is not empty.
///
/// An object of texts is written key by key, anything else as one `__extra__`.
fn query(extra: &FieldValue<'_>, profile: Profile) -> Result<String, Exception> {
    let text = match extra {
        FieldValue::Text(text) => text,
        // `json.loads` raises `TypeError` for what is no text, which Airflow catches.
        FieldValue::Json(node) => return Ok(pair(EXTRA_KEY, &py::str_of(node))),
        FieldValue::Loaded(loaded) => return Ok(pair(EXTRA_KEY, &py::str_of(&loaded.node()))),
        FieldValue::Dated(_) => return Err(Exception::TypeError),
    };
    let flat = match connlint_json::parse(&text.to_lossy()) {
        Ok(node) => flat_query(&node, profile)?,
        Err(error) => match error.kind.exception() {
            // Airflow logs that, and goes on with an empty dictionary.
            JsonException::JsonDecodeError => None,
            JsonException::ValueError => return Err(Exception::ValueError),
            JsonException::RecursionError => return Err(Exception::RecursionError),
        },
    };
    flat.map_or_else(|| Ok(pair(EXTRA_KEY, utf8(text)?)), Ok)
}

/// The query of an object that is not empty and has nothing but texts; `None` for anything else.
///
/// Airflow writes the query first and looks then whether it reads back, so that a lone surrogate
/// raises whatever the other values are.
fn flat_query(extra: &Node<'_>, profile: Profile) -> Result<Option<String>, Exception> {
    if profile.has(Quirk::MaskerEncodesText) && crate::connection::has_lone_surrogate(extra) {
        return Err(Exception::UnicodeEncodeError);
    }
    let Some(members) = extra.as_object() else { return Ok(None) };
    let mut out = String::new();
    let mut all_texts = true;
    for (key, value) in dict(members) {
        let key = utf8(&key)?;
        match value.as_text() {
            None => all_texts = false,
            Some(text) => {
                let separator = if out.is_empty() { "" } else { "&" };
                // Writing to a string does not fail.
                let _ = write!(out, "{separator}{}", pair(key, utf8(&text)?));
            }
        }
    }
    Ok((all_texts && !members.is_empty()).then_some(out))
}

/// `urllib.parse.urlencode` of one entry.
fn pair(key: &str, value: &str) -> String {
    format!("{}={}", Encoding::Query.encode(key), Encoding::Query.encode(value))
}
