use connlint_catalog::Quirk;
use connlint_text::message;

use crate::rules::airflow;
use crate::rules::setting::option_of;
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL607" "per-key-kwarg", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let Some(name) = option_of(site).and_then(|(section, name)| match section {
        "SECRETS" => name.strip_prefix("BACKEND_KWARG__"),
        "WORKERS" => name.strip_prefix("SECRETS_BACKEND_KWARG__"),
        _ => None,
    }) else {
        return;
    };
    if !cx.profile.has(Quirk::PerKeyKwargs) {
        report
            .report_raw(site.name.span, message!["no argument of its own is read for the backend"])
            .label("Airflow 3.2 and later read it")
            .help("write the argument into `AIRFLOW__SECRETS__BACKEND_KWARGS`")
            .note(message![airflow(cx.profile), " ignores it, and says nothing"]);
    } else if name == "KV_ENGINE_VERSION" {
        report
            .report_raw(site.name.span, message!["a number cannot be given this way"])
            .label("the value is text, whatever it looks like")
            .help("write it into `AIRFLOW__SECRETS__BACKEND_KWARGS`, as a JSON number")
            .note("VaultBackend raises VaultError: it takes the numbers 1 and 2");
    }
}
