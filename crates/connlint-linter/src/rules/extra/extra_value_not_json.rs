use connlint_catalog::JsonType;
use connlint_text::message;

use super::{hook, name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL314" "extra-value-not-json", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let Some(known) = extra.known().filter(|known| known.json_in_string) else {
            continue;
        };
        // A file may be named instead, and a kubeconfig is YAML as a rule.
        if !known.types.allows(JsonType::Object) && known.name != "idp_extra_params"
            || matches!(known.name, "credential_config_file" | "kube_config")
        {
            continue;
        }
        let Some(text) = extra.value.as_text().filter(|text| !text.is_empty()) else { continue };
        let Err(error) = connlint_json::parse(text) else { continue };
        report
            .report(
                extra.span,
                message!["`", name(known.name), "` is not JSON: ", error.kind.fault()],
            )
            .help(error.kind.advice())
            .note(message![hook(cx.of), " raises AirflowException: Invalid key JSON."]);
    }
}
