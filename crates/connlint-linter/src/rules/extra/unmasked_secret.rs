use connlint_text::message;

use super::{name, type_name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL318" "unmasked-secret", Security, Info,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let secret = extra.known().filter(|known| known.sensitive && extra.value.is_truthy());
        let Some(known) = secret else { continue };
        if known.masked_by_name || connlint_catalog::is_sensitive_name(known.name) {
            continue;
        }
        report
            .report(
                extra.key_span,
                message!["Airflow does not mask `", name(known.name), "` of `", type_name(cx.of), "`"],
            )
            .label("a secret by what it says, not by what it is called")
            .help(message![
                "add `",
                name(known.name),
                "` to `[core] sensitive_var_conn_names`"
            ])
            .note("Airflow hides the values of extras in logs whose keys hold a word such as `password`, `secret` or `token`");
    }
}
