use connlint_backends::{Kind, Nothing, lookup};
use connlint_catalog::Problem;
use connlint_text::{Grounds, Public, message};

use super::call_of;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL416" "unusable-prefix", Correctness, Error,
    since: "0.1.0", fix: None, Kwargs => check
}

/// What is looked up, with the argument that begins its names.
const KINDS: [(Kind, &str); 3] = [
    (Kind::Connection, "connections_prefix"),
    (Kind::Variable, "variables_prefix"),
    (Kind::Config, "config_prefix"),
];

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    // What the constructor refuses is another rule's.
    let refused: Vec<&str> = backend
        .missing(&call.arguments)
        .filter_map(|missing| match missing.problem {
            Problem::Characters(characters) => Some(characters.kwargs),
            _ => None,
        })
        .flatten()
        .copied()
        .collect();
    let mut blamed = Vec::new();
    for (kind, prefix) in KINDS {
        if lookup(&call, kind, "id") != Err(Nothing::IllegalName) {
            continue;
        }
        let is_illegal = |name: &&str| {
            let text = call.arguments.text(name).unwrap_or_default();
            !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        // Key Vault has no `_` either, which the separator stands for.
        let name = ["sep", prefix].into_iter().find(is_illegal).unwrap_or("sep");
        if blamed.contains(&name) || refused.contains(&name) {
            continue;
        }
        let Some(node) = call.arguments.get(name) else { continue };
        blamed.push(name);
        let name = Public::vouch(name, Grounds::Catalogue);
        report
            .report(node.span, message!["`", name, "` makes names that cannot exist"])
            .help("use letters, digits and `-`")
            .note("nothing is ever found under such a name, and the next place is asked");
    }
}
