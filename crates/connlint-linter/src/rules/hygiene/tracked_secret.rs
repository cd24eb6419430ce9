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
                report
                    .report(file, span, message!["git tracks this file, which holds a secret"])
                    .label("it is in the history for everybody who has the repository")
                    .help("take it out with `git rm --cached`, name it in `.gitignore`, and change the secret")
                    .note("a commit that deletes the file leaves the secret in the ones before");
            }
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
