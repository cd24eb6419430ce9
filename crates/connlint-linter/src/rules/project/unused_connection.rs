use connlint_hosts::Role;
use connlint_text::message;

use crate::project::is_default;
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL832" "unused-connection", Correctness, Info[Low],
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let asked = || {
        let references = cx.files().flat_map(|(_, facts)| &facts.references);
        references.filter(|reference| reference.role == Role::Connection)
    };
    // Without a Dag in sight nothing is used.
    if asked().next().is_none() {
        return;
    }
    let ids: std::collections::HashSet<_> = asked().map(|it| it.id.to_lowercase()).collect();
    for (file, facts) in cx.files().filter(|(_, facts)| facts.is_list) {
        for fact in &facts.definitions {
            let is_used = ids.contains(&fact.id.to_lowercase()) || is_default(fact);
            if fact.role == Role::Connection && !is_used {
                report
                    .report(file, fact.place.span, message!["no Dag names this connection"])
                    .help("remove it, if nothing else asks for it")
                    .note("Dags that put the id together from parts, and those of other repositories, are not seen");
            }
        }
    }
}
