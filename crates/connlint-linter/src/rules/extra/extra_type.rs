use connlint_catalog::{Extra, JsonType};
use connlint_text::{Grounds, Public, message};

use super::{name, type_name};
use crate::{ConnectionCx, Given, Notation, Reporter, Severity, declare_rule};

declare_rule! {
    "CL311" "extra-type", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let Some(known) = extra.known().filter(|known| known.types_are_certain()) else {
            continue;
        };
        if fits(known, &extra.value) {
            continue;
        }
        let types: Vec<&str> = known.types.iter().map(JsonType::name).collect();
        let types = Public::vouch(types.join(" or "), Grounds::Catalogue);
        let headline =
            message!["`", name(known.name), "` of `", type_name(cx.of), "` is of the wrong type"];
        let draft = report.report(extra.span, headline).help(message!["write ", types]);
        let wants_number =
            known.types.allows(JsonType::Integer) || known.types.allows(JsonType::Number);
        if wants_number && matches!(extra.value, Given::Text(_)) {
            draft
                .severity(Severity::Error)
                .label("no number")
                .note("the hook turns it into a number: ValueError");
        } else if extra.notation == Notation::Query {
            draft.note("what stands in the query of a URI is text, unless Airflow reads it as JSON: use `__extra__`, or a connection in JSON");
        } else {
            draft.note("the hook takes it as it is");
        }
    }
}

/// Whether a value makes sense; a text may stand for nearly everything.
fn fits(known: &Extra, value: &Given<'_>) -> bool {
    let allows = |kind| known.types.allows(kind);
    let takes_text =
        known.json_in_string || known.list_separator.is_some() || allows(JsonType::String);
    match value {
        Given::Null => true,
        Given::Bool(_) => allows(JsonType::Boolean) || allows(JsonType::String),
        Given::Number(_) => {
            allows(JsonType::Integer)
                || allows(JsonType::Number)
                || allows(JsonType::String)
                || allows(JsonType::Boolean)
        }
        Given::Array(_) => allows(JsonType::Array) || known.list_separator.is_some(),
        Given::Object(_) => allows(JsonType::Object) || known.json_in_string || known.open_object,
        Given::Text(text) if text.trim().is_empty() => true,
        Given::Text(text) => {
            let is_number = text.trim().parse::<f64>().is_ok();
            // `"false"` for a boolean is `truthy-text` where it matters.
            takes_text && !is_cast(known)
                || allows(JsonType::Boolean)
                || (allows(JsonType::Integer) || allows(JsonType::Number)) && is_number
        }
    }
}

/// Whether the hook turns a text into a number.
fn is_cast(known: &Extra) -> bool {
    let is_number = known.types.allows(JsonType::Integer) || known.types.allows(JsonType::Number);
    is_number && known.types_from == connlint_catalog::TypesFrom::Cast
}
