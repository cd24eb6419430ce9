use connlint_hosts::{Role, Surface};
use connlint_text::message;

use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL705" "conn-id-is-env-name", Correctness, Warning,
    since: "0.1.0", fix: None, Document => check
}

const PREFIX: &str = "AIRFLOW_CONN_";

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for reference in &cx.document.references {
        if reference.role == Role::Connection && is_prefixed(&reference.id) {
            report
                .report_raw(
                    reference.span,
                    message!["the connection id starts with `AIRFLOW_CONN_`"],
                )
                .label("this is the prefix of an environment variable")
                .help("leave the prefix out, and write the rest in lower case")
                .note("Airflow puts the prefix in front of the id itself: it looks for a variable with two");
        }
    }
    for site in &cx.document.sites {
        let id = site.id.as_deref().unwrap_or_default();
        if site.role != Role::Connection || site.surface == Surface::Environment || !is_prefixed(id)
        {
            continue;
        }
        report
            .report_site(
                site,
                site.name.span,
                message!["the connection id starts with `AIRFLOW_CONN_`"],
            )
            .label("this is the prefix of an environment variable")
            .help("leave the prefix out, and write the rest in lower case")
            .note("Airflow finds it under this whole text only");
    }
}

fn is_prefixed(id: &str) -> bool {
    id.get(..PREFIX.len()).is_some_and(|it| it.eq_ignore_ascii_case(PREFIX))
}
