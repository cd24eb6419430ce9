use connlint_text::message;

use crate::{ProjectCx, ProjectReporter, Severity, Tracking, declare_rule};

declare_rule! {
    "CL785" "tracked-secret", Security, Warning[Medium],
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    for (file, facts) in cx.files() {
        let Some(span) = facts.secret else { continue };
        match facts.tracking {
            Tracking::Unknown => {}
            Tracking::Tracked => {
                let help = if facts.is_shared() {
                    "name a variable or a Secret of the cluster in its place, and change the secret"
                } else {
                    "take it out with `git rm --cached`, name it in `.gitignore`, and change the secret"
                };
                report
                    .report(file, span, message!["git tracks this file, which holds a secret"])
                    .label("it is in the history for everybody who has the repository")
                    .help(help)
                    .note("a commit that deletes the file leaves the secret in the ones before");
            }
            // It is to be tracked, once the secret is out of it.
            Tracking::Loose if facts.is_shared() => {}
            Tracking::Loose => {
                report
                    .report(
                        file,
                        span,
                        message!["nothing keeps git from taking this file, which holds a secret"],
                    )
                    .severity(Severity::Info)
                    .help("name it in `.gitignore`");
            }
        }
    }
}
