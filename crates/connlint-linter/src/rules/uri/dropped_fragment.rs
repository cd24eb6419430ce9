use connlint_parser::Uri;
use connlint_text::{Edit, Span, message};

use super::broken_userinfo;
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL108" "dropped-fragment", Correctness, Error,
    since: "0.1.0", fix: Always, Uri => check
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some(fragment) = &uri.fragment else { return };
    if uri.scheme.is_none() || uri.failure.is_some() || broken_userinfo(uri).is_some() {
        return;
    }
    let start = fragment.span.start().saturating_sub(1);
    let hash = Span::new(start, start + 1);
    cx.report(hash, message!["`#` starts a fragment, which Airflow drops"])
        .label("everything from here on is lost")
        .help("percent-encode it as `%23`, or remove the fragment")
        .note(message![airflow(uri.profile), " raises nothing"])
        .unsafe_fix("percent-encode the `#`", vec![Edit::replace(hash, "%23")]);
}
