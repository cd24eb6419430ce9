use connlint_hosts::{Role, Surface};
use connlint_parser::Reading;
use connlint_text::message;

use crate::rules::airflow;
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL114" "blank-connection", Correctness, Error,
    since: "0.1.0", fix: None, Site => check
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let is_connection = cx.site.role == Role::Connection;
    if !is_connection || !cx.site.value.text().trim().is_empty() {
        return;
    }
    let note = match (cx.reading, cx.site.surface) {
        // To a secrets backend an empty text is no connection at all, and it asks the next one.
        (Some(Reading::Absent) | None, _) => return,
        (Some(Reading::Blank(_)), _) => " raises IndexError: string index out of range",
        (_, Surface::ConnectionsFile) => " takes it, but conn_type and host are empty",
        _ => " finds no conn_type and no host in it",
    };
    report
        .report_raw(cx.site.value_span, message!["nothing is written for this connection"])
        .help("write the connection, or remove the entry")
        .note(message![airflow(cx.profile), note]);
}
