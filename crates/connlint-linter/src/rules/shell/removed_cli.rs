use connlint_text::message;

use crate::rules::airflow;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL704" "removed-cli", Portability, Warning,
    since: "0.1.0", fix: None, Document => check
}

/// Flags of Airflow 1.10, and the subcommand that came in their place.
const REMOVED: [(&str, &str); 12] = [
    ("-a", "add"),
    ("--add", "add"),
    ("-d", "delete"),
    ("--delete", "delete"),
    ("-l", "list"),
    ("--list", "list"),
    ("-s", "set"),
    ("--set", "set"),
    ("-g", "get"),
    ("--get", "get"),
    ("-i", "import"),
    ("--import", "import"),
];

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in &cx.document.commands {
        let [_, group, flag, ..] = &command.words[..] else { continue };
        let is_group = matches!(group.text(), "connections" | "variables");
        let found = REMOVED.iter().find(|(removed, _)| *removed == flag.text());
        let Some((_, now)) = found.filter(|_| command.program() == "airflow" && is_group) else {
            continue;
        };
        report
            .report_raw(flag.span, message!["this is a flag of Airflow 1.10"])
            .label(message!["now the subcommand `", *now, "`"])
            .help(message!["write `", *now, "`"])
            .note(message![airflow(cx.profile), " exits with an error and changes nothing"]);
    }
}
