use connlint_parser::{FailureKind, JsonConnection};
use connlint_text::message;

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL205" "uri-with-fields", Correctness, Error,
    since: "0.1.0", fix: None, Json => check
}

fn check(json: &JsonConnection<'_>, cx: &mut Reporter<'_>) {
    let Some(failure) = &json.failure else { return };
    if failure.kind != FailureKind::UriWithFields {
        return;
    }
    let mut draft = cx
        .report(failure.span, message!["a field beside `uri` in a JSON connection"])
        .label("the URI says this too");
    if let Some(uri) = json.field("uri") {
        draft = draft.also(uri.span, "either this URI, or the fields");
    }
    draft
        .help("keep `uri` alone, or write all fields instead")
        .note(message![airflow(json.profile), " raises AirflowException"]);
}
