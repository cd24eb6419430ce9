//! JSON in which settings stand: task definitions of ECS, Deployment files of Astro, what `docker
//! inspect`, `kubectl get -o json`, the secret stores of the clouds and Airflow's own API print.

use std::borrow::Cow;

use connlint_json::{Node, Str, Value, parse};
use connlint_text::{DecodedText, Raw, Span};

use crate::config_file::role_of;
use crate::env_yaml::{opaque, piece};
use crate::fields::{JsonText, OF_TYPED};
use crate::formats::File;
use crate::json::raw;
use crate::names::meaning;
use crate::nested::adopt;
use crate::references::References;
use crate::terraform::kept;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Role, Site, Surface, base64};

/// A JSON file with a setting of Airflow's in it, or a secret that is called like one.
pub(crate) fn detects(file: &File<'_>) -> bool {
    matches!(file.extension, "json" | "jsonl" | "ndjson")
        && file.text.trim_start().starts_with(['{', '['])
        && (file.mentions_airflow()
            || file.mentions(&["secrets.backend", "\"CONNECTION\""])
            || (file.mentions(&["\"conn_type\""])
                && file.mentions(&["\"conn_id\"", "\"connection_id\""]))
            || (file.mentions(&["SecretString", "\"Value\"", "\"value\"", "\"payload\""])
                && file.mentions(&["connections/", "connections-", "variables/", "variables-"])))
}

/// Variables are written as `{"name": …, "value": …}`, with `key` for `name` in some, as members
/// of an object, or as `"NAME=value"` in a list. Where the whole is no JSON, each line may be. Who
/// reads the file is not known: nothing is said about its form.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::EnvJson, options.consumer);
    match parse(text) {
        Ok(root) => node(&mut document, &root, Place::default()),
        Err(_) => lines(&mut document, options),
    }
    document.sites.sort_by_key(|site| site.span.start());
    document
}

/// One JSON document a line.
fn lines(document: &mut Document<'_>, options: Options) {
    let mut at = 0;
    for line in document.text.split_inclusive('\n') {
        let span = Span::from_range(at..at + line.len());
        at += line.len();
        let Ok(root) = parse(line) else { continue };
        let mut inner = Document::empty(line, HostFormat::EnvJson, options.consumer);
        node(&mut inner, &root, Place::default());
        let part = DecodedText::verbatim(document.text, span);
        adopt(document, inner, &part, Quoting::Block);
    }
}

/// Where in the file the walk is.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Within the environment of a container.
    is_env: bool,
    /// Within a Secret of Kubernetes.
    is_secret: bool,
    /// Within its `data`, whose values are base64.
    is_base64: bool,
}

/// The nesting of what `parse` takes is bounded.
fn node<'a>(document: &mut Document<'a>, at: &Node<'a>, mut place: Place) {
    match &at.value {
        Value::Array(items) => {
            for item in items {
                match &item.value {
                    Value::String(text) if place.is_env => assignment(document, *text),
                    _ => node(document, item, place),
                }
            }
        }
        Value::Object(members) => {
            if connection(document, at) {
                return;
            }
            if let Some(kind) = at.last("kind").and_then(Node::as_string) {
                place.is_secret = kind.is("Secret");
            }
            pair(document, at);
            for member in members {
                match &member.value.value {
                    Value::String(value) if place.is_base64 => {
                        encoded(document, member.key, *value);
                    }
                    Value::String(value) => setting(document, member.key, *value),
                    _ => {
                        let is = |words: &[&str]| words.iter().any(|word| member.key.is(word));
                        let place = Place {
                            is_env: is(&["Env", "env", "environment", "Environment"]),
                            is_base64: place.is_secret && is(&["data"]),
                            ..place
                        };
                        node(document, &member.value, place);
                    }
                }
            }
        }
        _ => {}
    }
}

/// `{"name": NAME, "value": …}`, by whatever words.
fn pair<'a>(document: &mut Document<'a>, at: &Node<'a>) {
    let find = |keys: &[&str]| keys.iter().find_map(|key| at.last(key)?.as_string());
    let Some(name) = find(&["name", "key", "Name", "Key", "objectKey"]) else { return };
    if let Some(value) = find(&["value", "Value", "SecretString"]) {
        setting(document, name, value);
        secret(document, name, value.decode(), raw(value.span()), Quoting::JsonString);
        return;
    }
    let inner = |parent: &str, key: &str| at.last(parent)?.last(key)?.as_string();
    if let Some(value) = inner("environmentVariable", "value") {
        setting(document, name, value);
    } else if let Some(value) = inner("payload", "data") {
        // What `gcloud secrets versions access` prints: `projects/p/secrets/NAME/versions/1`.
        let bytes = base64::decode(value.decode().text());
        let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else { return };
        let span = raw(value.span());
        secret(document, name, opaque(text, span), span, Quoting::Opaque);
    }
}

