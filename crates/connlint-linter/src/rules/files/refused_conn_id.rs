use connlint_text::message;

use crate::rules::airflow;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL769" "refused-conn-id", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

/// How long an id may be.
const LONGEST: usize = 200;

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in &cx.document.commands {
        if !command.runs("airflow", &["connections", "add"]) {
            continue;
        }
        let Some(id) = command.words.get(3).filter(|id| id.is_known()) else { continue };
        let text = id.text();
        let is_letter = |char: char| char.is_alphanumeric() || "_-.".contains(char);
        let is_fine = text.chars().all(is_letter) && text.chars().count() <= LONGEST;
        if is_fine || text.starts_with('-') || text.contains(['<', '{', '$']) {
            continue;
        }
        report
            .report_raw(id.span, message!["Airflow adds no connection of this id"])
            .label("letters, digits, `_`, `-` and `.` only, up to 200")
            .help("choose another id")
            .note(message![airflow(cx.profile), " exits with an error, and adds nothing"]);
    }
}
