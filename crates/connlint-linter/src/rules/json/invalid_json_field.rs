use connlint_parser::{FailureKind, JsonConnection};
use connlint_text::message;

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL206" "invalid-json-field", Correctness, Error,
    since: "0.1.0", fix: None, Json => check
}

/// What another rule explains, or what is no fault of the URI.
const fn is_of_another_rule(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::NotJson(_)
            | FailureKind::NotAnObject
            | FailureKind::UnknownKey
            | FailureKind::ConnIdGiven
            | FailureKind::UriWithFields
            | FailureKind::PortNotAnInteger
            | FailureKind::PortInfinite
            | FailureKind::PortOfWrongType
    )
}

fn check(json: &JsonConnection<'_>, cx: &mut Reporter<'_>) {
    let Some(failure) = &json.failure else { return };
    let (headline, help) = match failure.kind {
        FailureKind::ConnTypeNotText => ("`conn_type` is no text", "write it between quotes"),
        FailureKind::PasswordNotText => ("`password` is no text", "write it between quotes"),
        FailureKind::UriNotText => ("`uri` is no text", "write it between quotes"),
        FailureKind::LoneSurrogate => (
            "half a character: `\\ud800` to `\\udfff` come in pairs",
            "write both halves, or the character itself",
        ),
        FailureKind::ExtraTwice => {
            ("both `extra` and `extra_dejson` are given", "keep one of them")
        }
        FailureKind::ConnIdMismatch => (
            "`conn_id` says something else than the key of the object",
            "remove `conn_id`, or make them the same",
        ),
        kind if is_of_another_rule(kind) || json.uri().is_none() => return,
        _ => (
            "Airflow does not take the URI in `uri`",
            "percent-encode what is no delimiter, or write the fields instead",
        ),
    };
    cx.report(failure.span, message![headline])
        .help(help)
        .note(message![airflow(json.profile), " refuses the whole connection because of it"]);
}
