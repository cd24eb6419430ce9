use connlint_text::message;

use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL407" "hcp-without-namespace", Correctness, Error,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    if cx.backend.is_none_or(|backend| backend.id != "hashicorp-vault") {
        return;
    }
    let Some(url) = cx.kwargs.get("url") else { return };
    let given = cx.kwargs.get("namespace").is_some_and(connlint_json::Node::is_truthy);
    let is_hcp = url.as_text().is_some_and(|text| text.as_str().is_some_and(is_hcp_host));
    if given || !is_hcp {
        return;
    }
    report
        .report(url.span, message!["a Vault of the HashiCorp Cloud Platform without a namespace"])
        .label("a cluster of HCP")
        .help("add `\"namespace\": \"admin\"`, or the child of it that holds the secrets")
        .note("Vault refuses the login, which Airflow swallows: every connection isn't defined; the variable VAULT_NAMESPACE is not read");
}

/// Whether the host of a URL is one of the HashiCorp Cloud Platform.
fn is_hcp_host(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    host.ends_with(".hashicorp.cloud")
}
