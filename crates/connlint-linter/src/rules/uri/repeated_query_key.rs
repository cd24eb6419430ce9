use std::borrow::Cow;

use connlint_parser::Uri;
use connlint_text::{Decoded, Span, message};
use rustc_hash::FxHashMap;

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL109" "repeated-query-key", Correctness, Error,
    since: "0.1.0", fix: None, Uri => check
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    // One pair cannot repeat itself; most queries end here.
    if uri.query.as_ref().is_none_or(|query| !query.text.contains('&')) {
        return;
    }
    let mut last: FxHashMap<Cow<'_, str>, Span<Decoded>> = FxHashMap::default();
    for pair in uri.pairs() {
        let key_span = pair.key.span;
        let Some(earlier) = last.insert(pair.key.into_decoded_plus(), key_span) else { continue };
        cx.report(earlier, message!["a key is repeated in the query"])
            .label("this value is dropped")
            .also(key_span, "the last one wins")
            .help("keep one of them; a list of values needs `__extra__` or a JSON connection")
            .note(message![airflow(uri.profile), " raises nothing"]);
    }
}
