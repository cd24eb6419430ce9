use connlint_text::{Span, message};

use crate::rules::setting::{is_whole, sets};
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL784" "known-secret-key", Security, Warning,
    since: "0.1.0", fix: None, Site => check, where: [Setting]
}

/// What Airflow and its guides have written there.
const KNOWN: [&str; 4] = ["temporary_key", "a_very_secret_key", "secret_key", "airflow_jwt_secret"];

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let is_key = sets(site, "webserver", "secret_key")
        || sets(site, "api", "secret_key")
        || sets(site, "api_auth", "jwt_secret");
    let text = site.value.text();
    if !is_key || !is_whole(site) || !KNOWN.contains(&text.trim()) {
        return;
    }
    report
        .report(Span::from_range(0..text.len()), message!["a key that everybody knows"])
        .label("this is from a guide, or an old default")
        .help("make one: `openssl rand -hex 32`")
        .note("who knows it signs sessions of their own, and logs in as anybody");
}
