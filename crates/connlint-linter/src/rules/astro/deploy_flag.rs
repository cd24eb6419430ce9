use connlint_text::{Edit, Raw, Span, message};

use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL751" "deploy-flag", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let deploys = cx.document.commands.iter().filter(|command| command.runs("astro", &["deploy"]));
    for command in deploys {
        let flag = command.words.iter().enumerate().find(|(_, word)| {
            word.text() == "--deployment-id" || word.text().starts_with("--deployment-id=")
        });
        let Some((at, word)) = flag else { continue };
        let draft = report
            .report_raw(word.span, message!["`astro deploy` has no flag `--deployment-id`"])
            .label("the id stands by itself")
            .help("write `astro deploy <id>`, or `--deployment-name`")
            .note("the Astro CLI says \"unknown flag\", and deploys nothing");
        if let Some(id) = command.words.get(at + 1).filter(|_| !word.text().contains('=')) {
            let span: Span<Raw> = Span::new(word.span.start(), id.span.start());
            let edit = Edit { span, pieces: Vec::new() };
            draft.raw_fix(Applicability::Safe, "remove the flag", vec![edit]);
        }
    }
}
