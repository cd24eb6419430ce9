use connlint_hosts::HostFormat;
use connlint_text::message;

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL753" "unread-settings-file", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let name = cx.path.rsplit(['/', '\\']).next().unwrap_or(cx.path);
    let is_first = cx.document.sites.first().is_some_and(|first| first.span == cx.site.span);
    let is_settings =
        cx.document.format == HostFormat::AirflowSettings && name.contains("settings");
    let is_yaml = |rest: &str| rest == "yaml";
    let is_read = name.split_once('.').is_none_or(|(_, rest)| is_yaml(rest));
    if !is_first || !is_settings || is_read {
        return;
    }
    report
        .report_raw(cx.site.name.span, message!["the Astro CLI does not read a file of this name"])
        .label("connections, variables and pools from here on are not loaded")
        .help("call it `airflow_settings.yaml`, or anything with `.yaml` behind its only dot")
        .note("the CLI cuts the name at its first dot and puts `.yaml` behind it");
}
