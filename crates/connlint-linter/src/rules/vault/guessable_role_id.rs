use connlint_text::message;

use super::app_role;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL503" "guessable-role-id", Security, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for role in cx.document.commands.iter().filter_map(app_role) {
        let Some(role_id) = role.parameter("role_id").filter(|it| it.word.is_known()) else {
            continue;
        };
        if role.name != Some(role_id.value) {
            continue;
        }
        report
            .report_raw(role_id.word.span, message!["the role id is the name of the role"])
            .label("everybody who has seen the script can guess it")
            .help("leave `role_id` out: Vault makes up one that nobody can guess")
            .note("one of the two halves of the login is public then, and the secret id is all that is left");
    }
}
