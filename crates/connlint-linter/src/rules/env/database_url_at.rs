use connlint_text::{Decoded, Edit, Piece, Span, message};

use crate::rules::setting::{is_database_url, is_whole};
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL611" "database-url-at", Correctness, Error,
    since: "0.1.0", fix: Always, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    if !is_database_url(site) || !is_whole(site) {
        return;
    }
    let Some(signs) = signs(site.value.text()) else { return };
    let Some(first) = signs.first().copied() else { return };
    let edit = |&span: &Span<Decoded>| Edit { span, pieces: vec![Piece::Text(message!["%40"])] };
    report
        .report(first, message!["`@` inside the password of a database URL"])
        .label("SQLAlchemy ends the password here")
        .help("write `%40`")
        .note("what stands behind it becomes a part of the host, which nobody resolves")
        .unsafe_fix("write `%40`", signs.iter().map(edit).collect());
}

/// Every `@` behind the first `:` of the userinfo but the last one.
fn signs(url: &str) -> Option<Vec<Span<Decoded>>> {
    let start = url.find("://")? + 3;
    let rest = url.get(start..)?;
    let authority = rest.get(..rest.find(['/', '?']).unwrap_or(rest.len()))?;
    let password = authority.find(':')? + 1;
    let last = authority.rfind('@')?;
    let inside = authority.get(password..last)?;
    let signs = inside.match_indices('@');
    Some(
        signs.map(|(at, _)| start + password + at).map(|at| Span::from_range(at..at + 1)).collect(),
    )
}
