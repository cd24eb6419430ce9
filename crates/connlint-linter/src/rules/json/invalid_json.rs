use connlint_parser::{FailureKind, JsonConnection};
use connlint_text::message;

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL204" "invalid-json", Correctness, Error,
    since: "0.1.0", fix: None, Json => check
}

fn check(json: &JsonConnection<'_>, cx: &mut Reporter<'_>) {
    let Some(failure) = &json.failure else { return };
    let airflow = airflow(json.profile);
    match failure.kind {
        FailureKind::NotJson(kind) => {
            let headline = message!["a connection starts with `{` but is not JSON: ", kind.fault()];
            cx.report(failure.span, headline)
                .help(kind.advice())
                .note(message![airflow, " raises JSONDecodeError"]);
        }
        FailureKind::NotAnObject => {
            cx.report(failure.span, message!["a JSON connection is no object"])
                .help("write an object of the connection's fields")
                .note(message![airflow, " raises"]);
        }
        FailureKind::TooDeep if json.root.is_none() => {
            cx.report(failure.span, message!["a JSON connection is nested too deep"])
                .note(message![airflow, " raises RecursionError"]);
        }
        FailureKind::TooManyDigits if json.root.is_none() => {
            cx.report(
                failure.span,
                message!["a number in a JSON connection has more than 4300 digits"],
            )
            .note(message![airflow, " raises ValueError"]);
        }
        _ => {}
    }
}