/// `"NAME=value"`.
fn assignment<'a>(document: &mut Document<'a>, text: Str<'a>) {
    let whole = text.decode();
    let Some(at) = memchr::memchr(b'=', whole.text().as_bytes()) else { return };
    let (Some(name), Some(value)) =
        (piece(&whole, 0, at), piece(&whole, at + 1, whole.text().len()))
    else {
        return;
    };
    let place = name.raw();
    let name = Name { text: name.into_text(), span: place };
    let value_span = value.raw();
    variable(document, name, value, value_span, Quoting::JsonString);
}

/// A variable, if `name` is one of Airflow's, or an option that a service writes into
/// `airflow.cfg`. A secret that is not told is empty.
fn setting<'a>(document: &mut Document<'a>, name: Str<'a>, value: Str<'a>) {
    if value.raw().is_empty() {
        return;
    }
    let name = Name { text: name.decode().into_text(), span: raw(name.content()) };
    variable(document, name, value.decode(), raw(value.span()), Quoting::JsonString);
}

/// The same in base64.
fn encoded<'a>(document: &mut Document<'a>, name: Str<'a>, value: Str<'a>) {
    let bytes = base64::decode(value.decode().text());
    let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else { return };
    let name = Name { text: name.decode().into_text(), span: raw(name.content()) };
    let span = raw(value.span());
    variable(document, name, opaque(text, span), span, Quoting::Opaque);
}

fn variable<'a>(
    document: &mut Document<'a>,
    name: Name<'a>,
    value: DecodedText<'a>,
    value_span: Span<Raw>,
    quoting: Quoting,
) {
    let (role, id, surface) = if let Some(meaning) = meaning(&name.text) {
        (meaning.role, meaning.id.map(Cow::into_owned), Surface::Environment)
    } else {
        let option = name.text.split_once('.').and_then(|(section, key)| role_of(section, key));
        let Some(role) = option else { return };
        (role, None, Surface::ConfigFile)
    };
    push(document, name, (role, id, surface), value, value_span, quoting);
}

/// A secret of a cloud, where its name says what it is.
fn secret<'a>(
    document: &mut Document<'a>,
    name: Str<'a>,
    value: DecodedText<'a>,
    value_span: Span<Raw>,
    quoting: Quoting,
) {
    let text = name.decode().into_text();
    // Other names of Google's and Azure's are paths with the version behind the name.
    let parts = || text.split('/').skip_while(|part| *part != "secrets");
    let is_path = text.starts_with("projects/") || text.starts_with("https://");
    let called = if is_path { parts().nth(1).unwrap_or_default() } else { &text };
    let Some((role, id)) = kept(called, value.text()) else { return };
    let name = Name { span: raw(name.content()), text: text.clone() };
    push(document, name, (role, Some(id), Surface::SecretStore), value, value_span, quoting);
}

fn push<'a>(
    document: &mut Document<'a>,
    name: Name<'a>,
    (role, id, surface): (Role, Option<String>, Surface),
    value: DecodedText<'a>,
    value_span: Span<Raw>,
    quoting: Quoting,
) {
    let Ok(filled) = References::Plain.fill_in(value) else { return };
    document.sites.push(Site {
        id: id.map(Cow::Owned),
        span: name.span.join(value_span),
        name,
        role,
        surface,
        form: Form::Text,
        value_span,
        value: filled.value,
        quoting,
        outer: Vec::new(),
        unknown: filled.unknown,
    });
}

