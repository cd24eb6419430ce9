use connlint_hosts::Role;
use connlint_text::{Edit, Span, message};

use crate::rules::airflow;
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL110" "literal-quotes", Correctness, Error,
    since: "0.1.0", fix: Always, Site => check, where: [Quote]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let text = cx.site.value.text();
    let trimmed = text.trim();
    let is_quoted =
        |quote: char| trimmed.len() >= 2 && trimmed.starts_with(quote) && trimmed.ends_with(quote);
    let Some(quote) = ['"', '\''].into_iter().find(|&quote| is_quoted(quote)) else { return };
    let what = match cx.site.role {
        Role::Connection => "conn_type and host are empty, and all of the text is the schema",
        Role::BackendClass => "raises AirflowConfigException: no Airflow command works",
        Role::BackendKwargs => "logs one warning and builds the backend without any arguments",
        _ => return,
    };
    let start = text.len() - text.trim_start().len();
    let first = Span::from_range(start..start + 1);
    let end = start + trimmed.len();
    let last = Span::from_range(end - 1..end);
    let quote = if quote == '"' { "\"" } else { "'" };
    report
        .report(first, message!["the quotes are part of the value"])
        .label(message!["Airflow does not remove the `", quote, "`"])
        .also(last, "up to this one")
        .help("remove the inner quotes")
        .note(message![airflow(cx.profile), ": ", what])
        .safe_fix("remove the quotes", vec![Edit::delete(first), Edit::delete(last)]);
}
