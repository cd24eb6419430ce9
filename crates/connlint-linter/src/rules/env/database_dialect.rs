use connlint_text::{Edit, Span, message};

use crate::rules::setting::{is_database_url, is_result_backend};
use crate::{Reporter, Severity, SiteCx, declare_rule};

declare_rule! {
    "CL610" "database-dialect", Portability, Warning,
    since: "0.1.0", fix: Always, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let text = site.value.text();
    let at = if text.starts_with("db+") { 3 } else { 0 };
    let rest = text.get(at..).unwrap_or_default();
    let is_old = rest.starts_with("postgres://") || rest.starts_with("postgres+psycopg2://");
    if !is_old || !is_database_url(site) {
        return;
    }
    let (severity, note) = if is_result_backend(site) {
        (Severity::Error, "SQLAlchemy raises NoSuchModuleError: it can't load the plugin")
    } else {
        (Severity::Warning, "Airflow writes `postgresql` in its place, and warns at every start")
    };
    let end = at + "postgres".len();
    let insert = u32::try_from(end).unwrap_or_default();
    report
        .report(Span::from_range(at..end), message!["`postgres` is no dialect of SQLAlchemy"])
        .label("`postgresql` is meant")
        .help("write `postgresql`")
        .note(note)
        .severity(severity)
        .safe_fix("write `postgresql`", vec![Edit::insert(insert, "ql")]);
}
