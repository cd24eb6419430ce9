use connlint_text::{Grounds, Public, message};

use super::call_of;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL412" "ignored-kwarg", Correctness, Warning,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    let given = call.arguments.get("auth_type");
    let default = backend.kwarg("auth_type").and_then(|kwarg| kwarg.default?.as_str());
    let auth_type = match given {
        Some(_) => call.arguments.text("auth_type"),
        None => default.map(str::to_owned),
    };
    let Some(own) = auth_type.as_deref().and_then(|name| backend.kwargs_of(name)) else { return };
    for member in call.arguments.iter() {
        let mut lists = backend.by_auth_type.iter().flat_map(|(_, kwargs)| *kwargs);
        let Some(name) = lists.find(|name| member.key.is(name)) else { continue };
        if own.contains(name) || !member.value.is_truthy() {
            continue;
        }
        let name = Public::vouch(*name, Grounds::Catalogue);
        let draft = report
            .report(member.key.span(), message!["`", name, "` means nothing for this `auth_type`"]);
        let draft = match given {
            Some(node) => draft.also(node.span, "this one"),
            None => draft.label("without an `auth_type`, it is `token`"),
        };
        draft
            .help("remove it, or set the `auth_type` that reads it")
            .note("it is accepted and ignored, and no error says so");
    }
}
