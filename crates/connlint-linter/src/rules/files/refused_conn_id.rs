use connlint_hosts::{HostFormat, Role};
use connlint_parser::sanitized_conn_id;
use connlint_text::message;

use crate::rules::airflow;
use crate::{DocumentCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL769" "refused-conn-id", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

/// How long an id may be.
const LONGEST: usize = 200;

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    if matches!(cx.document.format, HostFormat::ConnectionsJson | HostFormat::ConnectionsYaml) {
        dropped(cx, report);
    }
    for command in &cx.document.commands {
        if !command.runs("airflow", &["connections", "add"]) {
            continue;
        }
        let Some(id) = command.words.get(3).filter(|id| id.is_known()) else { continue };
        let text = id.text();
        let is_letter = |char: char| char.is_alphanumeric() || "_-.".contains(char);
        let is_fine = text.chars().all(is_letter) && text.chars().count() <= LONGEST;
        if is_fine || text.starts_with('-') || text.contains(['<', '{', '$']) {
            continue;
        }
        report
            .report_raw(id.span, message!["Airflow adds no connection of this id"])
            .label("letters, digits, `_`, `-` and `.` only, up to 200")
            .help("choose another id")
            .note(message![airflow(cx.profile), " exits with an error, and adds nothing"]);
    }
}

/// What a file calls a connection, where `Connection` does not keep it.
fn dropped(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for site in cx.document.sites.iter().filter(|site| site.role == Role::Connection) {
        let Some(id) = site.id.as_deref() else { continue };
        if sanitized_conn_id(id, cx.profile).is_some() || id.contains(['<', '{', '$']) {
            continue;
        }
        report
            .report_site(site, site.name.span, message!["`Connection` does not keep this id"])
            .severity(Severity::Warning)
            .label(r"letters, digits, `_` and `#!()-.:/\` only, up to 250")
            .help("choose another id")
            .note(message![
                airflow(cx.profile),
                " finds the connection, which has no `conn_id` then; `airflow connections import` adds none"
            ]);
    }
}
