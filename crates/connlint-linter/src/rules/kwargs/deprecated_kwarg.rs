use connlint_backends::{Fate, fate};
use connlint_text::{Grounds, Public, message};

use super::call_of;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL411" "deprecated-kwarg", Portability, Warning,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    let vouch = |text: &'static str| Public::vouch(text, Grounds::Catalogue);
    for member in call.arguments.iter() {
        let name = member.key.text();
        let Some(kwarg) = name.as_str().and_then(|name| backend.kwarg(name)) else { continue };
        let Some(deprecated) = kwarg.deprecated else { continue };
        // What is refused or unknown by now is another rule's.
        if fate(&call, kwarg.name) != Fate::Read {
            continue;
        }
        let is_before = |release: &str| !call.since(release);
        // A release before the deprecation has nothing to say about it.
        if deprecated.since.or(deprecated.removed_in).is_some_and(is_before) {
            continue;
        }
        let removed_in = deprecated.removed_in.filter(|release| call.since(release));
        let release = |release| message![" since ", vouch(backend.package), " ", vouch(release)];
        let headline = match (removed_in, deprecated.since) {
            (Some(removed), _) => {
                message!["`", vouch(kwarg.name), "` is not read", release(removed)]
            }
            (None, Some(since)) => {
                message!["`", vouch(kwarg.name), "` is deprecated", release(since)]
            }
            (None, None) => message!["`", vouch(kwarg.name), "` is deprecated"],
        };
        let draft = report.report(member.key.span(), headline);
        let draft = match deprecated.replacement {
            Some(replacement) => draft.help(message!["use ", vouch(replacement), " instead"]),
            None => draft.help("remove it"),
        };
        match (removed_in, deprecated.effect_after_removal) {
            (Some(_), Some(effect)) => draft.note(effect),
            (Some(_), None) => draft.note("nothing says so"),
            (None, _) => draft.note("it still works, and will not for ever"),
        };
    }
}
