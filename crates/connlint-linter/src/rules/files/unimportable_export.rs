use connlint_text::message;

use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL766" "unimportable-export", Correctness, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in &cx.document.commands {
        if !command.runs("airflow", &["connections", "export"]) {
            continue;
        }
        let value = |flag: &str| {
            command.words.iter().enumerate().find_map(|(at, word)| {
                let rest = word.text().strip_prefix(flag)?;
                match rest.strip_prefix('=') {
                    Some(value) => Some((word, value)),
                    None if rest.is_empty() => {
                        command.words.get(at + 1).map(|word| (word, word.text()))
                    }
                    None => None,
                }
            })
        };
        let Some((word, "json")) = value("--serialization-format") else { continue };
        report
            .report_raw(word.span, message!["`airflow connections import` does not read this back"])
            .label("JSON in lines `id=value`")
            .help("export with `--file-format json` or `yaml`")
            .note("import takes the value of a line for a URI: the connection gets no type, and the JSON as its schema");
    }
}
