use connlint_text::{Edit, Span, message};

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL324" "snowflake-account-url", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Connection => check
}

/// What stands behind the account in an address.
const SUFFIX: &str = ".snowflakecomputing.com";

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "snowflake" {
        return;
    }
    let keys = ["account", "extra__snowflake__account"];
    let Some(account) = keys.iter().find_map(|key| cx.extra(key)) else { return };
    let Some(text) = account.value.as_text() else { return };
    let bare = text.strip_prefix("https://").unwrap_or(text);
    let bare = bare.trim_end_matches('/');
    let Some(name) = bare.strip_suffix(SUFFIX) else { return };
    let draft = report
        .report(account.span, message!["the account of Snowflake is an address"])
        .label("`account` is the part in front of `.snowflakecomputing.com`")
        .help("write the account alone")
        .note("the driver adds `.snowflakecomputing.com` itself, and finds no such host");
    // Only what is written as it is read can be cut out of the text.
    let is_verbatim = account.inner.len() as usize == text.len();
    let (Some(start), true) = (text.find(name), is_verbatim) else { return };
    let start = account.inner.start() + u32::try_from(start).unwrap_or(0);
    let end = start + u32::try_from(name.len()).unwrap_or(0);
    let edits = [Span::new(account.inner.start(), start), Span::new(end, account.inner.end())];
    let edits = edits.into_iter().filter(|span| !span.is_empty()).map(Edit::delete);
    draft.unsafe_fix("leave the account", edits.collect());
}
