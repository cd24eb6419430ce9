use connlint_hosts::Command;
use connlint_text::{Edit, message};

use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL752" "load-argument", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in cx.document.commands.iter().filter(|command| stores(command)) {
        let is_load = |text: &str| matches!(text, "--load" | "-l");
        let pair = command.words.windows(2).find(|pair| is_load(pair[0].text()));
        let Some([_, file]) = pair else { continue };
        let text = file.text();
        if text.starts_with('-') || text.contains('=') || !file.is_known() {
            continue;
        }
        report
            .report_raw(file.span, message!["`--load` takes no file"])
            .label("this is taken for a variable without a value")
            .help("write `--load --env FILE`")
            .note("the Astro CLI reads `.env` whatever stands here, and exits with an error")
            .raw_fix(
                Applicability::Safe,
                "write `--env` in front of it",
                vec![Edit::insert(file.span.start(), "--env ")],
            );
    }
}

/// Whether a command stores variables in a Deployment.
pub(super) fn stores(command: &Command<'_>) -> bool {
    ["create", "update"].iter().any(|what| command.runs("astro", &["deployment", "variable", what]))
}
