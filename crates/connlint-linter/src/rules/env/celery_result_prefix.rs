use connlint_text::{Edit, Span, message};

use crate::rules::setting::is_result_backend;
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL609" "celery-result-prefix", Correctness, Error,
    since: "0.1.0", fix: Always, Site => check, where: [Setting]
}

/// Dialects of `SQLAlchemy` that Celery knows behind `db+` only.
const DIALECTS: [&str; 6] = ["postgresql", "postgres", "mysql", "sqlite", "mssql", "oracle"];

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    if !is_result_backend(site) {
        return;
    }
    let text = site.value.text();
    let Some((scheme, _)) = text.split_once("://") else { return };
    let dialect = scheme.split('+').next().unwrap_or_default();
    if !DIALECTS.contains(&dialect) {
        return;
    }
    report
        .report(
            Span::from_range(0..scheme.len()),
            message!["a database without `db+` as result backend of Celery"],
        )
        .label("Celery takes this for the name of a backend")
        .help("write `db+` in front of it")
        .note("Celery looks for a module of this name: workers and scheduler raise ModuleNotFoundError")
        .safe_fix("write `db+` in front of it", vec![Edit::insert(0, "db+")]);
}
