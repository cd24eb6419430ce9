use connlint_hosts::Quoting;
use connlint_text::message;

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL608" "unexportable-name", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let (site, text) = (cx.site, cx.document.text);
    let in_script =
        matches!(site.quoting, Quoting::ShellBare | Quoting::ShellSingle | Quoting::ShellDouble);
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let before = text.get(..site.name.span.start() as usize).unwrap_or_default();
    if !in_script || site.name.text.chars().all(is_name) || !is_exported(before) {
        return;
    }
    report
        .report_raw(site.name.span, message!["the shell cannot export a variable of this name"])
        .label("letters, digits and `_` only")
        .help(
            "give the connection an id without `-` and `.`, or set the variable outside of a shell",
        )
        .note("bash says that it is not a valid identifier, and sets nothing");
}

/// Whether a command that exports stands right before a name. Its line is not looked for: many names
/// may stand on one.
fn is_exported(before: &str) -> bool {
    let blank = |char: char| char.is_whitespace() && char != '\n';
    let before = before.trim_end_matches(blank);
    ["export", "declare -x", "typeset -x"].iter().any(|command| {
        before.strip_suffix(command).is_some_and(|before| {
            let before = before.trim_end_matches(blank);
            before.is_empty() || before.ends_with(['\n', ';', '&'])
        })
    })
}
