use connlint_hosts::{Quoting, Role};
use connlint_text::{Edit, Piece, Raw, Span, message};

use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL714" "shell-process-id", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Site => check, where: [Escape]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let expands =
        matches!(site.quoting, Quoting::ShellBare | Quoting::ShellDouble | Quoting::ShellHeredoc);
    let is_read = matches!(site.role, Role::Connection | Role::Config | Role::BackendKwargs);
    if !expands || !is_read {
        return;
    }
    let raw = site.value_span.of(cx.document.text);
    let found = raw.match_indices("$$").map(|(at, _)| at).find(|&at| !raw[..at].ends_with('\\'));
    let Some(at) = found else { return };
    let span: Span<Raw> = Span::from_range(at..at + 2).shifted(site.value_span.start());
    let draft = report
        .report_raw(span, message!["`$$` is the number of the shell's process"])
        .label("a number is put in here, another one each time")
        .help("write the value between single quotes, with the `$` that are meant");
    if site.quoting == Quoting::ShellDouble {
        let edit = Edit { span, pieces: vec![Piece::Text("\\$\\$".into())] };
        draft.raw_fix(Applicability::Unsafe, "write `\\$\\$`", vec![edit]);
    }
}
