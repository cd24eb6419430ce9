use connlint_catalog::config_option;
use connlint_hosts::{Role, Site};
use connlint_text::message;

use crate::rules::airflow;
use crate::rules::setting::{quoted, rename, variable};
use crate::{Applicability, Confidence, Reporter, Severity, SiteCx, declare_rule};

declare_rule! {
    "CL604" "misnamed-variable", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Site => check, where: [Setting]
}

/// What stands behind `AIRFLOW_` in names that were meant for a connection, and for a variable.
const CONNECTIONS: [&str; 7] =
    ["CON_", "CONS_", "CONNS_", "CONNECTION_", "CONNECTIONS_", "COON_", "_CONN_"];
const VARIABLES: [&str; 4] = ["VARS_", "VARIABLE_", "VARIABLES_", "_VAR_"];

/// What an application may call the connection of its own.
const OWN_WORDS: [&str; 8] = ["STRING", "STR", "URI", "URL", "ID", "TYPE", "NAME", "TIMEOUT"];

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let Some(Meant { name, confidence }) = meant(site) else { return };
    let draft = report
        .report_raw(site.name.span, message!["Airflow reads no variable of this name"])
        .label(message![quoted(&name), " is meant"])
        .help(message!["rename it to ", quoted(&name)])
        .note(message![airflow(cx.profile), " never looks at it, and says nothing"])
        .confidence(confidence);
    let draft = match confidence {
        Confidence::High => draft,
        _ => draft.severity(Severity::Warning),
    };
    if let Some(edit) = rename(cx.document, site, &name) {
        draft.raw_fix(Applicability::Unsafe, message!["rename it to ", quoted(&name)], vec![edit]);
    }
}

struct Meant {
    name: String,
    confidence: Confidence,
}

fn meant(site: &Site<'_>) -> Option<Meant> {
    let rest = site.name.text.strip_prefix("AIRFLOW_")?;
    match site.role {
        Role::Misnamed => {
            entry(rest, site).or_else(|| near_option(rest).map(|name| certain(&name)))
        }
        Role::Config => joined(rest.strip_prefix('_')?, site),
        _ => None,
    }
}

fn certain(name: &str) -> Meant {
    Meant { name: name.to_owned(), confidence: Confidence::High }
}

/// A connection or a variable under another prefix.
fn entry(rest: &str, site: &Site<'_>) -> Option<Meant> {
    let behind = |prefixes: &[&str]| prefixes.iter().find_map(|prefix| rest.strip_prefix(prefix));
    if let Some(id) = behind(&CONNECTIONS) {
        return (is_connection(site) && !OWN_WORDS.contains(&id)).then(|| {
            let is_word = rest.starts_with("CONNECTION");
            let confidence = if is_word { Confidence::Medium } else { Confidence::High };
            Meant { name: format!("AIRFLOW_CONN_{id}"), confidence }
        });
    }
    let name = format!("AIRFLOW_VAR_{}", behind(&VARIABLES)?);
    Some(Meant { name, confidence: Confidence::Medium })
}

/// An option whose section and name are joined by one `_`, or that starts with one.
fn near_option(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix('_').unwrap_or(rest);
    let found = |section: &str, name: &str| {
        config_option(section, name).map(|option| variable(option.section, option.name))
    };
    if let Some((section, name)) = rest.split_once("__") {
        return found(section, name);
    }
    rest.match_indices('_').find_map(|(at, _)| found(&rest[..at], &rest[at + 1..]))
}

/// A `__` too many: `AIRFLOW__CONN__PG`, `AIRFLOW__SECRETS__BACKEND__KWARGS`.
fn joined(rest: &str, site: &Site<'_>) -> Option<Meant> {
    let (section, name) = rest.split_once("__")?;
    match section {
        "CONN" => is_connection(site).then(|| certain(&format!("AIRFLOW_CONN_{name}"))),
        "VAR" => Some(certain(&format!("AIRFLOW_VAR_{name}"))),
        _ if name.contains("__") => {
            let option = config_option(section, &name.replace("__", "_"))?;
            Some(certain(&variable(option.section, option.name)))
        }
        _ => None,
    }
}

/// Whether a value looks like a connection.
fn is_connection(site: &Site<'_>) -> bool {
    let text = site.value.text().trim_start();
    text.starts_with('{') || text.contains("://")
}
