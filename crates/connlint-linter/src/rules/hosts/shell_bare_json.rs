use connlint_hosts::Role;
use connlint_text::{Edit, Piece, Raw, Span, message};

use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL715" "shell-bare-json", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let (site, text) = (cx.site, cx.document.text);
    let is_json = matches!(site.role, Role::Connection | Role::BackendKwargs);
    let start = site.value_span.start() as usize;
    let rest = text.get(start..).unwrap_or_default();
    let is_bare = rest.starts_with("{\"") && !site.value.text().contains('"');
    if !in_shell(site) || !is_json || !is_bare {
        return;
    }
    let draft = report
        .report_raw(Span::from_range(start..start + 2), message!["JSON without quotes around it"])
        .label("the shell takes off the quotes, and ends the word at a blank")
        .help("write it between single quotes")
        .note("what is left is no JSON");
    let line = rest.split('\n').next().unwrap_or_default();
    let Some(len) = json_len(line).filter(|&len| !line[..len].contains('\'')) else { return };
    let span: Span<Raw> = Span::from_range(start..start + len);
    // What stands behind a blank is another word by now.
    if !site.value_span.covers(span) {
        return;
    }
    let quote = || Piece::Text("'".into());
    let edit = Edit { span, pieces: vec![quote(), Piece::Keep(span), quote()] };
    draft.raw_fix(Applicability::Unsafe, "write it between single quotes", vec![edit]);
}

/// Whether the value stands in a script.
fn in_shell(site: &connlint_hosts::Site<'_>) -> bool {
    use connlint_hosts::Quoting::{Opaque, ShellBare, ShellDouble, ShellSingle};
    matches!(site.quoting, ShellBare | ShellDouble | ShellSingle | Opaque)
}

/// How long the JSON object is that stands at the start of a line.
fn json_len(line: &str) -> Option<usize> {
    let ends = line.match_indices('}').map(|(at, _)| at + 1);
    ends.take(16).find(|&end| connlint_json::parse(&line[..end]).is_ok())
}
