use connlint_hosts::{HostFormat, Site};
use connlint_text::message;

use super::load_argument::stores;
use crate::rules::setting::command_of;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL759" "reserved-variable", Correctness, Warning,
    since: "0.1.0", fix: None, Document => check
}

/// What Astro sets itself.
const RESERVED: [&str; 16] = [
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__CORE__SQL_ALCHEMY_CONN",
    "AIRFLOW__CORE__HOSTNAME_CALLABLE",
    "AIRFLOW__LOGGING__REMOTE_LOGGING",
    "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER",
    "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID",
    "AIRFLOW__LOGGING__ENCRYPT_S3_LOGS",
    "AIRFLOW__WEBSERVER__BASE_URL",
    "AIRFLOW__WEBSERVER__COOKIE_SECURE",
    "AIRFLOW__WEBSERVER__ENABLE_PROXY_FIX",
    "AIRFLOW__WEBSERVER__EXPOSE_CONFIG",
    "AIRFLOW__KUBERNETES__NAMESPACE",
    "AIRFLOW__CELERY__WORKER_CONCURRENCY",
    "AIRFLOW_CONN_AIRFLOW_DB",
    "AIRFLOW_CONN_ASTRO_S3_LOGGING",
];

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let document = cx.document;
    let is_deployed = |site: &Site<'_>| {
        document.format == HostFormat::AstroDeployment
            || command_of(document, site).is_some_and(stores)
    };
    for site in &document.sites {
        if RESERVED.contains(&site.name.text.as_ref()) && is_deployed(site) {
            report
                .report_site(site, site.name.span, message!["a variable that Astro sets itself"])
                .label("reserved in a Deployment")
                .help("remove it")
                .note("what a Deployment sets is overridden, or breaks what Astro set up");
        }
    }
}
