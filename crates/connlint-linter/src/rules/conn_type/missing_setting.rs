use connlint_catalog::Field;
use connlint_text::message;

use crate::rules::extra::{name, type_name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL320" "missing-setting", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if !cx.is_complete() || cx.extra("__extra__").is_some() {
        return;
    }
    for required in cx.of.required {
        // `host and port` of elasticsearch: a host alone gives an address that ends in `:None`.
        let field = match required.what {
            "host and port" => Some(Field::Port),
            _ => required.field(),
        };
        let (what, is_field) = match (field, required.extra()) {
            (Some(field), _) if cx.field(field).is_none() => (field.name(), true),
            (None, Some(key)) if cx.truthy(key).is_none() && cx.has_all_extras() => (key, false),
            _ => continue,
        };
        if has_another_source(cx, what) {
            continue;
        }
        let kind = if is_field { "the field `" } else { "the extra `" };
        let draft = report
            .report(
                cx.type_span,
                message![
                    "a connection of `",
                    type_name(cx.of),
                    "` without ",
                    kind,
                    name(what),
                    "`"
                ],
            )
            .help(message!["add it"]);
        match required.message {
            Some(message) => draft.note(message![name(required.enforced_by), ": ", name(message)]),
            None => draft.note("connecting fails"),
        };
    }
}

/// What may stand elsewhere, or has a rule of its own.
fn has_another_source(cx: &ConnectionCx<'_>, what: &str) -> bool {
    match (cx.of.name, what) {
        ("snowflake", "account") => {
            cx.extra("extra__snowflake__account").is_some() || cx.field(Field::Host).is_some()
        }
        // A misspelt key is said to be one.
        (_, "bootstrap.servers") => cx.extra("bootstrap_servers").is_some(),
        // `jdbc` takes its URL in several ways, and a sqlite of nothing is one in memory.
        ("jdbc", _) => true,
        _ => false,
    }
}
