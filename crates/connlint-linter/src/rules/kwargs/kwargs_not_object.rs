use connlint_json::Value;
use connlint_parser::KwargsOutcome;
use connlint_text::message;

use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL402" "kwargs-not-object", Correctness, Error,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    if cx.kwargs.outcome != KwargsOutcome::NotAnObject {
        return;
    }
    let Some(root) = &cx.kwargs.root else { return };
    // Quotes around all of it are another rule's.
    if matches!(root.value, Value::String(_)) {
        return;
    }
    report
        .report(root.span, message!["backend_kwargs is JSON, but no object"])
        .help("write an object: `{\"argument\": \"value\"}`")
        .note("Airflow logs one warning, drops it and starts the backend with its defaults");
}
