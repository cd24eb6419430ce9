use connlint_hosts::MarkKind;
use connlint_text::message;

use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL758" "blank-secret", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for mark in cx.document.marks.iter().filter(|it| it.kind == MarkKind::BlankSecret) {
        report
            .report_raw(mark.span, message!["this secret is stored empty"])
            .label("the Astro CLI takes this for the value")
            .help("leave `value` out, which keeps the secret on an update")
            .note("`astro deployment inspect` cannot print a secret, so its output has none to restore");
    }
}
