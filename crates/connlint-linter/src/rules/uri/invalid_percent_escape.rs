use connlint_parser::{Part, Uri};
use connlint_text::{Decoded, Edit, Span, message};

use super::broken_userinfo;
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL106" "invalid-percent-escape", Portability, Warning,
    since: "0.1.0", fix: Always, Uri => check, where: [Percent]
}

/// How many of the others are pointed at; all are fixed.
const MOST_LABELS: usize = 8;

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    if invalid_escapes(uri.text).next().is_none() {
        return;
    }
    if uri.scheme.is_none() || broken_userinfo(uri).is_some() {
        return;
    }
    let parts = [&uri.login, &uri.password, &uri.host, &uri.path, &uri.query];
    let found: Vec<Span<Decoded>> =
        parts.into_iter().flatten().flat_map(|part| invalid_escapes_of(uri, part)).collect();
    let Some(&first) = found.first() else { return };
    let edits = found.iter().map(|&span| Edit::replace(span, "%25")).collect();
    let mut draft = cx
        .report(first, message!["`%` that starts no percent escape"])
        .label("two hexadecimal digits must follow");
    for &other in found[1..].iter().take(MOST_LABELS) {
        draft = draft.also(other, "here too");
    }
    draft
        .help("write `%25` for a percent sign")
        .note(message![
            airflow(uri.profile),
            " keeps it as it is; other readers of the URI refuse it"
        ])
        .safe_fix("percent-encode the percent sign", edits);
}

/// Every `%` of a part that is not followed by two hexadecimal digits.
fn invalid_escapes_of<'u>(
    uri: &'u Uri<'_>,
    part: &'u Part<'_>,
) -> impl Iterator<Item = Span<Decoded>> + 'u {
    let places = invalid_escapes(part.span.of(uri.text));
    places.map(|at| Span::from_range(at..at + 1).shifted(part.span.start()))
}

/// Where a `%` stands that is not followed by two hexadecimal digits.
fn invalid_escapes(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    memchr::memchr_iter(b'%', bytes).filter(move |&at| !(is_hex(at + 1) && is_hex(at + 2)))
}