/// A connection with its fields, as Airflow's API, `airflow connections list -o json` and
/// `astro env connection list` print it.
///
/// Passwords are left out or masked there: what they hold is unknown.
fn connection<'a>(document: &mut Document<'a>, at: &Node<'a>) -> bool {
    let string = |key: &str| at.last(key).and_then(Node::as_string);
    let (id, fields) = if let Some(connection) = at.last("connection") {
        (string("objectKey"), connection)
    } else {
        (string("connection_id").or_else(|| string("conn_id")), at)
    };
    let key = if std::ptr::eq(fields, at) { "conn_type" } else { "type" };
    let (Some(id), Some(_), Some(members)) = (id, fields.last(key), fields.as_object()) else {
        return false;
    };
    let span = raw(fields.span);
    let mut draft = JsonText::new(document.text, span.start());
    let mut separator = "{";
    for (name, field) in OF_TYPED {
        let name = if field == "conn_type" { key } else { name };
        let Some(member) = members.iter().rev().find(|member| member.key.is(name)) else {
            continue;
        };
        if matches!(member.value.value, Value::Null) {
            continue;
        }
        draft.move_to(raw(member.span()).start());
        draft.insert(separator);
        draft.key(field, raw(member.key.content()));
        if field == "password" {
            draft.unknown_string(raw(member.value.span));
        } else {
            draft.literal(raw(member.value.span));
        }
        separator = ",";
    }
    if separator == "{" {
        return false;
    }
    draft.insert("}");
    let (value, unknown) = draft.finish();
    let name = Name { text: id.decode().into_text(), span: raw(id.content()) };
    document.sites.push(Site {
        id: Some(name.text.clone()),
        span: span.join(name.span),
        name,
        role: Role::Connection,
        surface: Surface::Standalone,
        form: Form::Object,
        value_span: span,
        value,
        quoting: Quoting::Opaque,
        outer: Vec::new(),
        unknown,
    });
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name=value` for each site.
    fn sites(text: &str) -> Vec<String> {
        let document = extract(text, Options::default());
        let sites = document.sites.iter();
        sites.map(|site| format!("{}={}", site.name.text, site.value.text())).collect()
    }

    #[test]
    fn settings() {
        for (text, expected) in [
            (r#"{"AIRFLOW_VAR_A": "b"}"#, &["AIRFLOW_VAR_A=b"][..]),
            (r#"[{"name": "AIRFLOW_VAR_A", "value": "b"}]"#, &["AIRFLOW_VAR_A=b"]),
            (r#"[{"key": "AIRFLOW_VAR_A", "value": "", "is_secret": true}]"#, &[]),
            (
                r#"{"Config": {"Env": ["AIRFLOW_VAR_A=b\"c", "PATH=/bin"]}}"#,
                &["AIRFLOW_VAR_A=b\"c"],
            ),
            (r#"{"Cmd": ["AIRFLOW_VAR_A=b"]}"#, &[]),
            (r#"{"kind": "Secret", "data": {"AIRFLOW_VAR_A": "Yg=="}}"#, &["AIRFLOW_VAR_A=b"]),
            (r#"{"kind": "Secret", "stringData": {"AIRFLOW_VAR_A": "b"}}"#, &["AIRFLOW_VAR_A=b"]),
            (r#"{"kind": "ConfigMap", "data": {"AIRFLOW_VAR_A": "b"}}"#, &["AIRFLOW_VAR_A=b"]),
            (r#"{"options": {"secrets.backend": "a.B", "core.x": "y"}}"#, &["secrets.backend=a.B"]),
            (
                r#"{"objectKey": "AIRFLOW_VAR_A", "environmentVariable": {"value": "b"}}"#,
                &["AIRFLOW_VAR_A=b"],
            ),
            (r#"{"AIRFLOW_VAR_A": "b""#, &[]),
        ] {
            assert_eq!(sites(text), expected, "{text}");
        }
    }

    #[test]
    fn secrets_of_clouds() {
        for (text, expected) in [
            (
                r#"{"ARN": "arn", "Name": "airflow/connections/pg", "SecretString": "x://h"}"#,
                &["airflow/connections/pg=x://h"][..],
            ),
            (
                r#"{"SecretValues": [{"Name": "airflow/variables/a", "SecretString": "b"}]}"#,
                &["airflow/variables/a=b"],
            ),
            (
                r#"{"Parameter": {"Name": "/airflow/connections/pg", "Type": "String", "Value": "x://h"}}"#,
                &["/airflow/connections/pg=x://h"],
            ),
            (
                r#"{"name": "airflow-connections-pg", "value": "x://h"}"#,
                &["airflow-connections-pg=x://h"],
            ),
            (
                r#"{"name": "projects/1/secrets/airflow-connections-pg/versions/2", "payload": {"data": "eDovL2g="}}"#,
                &["projects/1/secrets/airflow-connections-pg/versions/2=x://h"],
            ),
            (r#"{"name": "max-connections-limit", "value": "100"}"#, &[]),
            (r#"{"name": "env-variables-count", "value": "100"}"#, &[]),
            // Secrets Manager has words of its own for fields.
            (r#"{"Name": "airflow/connections/pg", "SecretString": "{\"user\": \"a\"}"}"#, &[]),
        ] {
            assert_eq!(sites(text), expected, "{text}");
        }
        let text = r#"{"name": "airflow-connections-pg", "value": "x://h"}"#;
        assert_eq!(extract(text, Options::default()).sites[0].id.as_deref(), Some("pg"));
    }

    #[test]
    fn connections_with_fields() {
        for (text, expected) in [
            (
                r#"[{"id": "1", "conn_id": "a", "conn_type": "http", "host": "h", "port": null, "is_encrypted": "True"}]"#,
                &[r#"a={"conn_type":"http","host":"h"}"#][..],
            ),
            (
                r#"{"connections": [{"connection_id": "a", "conn_type": "http", "password": "***", "extra": "{}"}]}"#,
                &[r#"a={"conn_type":"http","password":"\"***\"","extra":"{}"}"#],
            ),
            (
                r#"{"objectKey": "a", "objectType": "CONNECTION", "connection": {"type": "http", "host": "h", "extra": {"b": 1}}}"#,
                &[r#"a={"conn_type":"http","host":"h","extra":{"b": 1}}"#],
            ),
            (
                "{\"conn_id\": \"a\", \"conn_type\": \"http\"}\n\n{\"conn_id\": \"b\", \"conn_type\": \"ssh\", \"port\": 22}\n",
                &[r#"a={"conn_type":"http"}"#, r#"b={"conn_type":"ssh","port":22}"#],
            ),
            ("{\"conn_id\": \"a\", \"conn_type\": \"http\"}\n{", &[r#"a={"conn_type":"http"}"#]),
            (r#"{"connection": {"type": "http"}}"#, &[]),
            (r#"{"conn_id": "a"}"#, &[]),
        ] {
            assert_eq!(sites(text), expected, "{text}");
        }
    }
}
