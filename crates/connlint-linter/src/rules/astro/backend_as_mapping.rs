use connlint_hosts::MarkKind;
use connlint_text::message;

use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL756" "backend-as-mapping", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for mark in cx.document.marks.iter().filter(|mark| mark.kind == MarkKind::BackendMapping) {
        report
            .report_raw(mark.span, message!["`secretBackend` is the path of a class"])
            .label("a mapping stands here")
            .help("write the path here, and the arguments as `AIRFLOW__SECRETS__BACKEND_KWARGS` under `commonEnv`")
            .note("the agents get no secrets backend");
    }
}
