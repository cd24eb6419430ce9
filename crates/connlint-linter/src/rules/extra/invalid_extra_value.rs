use std::borrow::Cow;

use connlint_catalog::{Scalar, nearest};
use connlint_text::{Edit, Grounds, Public, message};

use super::{name, type_name};
use crate::{ConnectionCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL310" "invalid-extra-value", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let limited = extra.known().filter(|known| !known.allowed.is_empty());
        let Some(known) = limited else { continue };
        let written = match &extra.value {
            crate::Given::Text(text) => Cow::Borrowed(&**text),
            crate::Given::Number(Some(number)) => Cow::Owned(number.to_string()),
            // What is of another type has a rule of its own, and nothing is not set.
            _ => continue,
        };
        let is_same = |word: &str| match known.name {
            // The hooks fold the case of these.
            "cursor" | "ssl_mode" | "encryption" | "auth_protocol" => {
                word.eq_ignore_ascii_case(&written)
            }
            // Whether others do, only somebody who has read the hook knows.
            _ if !cx.of.hand_checked => word.eq_ignore_ascii_case(&written),
            _ => word == written,
        };
        let is_listed = known.allowed.iter().any(|allowed| match allowed {
            Scalar::String(word) => is_same(word),
            other => is_same(&other.to_string()),
        });
        if written.is_empty() || is_listed {
            continue;
        }
        // The catalogue shows a text in quotes.
        let allowed: Vec<String> = known.allowed.iter().map(ToString::to_string).collect();
        let words = || allowed.iter().map(|word| word.trim_matches('"'));
        let list: Vec<String> =
            words().filter(|word| !word.is_empty()).map(|word| format!("`{word}`")).collect();
        let list = Public::vouch(list.join(", "), Grounds::Catalogue);
        let headline =
            message!["unknown value for `", name(known.name), "` of `", type_name(cx.of), "`"];
        let draft = report.report(extra.span, headline).help(message!["write one of ", list]);
        let (draft, note) = if is_ignored(cx.of.name, known.name) {
            (draft.severity(Severity::Warning), "the hook passes over it, as if it were not there")
        } else {
            (draft, "connecting fails")
        };
        let draft = draft.note(note);
        if let Some(meant) = nearest(&written, words()) {
            let meant = Public::vouch(meant.to_owned(), Grounds::Catalogue);
            let title = message!["write `", &meant, "`"];
            draft
                .label("misspelt")
                .unsafe_fix(title, vec![Edit::replace(extra.inner, message![meant])]);
        }
    }
}

/// Whether a value that is not on the list counts for none.
fn is_ignored(conn_type: &str, key: &str) -> bool {
    matches!((conn_type, key), ("mysql", "cursor") | ("trino" | "tableau", "auth"))
}
