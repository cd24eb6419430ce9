use connlint_json::Value;
use connlint_parser::{FailureKind, JsonConnection, py};
use connlint_text::message;

use crate::rules::airflow;
use crate::{Reporter, Severity, declare_rule};

declare_rule! {
    "CL202" "invalid-json-port", Correctness, Error,
    since: "0.1.0", fix: None, Json => check
}

fn check(json: &JsonConnection<'_>, cx: &mut Reporter<'_>) {
    let Some(port) = json.field("port") else { return };
    let refused = json.failure.as_ref().is_some_and(|failure| {
        matches!(
            failure.kind,
            FailureKind::PortNotAnInteger
                | FailureKind::PortInfinite
                | FailureKind::PortOfWrongType
        )
    });
    if refused {
        cx.report(port.span, message!["the port is not a number"])
            .help("write a number between 1 and 65535")
            .note(message![airflow(json.profile), " refuses the whole connection because of it"]);
        return;
    }
    let number = match &port.value {
        Value::String(text) => {
            let text = text.text();
            let number =
                py::int(text.as_str().unwrap_or_default()).map(std::borrow::Cow::into_owned);
            // A connections file keeps any text, and the hook fails on it later.
            if number.is_none() && port.is_truthy() {
                cx.report(port.span, message!["the port is not a number"])
                    .help("write a number between 1 and 65535")
                    .note(message![
                        airflow(json.profile),
                        " keeps it as it is, and connecting fails"
                    ]);
                return;
            }
            number
        }
        Value::Number(number) => Some(number.to_python().into_owned()),
        _ => None,
    };
    let in_range = |number: &str| number.parse::<u16>().is_ok() || number.contains(['.', 'e']);
    if number.is_some_and(|number| !in_range(&number)) {
        cx.report(port.span, message!["the port is not between 0 and 65535"])
            .severity(Severity::Warning)
            .help("write a number between 1 and 65535")
            .note(message![airflow(json.profile), " takes it as it is, and connecting fails"]);
    }
}
