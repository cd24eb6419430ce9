use connlint_parser::JsonConnection;
use connlint_text::{Span, message};

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL302" "missing-conn-type", Correctness, Error,
    since: "0.1.0", fix: None, Json => check
}

fn check(json: &JsonConnection<'_>, cx: &mut Reporter<'_>) {
    let Some(root) = json.root.as_ref().filter(|root| root.as_object().is_some()) else { return };
    let written = json.field("conn_type");
    if json.uri().is_some() || written.is_some_and(connlint_json::Node::is_truthy) {
        return;
    }
    // The type may be somebody else's to fill in, as in `--conn-type "$TYPE"`.
    let unknown = || cx.site().into_iter().flat_map(|site| &site.unknown);
    if written.is_some_and(|node| unknown().any(|part| node.span.covers(*part))) {
        return;
    }
    let span =
        written.map_or(Span::new(root.span.start(), root.span.start() + 1), |node| node.span);
    cx.report(span, message!["a JSON connection without a conn_type"])
        .help("add `\"conn_type\": \"…\"`")
        .note(message![
            airflow(json.profile),
            " takes it, but has no hook for it: Unknown hook type"
        ]);
}
