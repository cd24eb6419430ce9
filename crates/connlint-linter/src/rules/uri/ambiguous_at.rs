use connlint_parser::Uri;
use connlint_text::{Decoded, Edit, Span, message};

use super::broken_userinfo;
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL112" "ambiguous-at", Portability, Warning[Medium],
    since: "0.1.0", fix: Always, Uri => check, where: [At]
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some(authority) = &uri.authority else { return };
    let text = authority.span.of(uri.text);
    let Some(last) = text.rfind('@') else { return };
    if !text[..last].contains('@') || broken_userinfo(uri).is_some() {
        return;
    }
    let at = |at: usize| Span::<Decoded>::from_range(at..at + 1).shifted(authority.span.start());
    let earlier: Vec<_> = text[..last].match_indices('@').map(|(index, _)| at(index)).collect();
    let edits = earlier.iter().map(|&span| Edit::replace(span, "%40")).collect();
    let Some(&first) = earlier.first() else { return };
    cx.report(first, message!["more than one `@` before the host"])
        .label("other readers end the password here")
        .also(at(last), "Airflow ends it here, at the last one")
        .help("percent-encode a `@` of the login or password as `%40`")
        .note(message![airflow(uri.profile), " takes the last `@`, as Python's `urlsplit` does"])
        .unsafe_fix("percent-encode all but the last `@`", edits);
}
