use connlint_text::{Span, message};

use super::{is_airflow_name, option};
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL902" "secret-name", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in &cx.document.commands {
        let (name, store, is_azure) = if command.runs("az", &["keyvault", "secret", "set"]) {
            (option(command, &["name", "n"]), "Azure Key Vault", true)
        } else if command.runs("gcloud", &["secrets", "create"]) {
            let name = command.words.get(3).filter(|word| !word.text().starts_with('-'));
            (name.map(|word| (word, 0)), "Google Secret Manager", false)
        } else {
            continue;
        };
        let Some((word, offset)) = name.filter(|(word, _)| word.is_known()) else { continue };
        let text = word.text().get(offset..).unwrap_or_default();
        let is_allowed =
            |char: char| char.is_ascii_alphanumeric() || char == '-' || (char == '_' && !is_azure);
        if !is_airflow_name(text) || text.chars().any(|char| matches!(char, '<' | '{')) {
            continue;
        }
        let Some((at, char)) = text.char_indices().find(|(_, char)| !is_allowed(*char)) else {
            continue;
        };
        let span = Span::from_range(offset + at..offset + at + char.len_utf8());
        let draft = report.report_raw(
            word.value.map().to_raw(span),
            message!["a name that ", store, " does not take"],
        );
        if is_azure {
            let help = if char == '_' {
                "write `-` for `_`"
            } else {
                "write `airflow-connections-<conn_id>`, in letters, digits and `-`"
            };
            draft
                .label("only letters, digits and `-`")
                .help(help)
                .note("the backend writes `-` for each `_` of an id, so that `my_conn` is found as `my-conn`");
        } else {
            draft
                .label("only letters, digits, `-` and `_`")
                .help("use an id without it: Airflow refuses to look for such a name")
                .note("the backend answers that nothing is there, and says why in the log alone");
        }
    }
}
