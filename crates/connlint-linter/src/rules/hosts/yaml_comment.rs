use connlint_hosts::{Quoting, Role};
use connlint_text::{Raw, Span, message};

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL709" "yaml-comment", Correctness, Error[Medium],
    since: "0.1.0", fix: None, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let is_plain = site.quoting == Quoting::YamlPlain || site.outer.contains(&Quoting::YamlPlain);
    let is_read = matches!(site.role, Role::Connection | Role::BackendKwargs | Role::Config);
    let end = site.value_span.end() as usize;
    let behind = cx.document.text.get(end..).unwrap_or_default();
    let behind = behind.split('\n').next().unwrap_or_default();
    let comment = behind.trim_start();
    let at = end + behind.len() - comment.len();
    // Of a URI that was cut off, the host is still to come.
    let is_cut = comment.starts_with('#') && !comment.starts_with("# ") && comment.contains('@');
    let is_uri = site.value.text().contains("://") && !site.value.text().contains('@');
    if !is_plain || !is_read || !is_cut || !is_uri {
        return;
    }
    let sign: Span<Raw> = Span::from_range(at..at + 1);
    report
        .report_raw(sign, message!["` #` starts a comment in YAML"])
        .label("the value ends here")
        .help("write the value between quotes")
        .note("Airflow gets what stands in front of it");
}
