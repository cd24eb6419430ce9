use connlint_text::{Edit, Span, message};

use super::call_of;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL414" "url-with-api-path", Correctness, Error,
    since: "0.1.0", fix: Always, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend.filter(|backend| backend.id == "hashicorp-vault") else {
        return;
    };
    let Some(call) = call_of(cx, backend) else { return };
    let Some(url) = call.arguments.get("url") else { return };
    let Some((from, what)) = url.as_string().and_then(|text| api_path(text.raw())) else { return };
    let start = url.span.start() + 1 + u32::try_from(from).unwrap_or(0);
    let span = Span::new(start, url.span.end() - 1);
    report
        .report(span, message!["the path of ", what, " is part of this URL"])
        .help("end the URL with the host and port")
        .note("the client puts `/v1` behind it: Vault answers 403 or 404, which Airflow swallows, and every connection isn't defined")
        .unsafe_fix("remove the path", vec![Edit::delete(span)]);
}

/// Where a path of Vault's own begins, and what it is the path of.
fn api_path(url: &str) -> Option<(usize, &'static str)> {
    let host = url.find("://")? + 3;
    let path = host + url.get(host..)?.find('/')?;
    let first = url.get(path + 1..)?.split(['/', '?', '#']).next()?;
    match first {
        "v1" => Some((path, "the API")),
        "ui" => Some((path, "the web pages")),
        _ => None,
    }
}
