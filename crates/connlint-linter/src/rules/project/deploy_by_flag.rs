use connlint_text::{Edit, Span, message};

use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL811" "deploy-by-flag", Correctness, Error,
    since: "0.1.0", fix: Always, Document => check
}

const FLAG: &str = "--deployment-id";

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in cx.document.commands.iter().filter(|it| it.runs("astro", &["deploy"])) {
        for (index, word) in command.words.iter().enumerate() {
            let Some(rest) = word.text().strip_prefix(FLAG) else { continue };
            let start = word.span.start();
            let end = match (rest.starts_with('='), command.words.get(index + 1)) {
                // With what stands between the flag and the id, a line end perhaps.
                (false, Some(id)) if rest.is_empty() => id.span.start(),
                (true, _) => {
                    let flag = word.value.map().to_raw(Span::from_range(0..FLAG.len() + 1));
                    flag.end()
                }
                _ => continue,
            };
            report
                .report_raw(word.span, message!["`astro deploy` has no flag `--deployment-id`"])
                .help("give the id by itself: `astro deploy <id>`")
                .note("the command ends with an error, and nothing is deployed")
                .raw_fix(
                    Applicability::Safe,
                    "remove the flag",
                    vec![Edit::delete(Span::new(start, end))],
                );
        }
    }
}
