use connlint_hosts::{Quoting, Role};
use connlint_text::{Span, message};

use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL706" "dockerfile-unexpanded-variable", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for site in cx.document.sites.iter().filter(|site| site.quoting == Quoting::DockerSingle) {
        if !matches!(site.role, Role::Connection | Role::BackendKwargs) {
            continue;
        }
        let text = site.value.text();
        let Some(place) = variable(text) else { continue };
        report
            .report_in(site, place, message!["no variable is put in between single quotes"])
            .label("this stays as it is")
            .help("write the value between double quotes, and a `\\` in front of the quotes in it");
    }
}

/// The first `$NAME` or `${NAME}` with a name in capitals.
fn variable(text: &str) -> Option<Span<connlint_text::Decoded>> {
    text.match_indices('$').find_map(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches('{');
        let name =
            rest.find(|char: char| !(char.is_ascii_uppercase() || matches!(char, '_' | '0'..='9')));
        let len = name.unwrap_or(rest.len());
        let end = at + 1 + usize::from(text[at + 1..].starts_with('{')) + len;
        (len > 1 && rest.starts_with(|char: char| char.is_ascii_uppercase()))
            .then(|| Span::from_range(at..end))
    })
}
