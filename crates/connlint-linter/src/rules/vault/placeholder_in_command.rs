use connlint_hosts::HostFormat;
use connlint_text::{Span, message};

use crate::placeholder::placeholders;
use crate::project::runs_vault;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL508" "placeholder-in-command", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    // A text about commands may leave things to the reader, a script may not.
    if cx.document.format != HostFormat::Shell {
        return;
    }
    for command in &cx.document.commands {
        if !runs_vault(command, &[]) && !command.runs("astro", &[]) {
            continue;
        }
        // The shell takes `<` and `>` for redirections: what is between them is in no word.
        let start = command.span.range().start;
        let line = cx.document.text.get(start..).unwrap_or_default();
        let line = line.split('\n').next().unwrap_or_default();
        for found in placeholders(line).filter(|range| line[range.clone()].starts_with('<')) {
            let span = Span::from_range(start + found.start..start + found.end);
            let quoted = command.words.iter().any(|word| word.span.overlaps(span));
            // Within a value it is the value's own fault.
            if quoted {
                continue;
            }
            report
                .report_raw(span, message!["a placeholder was left in"])
                .label("the shell takes `<` and `>` for files to read and to write")
                .help("write the name")
                .note("the command is not run: no such file or directory");
        }
    }
}
