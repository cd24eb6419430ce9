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
    let before = text.get(..site.name.span.start() as usize).unwrap_or_default();
    let line = before.rsplit(['\n', ';', '&']).next().unwrap_or_default();
    let is_export = matches!(line.trim(), "export" | "declare -x" | "typeset -x");
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    if !in_script || !is_export || site.name.text.chars().all(is_name) {
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
