use connlint_parser::KwargsOutcome;
use connlint_text::message;

use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL401" "kwargs-not-json", Correctness, Error,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let (error, note) = match cx.kwargs.outcome {
        KwargsOutcome::NotJson(error) => (
            error,
            "Airflow logs one warning, drops all arguments and starts the backend with its defaults",
        ),
        KwargsOutcome::Raises(error) => (error, "no Airflow process starts"),
        _ => return,
    };
    // Quotes around all of it are another rule's.
    let text = cx.kwargs.text.trim();
    if text.starts_with('\'') && text.ends_with('\'') && text.len() > 1 {
        return;
    }
    report
        .report(error.span, message!["backend_kwargs is not JSON: ", error.kind.fault()])
        .help(error.kind.advice())
        .note(note);
}
