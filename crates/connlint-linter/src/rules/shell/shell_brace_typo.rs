use connlint_hosts::Quoting;
use connlint_text::{Edit, Piece, Raw, Span, message};

use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL702" "shell-brace-typo", Correctness, Error,
    since: "0.1.0", fix: Always, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for site in &cx.document.sites {
        if !matches!(site.quoting, Quoting::ShellBare | Quoting::ShellDouble) {
            continue;
        }
        let text = site.value_span.of(cx.document.text);
        let Some(at) = text.match_indices("{$").map(|(at, _)| at).find(|&at| is_typo(text, at))
        else {
            continue;
        };
        let place = Span::<Raw>::from_range(at..at + 2).shifted(site.value_span.start());
        let edit = Edit { span: place, pieces: vec![Piece::Text("${".into())] };
        report
            .report_site(site, place, message!["`{$` is no expansion with a default"])
            .label("`${` is meant")
            .help("write `${NAME:-default}`")
            .note("the shell keeps the braces and the default as text, and puts the variable in between")
            .raw_fix(Applicability::Unsafe, "write `${`", vec![edit]);
    }
}

/// Whether `{$name:-` or the like stands at `at`.
fn is_typo(text: &str, at: usize) -> bool {
    let rest = &text[at + 2..];
    let name = rest.trim_start_matches(|char: char| char.is_ascii_alphanumeric() || char == '_');
    let is_escaped = text[..at].ends_with('$') || text[..at].ends_with('\\');
    let has_operator = [":-", ":=", ":?", ":+"].iter().any(|operator| name.starts_with(operator));
    name.len() < rest.len() && has_operator && !is_escaped
}
