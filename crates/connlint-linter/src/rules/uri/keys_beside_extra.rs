use connlint_parser::Uri;
use connlint_text::message;

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL115" "keys-beside-extra", Correctness, Error,
    since: "0.1.0", fix: None, Uri => check, where: [Extra]
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some(extra) = uri.extra_param().filter(|_| uri.failure.is_none()) else { return };
    let is_beside = |key: &str| connlint_parser::unquote_plus(key) != "__extra__";
    let mut beside = uri.pairs().filter(|pair| is_beside(&pair.key.text));
    let Some(first) = beside.next() else { return };
    // Where it is no object, the other keys may be the rest of one that holds a `&`.
    let is_object = |text: &str| connlint_json::is_object(text).unwrap_or_default();
    if !uri.extra_text().is_some_and(is_object) {
        return;
    }
    let mut draft = cx
        .report(first.key.span, message!["a key beside `__extra__` is dropped"])
        .label("not read")
        .also(extra.key.span, "this one is the whole of `extra`")
        .help("move it into the object of `__extra__`")
        .note(message![airflow(uri.profile), " raises nothing"]);
    for pair in beside.take(8) {
        draft = draft.also(pair.key.span, "nor is this");
    }
}
