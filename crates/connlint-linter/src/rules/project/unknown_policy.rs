use connlint_text::message;

use crate::project::{PolicyName, name};
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL809" "unknown-policy", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Project => check
}

/// Policies that are there without anybody writing them.
const BUILT_IN: [&str; 2] = ["default", "root"];

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let mut written = Vec::new();
    for policy in cx.files().flat_map(|(_, facts)| &facts.written_policies) {
        // A policy whose name the script is given may be any.
        let PolicyName::Known(policy) = policy else { return };
        written.push(policy.as_str());
    }
    if written.is_empty() {
        return;
    }
    for (file, facts) in cx.files() {
        for (policy, place) in &facts.role_policies {
            let lower = policy.to_ascii_lowercase();
            if written.contains(&lower.as_str()) || BUILT_IN.contains(&lower.as_str()) {
                continue;
            }
            let draft = report
                .report(file, place.span, message!["nothing writes the policy `", name(policy), "`"])
                .note("Vault takes any name: the token has no rights by it, and every lookup is answered with 403");
            match connlint_catalog::nearest(&lower, written.iter().copied()) {
                Some(meant) => draft.help(message!["did you mean `", name(meant), "`?"]),
                None => draft.help("write the policy, or name one that is written"),
            };
        }
    }
}
