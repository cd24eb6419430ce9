use connlint_hosts::{HostFormat, Quoting, Role, Site};
use connlint_text::{Decoded, Edit, Piece, Raw, Span, message};

use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL707" "dollar-in-password", Correctness, Error[Medium],
    since: "0.1.0", fix: Sometimes, Site => check, where: [Escape]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let (site, text) = (cx.site, cx.document.text);
    if !matches!(site.role, Role::Connection | Role::Config) {
        return;
    }
    let Some(escape) = escape(cx) else { return };
    let Some(place) = site.unknown.iter().find_map(|&part| eaten(text, site, part)) else { return };
    let draft = report
        .report_raw(
            place,
            message!["a variable is put in where a `$` of the value seems to be meant"],
        )
        .label("the rest of the word is read as its name")
        .note("a variable that is not set leaves nothing behind");
    let edit = Edit { span: place, pieces: vec![Piece::Text(escape.into())] };
    if escape == "$$" {
        draft.help("write `$$` for a `$`").raw_fix(Applicability::Unsafe, "write `$$`", vec![edit]);
    } else {
        draft.help("write the value between single quotes, or `\\$` for a `$`").raw_fix(
            Applicability::Unsafe,
            "write `\\$`",
            vec![edit],
        );
    }
}

/// How a `$` is written where the value stands.
fn escape(cx: &SiteCx<'_>) -> Option<&'static str> {
    match (cx.document.format, cx.site.quoting) {
        (HostFormat::Compose | HostFormat::GitlabCi, Quoting::Dollar) => Some("$$"),
        (_, Quoting::ShellDouble | Quoting::ShellBare | Quoting::ShellHeredoc) => Some("\\$"),
        _ => None,
    }
}

/// The `$` of a bare variable in a password, with a letter or a digit right in front: `pa$word`.
fn eaten(text: &str, site: &Site<'_>, part: Span<Decoded>) -> Option<Span<Raw>> {
    let start = site.value.map().to_raw(part).start() as usize;
    let end = site.value_span.end() as usize;
    // An empty part may be said to stand in front of the `$` or behind the name.
    let from = text.get(site.value_span.start() as usize..start)?;
    let rest = text.get(start..end)?;
    let at = if rest.starts_with('$') {
        start
    } else {
        from.rfind('$')? + site.value_span.start() as usize
    };
    let before = text.get(..at)?.chars().next_back()?;
    let mut behind = text.get(at + 1..end)?.chars();
    let is_bare = behind.next().is_some_and(|char| char.is_ascii_lowercase());
    let value = text.get(site.value_span.range())?;
    let inside = at - site.value_span.start() as usize;
    let (_, userinfo) = value.get(..inside)?.rsplit_once("://")?;
    let is_bare = is_bare && userinfo.contains(':') && value.get(inside..)?.contains('@');
    (before.is_ascii_alphanumeric() && is_bare).then(|| Span::from_range(at..at + 1))
}
