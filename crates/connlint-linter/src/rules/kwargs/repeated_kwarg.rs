use std::collections::HashMap;

use connlint_parser::KwargsOutcome;
use connlint_text::message;

use crate::rules::json::key_words;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL418" "repeated-kwarg", Correctness, Warning,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(root) = cx.kwargs.root.as_ref() else { return };
    if cx.kwargs.outcome != KwargsOutcome::Given {
        return;
    }
    let members = root.as_object().unwrap_or_default();
    let last: HashMap<_, _> = members.iter().map(|member| (member.key.text(), member)).collect();
    for member in members {
        let text = member.key.text();
        let Some(last) = last.get(&text).filter(|last| last.span() != member.span()) else {
            continue;
        };
        let key = text.as_str().unwrap_or_default();
        report
            .report(member.key.span(), message![key_words(key), " is written again below"])
            .also(last.key.span(), "this one counts")
            .help("remove one of them")
            .note("Python keeps the last of equal keys, and nothing says so");
    }
}
