use connlint_catalog::JsonType;
use connlint_text::{Edit, Grounds, Public, Span, message};

use super::call_of;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL415" "boolean-as-path", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    for member in call.arguments.iter() {
        let name = member.key.text();
        let Some(kwarg) = name.as_str().and_then(|name| backend.kwarg(name)) else { continue };
        let takes = |kind| kwarg.json_types.is_known() && kwarg.json_types.allows(kind);
        let Some(text) = member.value.as_string() else { continue };
        let is_boolean = ["true", "false"].iter().any(|word| text.raw().eq_ignore_ascii_case(word));
        if !(is_boolean && takes(JsonType::Boolean) && takes(JsonType::String)) {
            continue;
        }
        let name = Public::vouch(kwarg.name, Grounds::Catalogue);
        let span = member.value.span;
        let draft = report
            .report(span, message!["`", name, "` is a boolean between quotes"])
            .label("the name of a file")
            .help("write `true` or `false` without quotes")
            .note("there is no such file: the first request over https fails, which Airflow swallows, and every connection isn't defined");
        if matches!(text.raw(), "true" | "false") {
            let quotes =
                [Span::new(span.start(), span.start() + 1), Span::new(span.end() - 1, span.end())];
            draft.unsafe_fix("remove the quotes", quotes.map(Edit::delete).into());
        }
    }
}
