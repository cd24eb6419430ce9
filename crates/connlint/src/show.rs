//! What Airflow reads at every site.

use connlint_catalog::{ConnType, conn_type};
use connlint_hosts::{Document, Form, Site};
use connlint_json::PyText;
use connlint_linter::{Linted, is_name, is_plain, public_name, public_parts, reading};
use connlint_parser::{Connection, FieldValue, Form as Written, Port, Reading};
use connlint_report::{ShownError, ShownSite};
use connlint_text::{LineIndex, MASK, Purpose, Raw, Shown, Span};
use serde_json::{Map, Value};

/// Whether secrets are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Secrets {
    /// A mask of fixed width stands for each.
    #[default]
    Masked,
    /// They are shown: the user asked for them.
    Revealed,
}

/// The sites of a file with what Airflow makes of each, in the order of the file.
///
/// ```
/// use connlint::{Linter, Secrets, sites};
///
/// let linted = Linter::default().lint(".env", "AIRFLOW_CONN_PG=postgres://app:s3cr3t@db/app\n");
/// let shown = &sites(&linted, Secrets::Masked)[0];
/// assert_eq!(shown.value, "postgres://app:****@db/app");
/// assert_eq!(shown.connection.as_ref().unwrap()["host"], "db");
/// assert_eq!(shown.connection.as_ref().unwrap()["password"], "****");
///
/// let export = r#"{"pg": {"conn_type": "postgres", "port": "5432"}}"#;
/// let linted = Linter::default().lint("connections.json", export);
/// let shown = &sites(&linted, Secrets::Masked)[0];
/// assert_eq!(shown.connection.as_ref().unwrap()["port"], 5432);
/// ```
pub fn sites(linted: &Linted<'_>, secrets: Secrets) -> Vec<ShownSite> {
    let Some(document) = &linted.document else { return Vec::new() };
    let lines = LineIndex::new(linted.text);
    let show = |site| shown(linted, document, &lines, site, secrets);
    document.sites.iter().map(show).collect()
}

fn shown(
    linted: &Linted<'_>,
    document: &Document<'_>,
    lines: &LineIndex,
    site: &Site<'_>,
    secrets: Secrets,
) -> ShownSite {
    let text = site.value.text();
    let public = public_parts(document, site, linted.profile);
    let value = match secrets {
        Secrets::Revealed => text.to_owned(),
        Secrets::Masked => {
            let raw = |span: &Span<_>| Span::<Raw>::new(span.start(), span.end());
            let visible: Vec<_> = public.iter().map(raw).collect();
            Shown::of(text, Span::from_range(0..text.len()), &visible).text().to_owned()
        }
    };
    let reading = reading(site, linted.profile);
    let fields = reading.as_ref().and_then(Reading::connection).map(|connection| {
        let is_public = |span: Span<_>| public.iter().any(|part| part.covers(span));
        let login = reading.as_ref().and_then(login_span).is_some_and(is_public);
        let host = reading.as_ref().and_then(host_span).is_none_or(is_public);
        let schema = host && reading.as_ref().and_then(schema_span).is_none_or(is_public);
        fields(&connection, secrets, Seen { login, host, schema })
    });
    let error = reading.as_ref().and_then(|reading| {
        let message = reading.failure_message(site.id.as_deref());
        let message = message.map_or_else(String::new, |message| match secrets {
            Secrets::Masked => message.masked().as_str().to_owned(),
            Secrets::Revealed => message.expose_for(Purpose::Reveal),
        });
        let class = reading.failure()?.exception.name().to_owned();
        Some(ShownError { class, message })
    });
    // What stands before a `=` is a name to its reader, a whole URI too.
    let named = |name: &str| match secrets {
        Secrets::Masked => public_name(name).map_or(MASK, |_| name).to_owned(),
        Secrets::Revealed => name.to_owned(),
    };
    ShownSite {
        file: linted.path.clone(),
        line: lines.line(site.span.start()),
        name: named(&site.name.text),
        conn_id: site.id.as_deref().map(named),
        role: site.role,
        form: reading.as_ref().and_then(|reading| form(site, reading)),
        value,
        connection: fields,
        error,
    }
}

fn form(site: &Site<'_>, reading: &Reading<'_>) -> Option<&'static str> {
    Some(match (site.form, reading.form()?) {
        (Form::Object, _) => "fields",
        (Form::Text, Written::Uri) => "uri",
        (Form::Text, Written::Json) => "json",
    })
}

fn login_span(reading: &Reading<'_>) -> Option<Span<connlint_text::Decoded>> {
    match reading {
        Reading::Uri(uri) => Some(uri.login.as_ref()?.span),
        Reading::Json(json) => Some(json.field("login")?.span),
        _ => None,
    }
}

