use connlint_text::message;

use crate::rules::airflow;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL768" "uri-beside-options", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

/// What may not stand beside a URI or JSON.
const FIELDS: [&str; 7] = [
    "--conn-type",
    "--conn-host",
    "--conn-login",
    "--conn-password",
    "--conn-schema",
    "--conn-port",
    "--conn-json",
];

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in &cx.document.commands {
        if !command.runs("airflow", &["connections", "add"]) {
            continue;
        }
        let is = |text: &str, flag: &str| {
            text.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        };
        let find = |flags: &[&str]| {
            let mut words = command.words.iter().skip(3);
            words.find(|word| flags.iter().any(|flag| is(word.text(), flag)))
        };
        let Some(whole) = find(&["--conn-uri"]).or_else(|| find(&["--conn-json"])) else {
            continue;
        };
        let Some(field) = find(&FIELDS).filter(|field| field.span != whole.span) else { continue };
        report
            .report_raw(
                field.span,
                message!["this option cannot stand beside the whole connection"],
            )
            .label("the URI or the JSON says it already")
            .also_raw(whole.span, "the whole connection")
            .help("write it into the URI or the JSON, and remove the option")
            .note(message![airflow(cx.profile), " exits with an error, and adds nothing"]);
    }
}
