use connlint_catalog::Format;
use connlint_text::{Edit, message};

use super::{call_of, caused_by, certain_failures, consequence};
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL409" "url-without-scheme", Correctness, Error,
    since: "0.1.0", fix: Always, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    let failures = certain_failures(&call);
    for member in call.arguments.iter() {
        let name = member.key.text();
        let kwarg = name.as_str().and_then(|name| backend.kwarg(name));
        if kwarg.is_none_or(|kwarg| kwarg.format != Some(Format::Url)) {
            continue;
        }
        let Some(text) = member.value.as_text() else { continue };
        let Some(url) = text.as_str().filter(|url| !url.is_empty()) else { continue };
        if has_scheme(url) {
            continue;
        }
        let failure = kwarg.and_then(|kwarg| caused_by(&failures, kwarg.name));
        let note = match failure {
            Some(failure) => consequence(failure),
            None => message![
                "the first lookup raises, which Airflow swallows: every connection isn't defined"
            ],
        };
        let start = member.value.span.start() + 1;
        report
            .report(member.value.span, message!["a URL without `http://` or `https://`"])
            .help("start with `https://`")
            .note(note)
            .unsafe_fix("insert `https://`", vec![Edit::insert(start, "https://")]);
    }
}

/// Whether a URL begins as one of the web does.
pub(crate) fn has_scheme(url: &str) -> bool {
    url.split_once("://")
        .is_some_and(|(scheme, _)| matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https"))
}
