use connlint_hosts::Role;
use connlint_text::message;

use super::misspelled_id::meant;
use crate::project::name;
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL830" "undefined-conn-id", Correctness, Info[Low],
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    // Connections may come from a backend, and from the database where no file lists them.
    if cx.files().any(|(_, facts)| facts.has_backend) {
        return;
    }
    let Some((_, list)) = cx.files().find(|(_, facts)| facts.is_list) else { return };
    for (file, fact) in cx.undefined() {
        if fact.role != Role::Connection || meant(cx, fact).is_some() {
            continue;
        }
        report
            .report(file, fact.place.span, message!["no file defines this connection"])
            .label("a Dag asks for it")
            .help(message!["add it to `", name(list.path()), "`, if it is not made elsewhere"])
            .note("raises AirflowNotFoundException where it is in no database and no secrets backend either");
    }
}
