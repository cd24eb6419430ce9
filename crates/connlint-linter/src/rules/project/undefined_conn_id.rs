use connlint_hosts::Role;
use connlint_text::message;

use super::misspelled_id::meant;
use crate::project::{ProjectFacts, name};
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
    for (file, fact) in cx.undefined().filter(|(_, fact)| !fact.has_default) {
        let lists_others = |facts: &ProjectFacts| {
            facts.is_list && facts.definitions.iter().any(|it| it.role == fact.role)
        };
        let Some((_, list)) = cx.files().find(|(_, facts)| lists_others(facts)) else { continue };
        if meant(cx, fact).is_some() {
            continue;
        }
        let (kind, exception) = match fact.role {
            Role::Variable => ("variable", "KeyError, or AirflowRuntimeError in the task SDK,"),
            _ => ("connection", "AirflowNotFoundException"),
        };
        report
            .report(file, fact.place.span, message!["no file defines this ", kind])
            .label("a Dag asks for it")
            .help(message!["add it to `", name(list.path()), "`, if it is not made elsewhere"])
            .note(message![
                "raises ",
                exception,
                " where it is in no database and no secrets backend either"
            ]);
    }
}
