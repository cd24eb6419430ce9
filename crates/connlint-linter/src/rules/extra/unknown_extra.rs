use connlint_catalog::{ArbitraryExtras, ConnType, ExtraSuggestion, Standing};
use connlint_text::message;

use super::{is_rejected, key_words, name, renamed, type_name};
use crate::{Confidence, ConnectionCx, ExtraAt, Reporter, Severity, declare_rule};

declare_rule! {
    "CL305" "unknown-extra", Correctness, Warning[Medium],
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let is_unknown = match extra.standing {
            Standing::Unknown => !is_rejected(cx.of, &extra.key),
            // Another hook of the package may read the key that is a mistake here.
            Standing::OtherKeyOfPackage => is_mistake(cx.of, &extra.key),
            // A form may offer what no hook reads.
            Standing::Known(known) => {
                is_mistake(cx.of, &extra.key) && !known.removed && !known.deprecated
            }
            Standing::Driver | Standing::LegacyPrefix { .. } => false,
        };
        // A blank around a key is a fault of its own: a line that was folded, a slip between signs.
        if is_unknown && extra.key.trim() == extra.key {
            unknown(cx, extra, report);
        }
    }
}

fn unknown(cx: &ConnectionCx<'_>, extra: &ExtraAt<'_>, report: &mut Reporter<'_>) {
    let suggestion = cx.of.suggest_extra(&extra.key);
    let is_open = !matches!(cx.of.arbitrary_extras, ArbitraryExtras::No);
    // Where any key may mean something, only one that looks like another is worth a word, and
    // where nobody read the hook, the list may lack some.
    if suggestion.is_none() && (is_open || !cx.of.hand_checked) {
        return;
    }
    let headline = message![
        "unknown ",
        key_words(cx.of, &extra.key),
        " in the extra of `",
        type_name(cx.of),
        "`"
    ];
    let draft = report.report(extra.key_span, headline);
    let draft = match suggestion {
        None => draft.severity(Severity::Info).confidence(Confidence::Low),
        Some(_) if is_open && !is_mistake(cx.of, &extra.key) => draft.severity(Severity::Info),
        Some(_) => draft,
    };
    let draft = if is_open {
        draft.note("the hook takes any key, and this one is not known to mean anything")
    } else {
        draft.note("no hook of this type reads it: the setting has no effect, and nothing says so")
    };
    match suggestion {
        Some(ExtraSuggestion::Key(key)) => {
            renamed(cx, extra, key, draft.label("misspelt, or called otherwise"));
        }
        Some(ExtraSuggestion::Advice(words)) => {
            draft.label("not read").help(message!["use ", name(words)]);
        }
        None => {
            draft.label("not read").help("remove it, unless a hook of your own reads it");
        }
    }
}

/// Whether people are known to write this key for another one.
fn is_mistake(of: &ConnType, key: &str) -> bool {
    of.common_mistakes.iter().any(|(wrong, _)| *wrong == key)
}
