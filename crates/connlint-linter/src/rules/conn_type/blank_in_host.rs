use connlint_catalog::Field;
use connlint_text::{Edit, message};

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL336" "blank-in-host", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    let Some(host) = cx.field(Field::Host) else { return };
    let trimmed = host.text.trim();
    if trimmed.is_empty() || trimmed.len() == host.text.len() {
        return;
    }
    let draft = report
        .report(host.span, message!["a blank at an end of the host"])
        .label("a part of the name")
        .help("remove it")
        .note("Airflow keeps it, and no machine is called so");
    // The bytes of the value are those of the host where nothing is encoded in it.
    let written = host.span.of(cx.site.value.text());
    if written == host.text && trimmed.bytes().all(|byte| byte.is_ascii_graphic()) {
        let from = u32::try_from(host.text.len() - host.text.trim_start().len()).unwrap_or(0);
        let len = u32::try_from(trimmed.len()).unwrap_or(0);
        let start = host.span.start() + from;
        let front = connlint_text::Span::new(host.span.start(), start);
        let back = connlint_text::Span::new(start + len, host.span.end());
        let edits = [front, back].into_iter().filter(|span| !span.is_empty());
        draft.unsafe_fix("remove it", edits.map(|span| Edit::replace(span, "")).collect());
    }
}
