use connlint_text::{Edit, message};

use super::app_role;
use crate::{Applicability, DocumentCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL505" "limited-uses", Correctness, Warning,
    since: "0.1.0", fix: Always, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for role in cx.document.commands.iter().filter_map(app_role) {
        let is_batch = role.parameter("token_type").is_some_and(|it| it.value == "batch");
        for parameter in &role.parameters {
            let Some(count) = parameter.count() else { continue };
            let (headline, note, severity) = match parameter.key {
                "token_num_uses" if is_batch => (
                    message!["a batch token cannot have a number of uses"],
                    message!["Vault refuses the role"],
                    Severity::Error,
                ),
                "token_num_uses" => (
                    message!["Airflow's token is used up after ", count, " requests"],
                    message![
                        "every lookup is a request, and so is every check of the token; hashicorp before 4.8.1 then finds nothing until it logs in again"
                    ],
                    if count == 1 { Severity::Error } else { Severity::Warning },
                ),
                "secret_id_num_uses" => (
                    message!["Airflow's secret id is used up after ", count, " logins"],
                    message![
                        "every process of Airflow logs in on its own, and again when its token ends; after that every connection isn't defined"
                    ],
                    Severity::Error,
                ),
                _ => continue,
            };
            let value = parameter.value_span();
            report
                .report_raw(parameter.word.span, headline)
                .severity(severity)
                .help("write `0`, which means no limit")
                .note(note)
                .raw_fix(Applicability::Unsafe, "write `0`", vec![Edit::replace(value, "0")]);
        }
    }
}
