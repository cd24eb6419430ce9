use connlint_hosts::MarkKind;
use connlint_text::message;

use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL755" "unknown-deployment-key", Correctness, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for mark in cx.document.marks.iter().filter(|it| it.kind == MarkKind::UnknownVariableKey) {
        report
            .report_raw(mark.span, message!["the Astro CLI knows no such key of a variable"])
            .label("`key`, `value` and `is_secret` are known")
            .help("correct the key, or remove it")
            .note("the CLI passes over it in silence: without `is_secret` everybody can read the variable");
    }
}
