use connlint_json::parse;
use connlint_text::message;

use super::option;
use crate::rules::json::key_words;
use crate::{DocumentCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL901" "aws-secret-key", Correctness, Warning,
    since: "0.1.0", fix: None, Document => check
}

/// The keys that the backend understands, and what it takes them for.
const KEYS: [(&str, &str); 17] = [
    ("login", "login"),
    ("user", "login"),
    ("username", "login"),
    ("user_name", "login"),
    ("password", "password"),
    ("pass", "password"),
    ("key", "password"),
    ("host", "host"),
    ("remote_host", "host"),
    ("server", "host"),
    ("port", "port"),
    ("database", "schema"),
    ("schema", "schema"),
    ("conn_type", "conn_type"),
    ("connection_type", "conn_type"),
    ("engine", "conn_type"),
    ("extra", "extra"),
];

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    const VERBS: [&str; 3] = ["create-secret", "put-secret-value", "update-secret"];
    for command in &cx.document.commands {
        if !VERBS.iter().any(|verb| command.runs("aws", &["secretsmanager", verb])) {
            continue;
        }
        let name = option(command, &["name", "secret-id"]);
        if !name.is_some_and(|(word, _)| word.text().contains("connections")) {
            continue;
        }
        let Some((word, offset)) = option(command, &["secret-string"]) else { continue };
        let text = word.text().get(offset..).unwrap_or_default();
        let Ok(root) = parse(text) else { continue };
        let Some(members) = root.as_object() else { continue };
        for member in members {
            let key = member.key.text();
            let key = key.as_str().unwrap_or_default();
            if KEYS.iter().any(|(known, _)| *known == key) {
                continue;
            }
            let by = u32::try_from(offset).unwrap_or(0);
            let span = word.value.map().to_raw(member.key.span().shifted(by));
            let draft = report.report_raw(
                span,
                message!["the backend of AWS Secrets Manager reads no ", key_words(key)],
            );
            match key {
                "conn_uri" | "uri" => draft
                    .severity(Severity::Error)
                    .help("store the URI by itself, without an object around it")
                    .note("Airflow gets a connection without a type and a host"),
                "conn_id" => draft
                    .severity(Severity::Error)
                    .help("remove it, and write `conn_type`")
                    .note("it is taken for the type of the connection"),
                _ => draft
                    .help("put it into `extra`, an object or a text of JSON")
                    .note("it is dropped without a word"),
            };
        }
    }
}
