use connlint_hosts::Command;
use connlint_text::{Edit, Encoding, Raw, Span, message};

use crate::rules::airflow;
use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL624" "removed-flag", Portability, Error,
    since: "0.1.0", fix: Sometimes, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in cx.document.commands.iter().filter(|command| is_add(command)) {
        for word in command.words.iter().skip(3) {
            let text = word.text();
            let (flag, _) = text.split_once('=').unwrap_or((text, ""));
            let is_id = matches!(flag, "--conn-id" | "--conn_id");
            if !is_id && !flag.starts_with("--conn_") {
                continue;
            }
            let len = u32::try_from(flag.len()).unwrap_or_default();
            let span: Span<Raw> = Span::new(word.span.start(), word.span.start() + len);
            let draft = report
                .report_raw(span, message!["Airflow has no such flag any more"])
                .note(message![
                    airflow(cx.profile),
                    " says \"unrecognized arguments\", and adds nothing"
                ]);
            if is_id {
                draft
                    .label("the id stands by itself behind `add`")
                    .help("write `airflow connections add ID`");
            } else {
                let draft = draft.label("now with `-` for `_`").help("write `-` for `_`");
                if span.of(cx.document.text) == flag {
                    let edit = Edit::encode(span, Encoding::Dashes);
                    draft.raw_fix(Applicability::Safe, "write `-` for `_`", vec![edit]);
                }
            }
        }
    }
}

fn is_add(command: &Command<'_>) -> bool {
    command.runs("airflow", &["connections", "add"])
}
