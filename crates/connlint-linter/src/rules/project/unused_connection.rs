use std::collections::HashSet;

use connlint_hosts::Role;
use connlint_text::message;

use crate::project::is_default;
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL832" "unused-connection", Correctness, Info[Low],
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    for (role, headline) in [
        (Role::Connection, "no Dag names this connection"),
        (Role::Variable, "no Dag names this variable"),
    ] {
        let references = cx.files().flat_map(|(_, facts)| &facts.references);
        let asked = references.filter(|reference| reference.role == role);
        let ids: HashSet<_> = asked.map(|it| it.id.to_lowercase()).collect();
        // Without a Dag in sight nothing is used.
        if ids.is_empty() {
            continue;
        }
        for (file, facts) in cx.files().filter(|(_, facts)| facts.is_list) {
            for fact in facts.definitions.iter().filter(|it| it.role == role) {
                if ids.contains(&fact.id.to_lowercase()) || is_default(fact) {
                    continue;
                }
                report
                    .report(file, fact.place.span, message![headline])
                    .help("remove it, if nothing else asks for it")
                    .note("Dags that put the id together from parts, and those of other repositories, are not seen");
            }
        }
    }
}
