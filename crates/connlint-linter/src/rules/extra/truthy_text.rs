use connlint_text::{Edit, message};

use super::{hook, name};
use crate::{ConnectionCx, Notation, Reporter, declare_rule};

declare_rule! {
    "CL309" "truthy-text", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let Some(known) = extra.known().filter(|known| known.truthy_strings) else {
            continue;
        };
        let Some(text) = extra.value.as_text() else { continue };
        let says_no = ["false", "no", "off", "0", "n", "f", "none", "null"];
        if !says_no.iter().any(|word| text.eq_ignore_ascii_case(word)) {
            continue;
        }
        let headline = message!["the text for `", name(known.name), "` counts as true"];
        let draft =
            report.report(extra.span, headline).label("says no, and means yes").note(message![
                hook(cx.of),
                " asks whether the value is true, which any text is that is not empty"
            ]);
        match extra.notation {
            Notation::Json => {
                draft.help("write `false` without quotes").unsafe_fix(
                    "remove the quotes",
                    vec![Edit::replace(extra.span, message!["false"])],
                );
            }
            Notation::Query => {
                draft.help("write it as a value of JSON: a connection in JSON, or `__extra__`");
            }
        }
    }
}
