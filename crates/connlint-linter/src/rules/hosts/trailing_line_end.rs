use connlint_hosts::Quoting;
use connlint_text::{Span, message};

use crate::rules::setting::{is_database_url, is_whole, sets};
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL716" "trailing-line-end", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let text = site.value.text();
    let is_url = is_database_url(site) || sets(site, "celery", "broker_url");
    if !is_url || !is_whole(site) || !text.ends_with(['\n', '\r']) || text.trim().is_empty() {
        return;
    }
    let end = text.trim_end_matches(['\n', '\r']).len();
    let in_base64 = matches!(site.quoting, Quoting::Base64 | Quoting::Opaque);
    let help = if in_base64 {
        "encode it without one: `printf %s`, or `echo -n`"
    } else {
        "write `|-` or `>-`, which drop the last line end"
    };
    report
        .report(Span::from_range(end..text.len()), message!["a line end at the end of the URL"])
        .label("it is a part of the value")
        .help(help)
        .note(
            "Airflow strips connections, but no options: the database's name ends with a line end",
        );
}
