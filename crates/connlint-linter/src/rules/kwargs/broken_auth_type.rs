use connlint_text::{Grounds, Public, message};

use super::call_of;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL410" "broken-auth-type", Correctness, Error,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    let Some(node) = call.arguments.get("auth_type") else { return };
    for requirement in backend.applicable(&call.arguments) {
        let Some(broken) = requirement.broken else { continue };
        // The id is the `auth_type`, which the condition has compared.
        let name = Public::vouch(requirement.id, Grounds::Catalogue);
        report
            .report(node.span, message!["`", name, "` cannot log in"])
            .help("log in another way, such as `approle`, `kubernetes` or `jwt`")
            .note(broken);
    }
}