fn host_span(reading: &Reading<'_>) -> Option<Span<connlint_text::Decoded>> {
    match reading {
        Reading::Uri(uri) => Some(uri.host.as_ref()?.span),
        Reading::Json(json) => Some(json.field("host")?.span),
        _ => None,
    }
}

fn schema_span(reading: &Reading<'_>) -> Option<Span<connlint_text::Decoded>> {
    match reading {
        Reading::Uri(uri) => Some(uri.path.as_ref()?.span),
        Reading::Json(json) => Some(json.field("schema")?.span),
        _ => None,
    }
}

/// Which fields may be seen.
#[derive(Clone, Copy)]
struct Seen {
    login: bool,
    host: bool,
    schema: bool,
}

/// The fields of a connection; a masked one holds nothing but what is known to be no secret.
fn fields(connection: &Connection<'_>, secrets: Secrets, seen: Seen) -> Map<String, Value> {
    let revealed = secrets == Secrets::Revealed;
    let of_type = connection.conn_type.as_ref().and_then(FieldValue::as_str).and_then(conn_type);
    let field = |value: &Option<FieldValue<'_>>, is_public: bool| match value {
        None => Value::Null,
        Some(value) if revealed || is_public || !value.is_truthy() => plain(value),
        Some(_) => Value::from(MASK),
    };
    let mut fields = Map::new();
    // Without a type nothing is known of the rest: what looks like a schema may be the whole URI.
    let known = of_type.is_some();
    fields.insert("conn_type".into(), field(&connection.conn_type, known));
    fields.insert("host".into(), field(&connection.host, known && seen.host));
    fields.insert("login".into(), field(&connection.login, seen.login));
    fields.insert("password".into(), field(&connection.password, false));
    fields.insert("schema".into(), field(&connection.schema, known && seen.schema));
    fields.insert("port".into(), connection.port.as_ref().map_or(Value::Null, port));
    fields.insert("extra".into(), extra(connection, revealed, of_type));
    fields
}

/// `port` as a number, where it is one.
///
/// A connections file may say `"5432"`, which Airflow leaves alone. The database that
/// `airflow connections import` writes to gives 5432 back (2.11, 3.3), and a URI shows no
/// difference.
fn port(port: &Port<'_>) -> Value {
    match port {
        Port::Number(number) => Value::from(*number),
        Port::Big(digits) => Value::from(digits.as_str()),
        Port::Value(value) => {
            let digits =
                value.as_str().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            let number = digits.and_then(|digits| digits.parse::<i64>().ok());
            number.map_or_else(|| plain(value), Value::from)
        }
    }
}

/// `extra` as an object, where it is one; its values are shown where the catalogue knows the key.
fn extra(connection: &Connection<'_>, revealed: bool, of_type: Option<&ConnType>) -> Value {
    let Some(extra) = connection.extra.as_ref() else { return Value::Object(Map::new()) };
    let text = match extra {
        FieldValue::Text(text) => text.to_lossy().into_owned(),
        FieldValue::Json(node) | FieldValue::Dated(node) => connlint_json::dumps(node),
        FieldValue::Loaded(loaded) => connlint_json::dumps(&loaded.node()),
    };
    match serde_json::from_str(&text) {
        Ok(Value::Object(mut object)) => {
            if !revealed {
                object = object.into_iter().map(with_key_masked).collect();
            }
            for (key, value) in &mut object {
                let is_public = of_type.is_some_and(|of_type| of_type.extra_is_public(key));
                let is_scalar = !value.is_array() && !value.is_object();
                let is_scalar = is_scalar && value.as_str().is_none_or(is_plain);
                if !(revealed || is_public && is_scalar) {
                    *value = Value::from(MASK);
                }
            }
            Value::Object(object)
        }
        _ if text.is_empty() => Value::Object(Map::new()),
        _ if revealed => Value::from(text),
        _ => Value::from(MASK),
    }
}

/// A key that somebody chose as a name stays. One of a URI without a value may be a piece of a
/// password with a `?` and a `&` in it.
fn with_key_masked((key, value): (String, Value)) -> (String, Value) {
    let is_named = is_name(&key) && value.as_str() != Some("");
    (if is_named { key } else { MASK.to_owned() }, value)
}

fn plain(value: &FieldValue<'_>) -> Value {
    match value {
        FieldValue::Text(text) => Value::from(PyText::to_lossy(text).into_owned()),
        FieldValue::Json(node) | FieldValue::Dated(node) => {
            serde_json::from_str(&connlint_json::dumps(node)).unwrap_or(Value::Null)
        }
        FieldValue::Loaded(loaded) => {
            serde_json::from_str(&connlint_json::dumps(&loaded.node())).unwrap_or(Value::Null)
        }
    }
}
