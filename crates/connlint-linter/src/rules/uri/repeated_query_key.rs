use std::borrow::Cow;

use connlint_parser::Uri;
use connlint_text::{Decoded, Span, message};
use rustc_hash::FxHashMap;

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL109" "repeated-query-key", Correctness, Error,
    since: "0.1.0", fix: None, Uri => check, where: [Pairs]
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    if !repeats(uri) {
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

/// Whether keys may be repeated: few are compared faster than hashed.
fn repeats(uri: &Uri<'_>) -> bool {
    const FEW: usize = 8;

    let mut keys: [Option<Cow<'_, str>>; FEW] = Default::default();
    for (nr, pair) in uri.pairs().enumerate() {
        let key = Some(pair.key.into_decoded_plus());
        match keys.get_mut(nr) {
            Some(place) => *place = key,
            None => return true,
        }
        if keys[..nr].contains(&keys[nr]) {
            return true;
        }
    }
    false
}
