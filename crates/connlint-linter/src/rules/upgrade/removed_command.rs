use std::cell::LazyCell;

use connlint_catalog::{Profile, removed_command};
use connlint_hosts::Word;
use connlint_text::{Edit, Piece, Span, message};

use crate::rules::airflow;
use crate::rules::setting::{profile_of, quoted};
use crate::{Applicability, DocumentCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL623" "removed-command", Portability, Error,
    since: "0.1.0", fix: Sometimes, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let profile = LazyCell::new(|| profile_of(cx.document, cx.profile));
    for command in cx.document.commands.iter().filter(|command| command.program() == "airflow") {
        let words: Vec<&str> = command.words.iter().skip(1).map(Word::text).collect();
        let Some(gone) = removed_command(&words, *profile) else { continue };
        let (Some(first), Some(last)) = (command.words.get(1), command.words.get(gone.words.len()))
        else {
            continue;
        };
        let span = Span::new(first.span.start(), last.span.end());
        let draft = report
            .report_raw(span, message!["Airflow has no such command any more"])
            .note(message![airflow(*profile), " exits with an error and does nothing"]);
        // Who still runs Airflow 2 has a command that Airflow 3 removed.
        let is_old = removed_command(&words, Profile::from_str_or_newest("2.11")).is_some();
        let draft = if is_old { draft } else { draft.severity(Severity::Warning) };
        let Some(now) = gone.now else {
            draft.label("nothing came in its place");
            continue;
        };
        let edit = Edit { span, pieces: vec![Piece::Text(now.into())] };
        draft
            .label(message!["now `airflow ", now, "`"])
            .help(message!["write `airflow ", now, "`"])
            .raw_fix(Applicability::Unsafe, message!["write ", quoted(now)], vec![edit]);
    }
}
