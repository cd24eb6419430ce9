use connlint_text::message;

use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL786" "copied-secret", Security, Warning[Medium],
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    for (file, facts) in cx.files() {
        let (Some(span), Some(image)) = (facts.secret, facts.image) else { continue };
        let copy = cx.files().find(|(number, _)| *number == image).and_then(|it| it.1.copy);
        let Some(copy) = copy else { continue };
        report
            .report(
                file,
                span,
                message!["this file, which holds a secret, becomes a part of the image"],
            )
            .label("everybody who has the image reads it")
            .help("name it in `.dockerignore`")
            .note(message!["all files are copied here: ", cx.place(image, copy)]);
    }
}
