use connlint_text::message;

use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL782" "vault-without-tls", Security, Warning,
    since: "0.1.0", fix: None, Kwargs => check
}

/// Arguments that are sent to Vault and are secret.
const CREDENTIALS: [&str; 6] =
    ["secret_id", "token", "password", "jwt_token", "radius_secret", "key_id"];

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let is_vault = cx.backend.is_some_and(|it| it.class_path.ends_with(".VaultBackend"));
    let root = cx.kwargs.root.as_ref().and_then(|root| root.as_object());
    let Some(members) = root.filter(|_| is_vault) else { return };
    let text = |member: &connlint_json::Member<'_>| {
        let value = member.value.as_text()?;
        value.as_str().map(str::to_owned)
    };
    let named =
        |name: &str| members.iter().rev().find(|member| member.key.text().as_str() == Some(name));
    let has_credential = CREDENTIALS
        .iter()
        .filter_map(|name| named(name))
        .any(|member| text(member).is_some_and(|value| !value.is_empty()));
    let Some(url) = named("url").filter(|_| has_credential) else { return };
    let Some(address) = text(url) else { return };
    let Some(host) = address.strip_prefix("http://") else { return };
    let host = host.split([':', '/']).next().unwrap_or_default();
    if !is_remote(host) {
        return;
    }
    report
        .report(url.value.span, message!["credentials for Vault over a connection in the clear"])
        .label("`http://` to another machine")
        .help("use `https://`")
        .note("whoever sees the traffic reads the credentials, and every secret that Vault answers with");
}

/// A name with a dot in it that no container network and no cluster resolves by itself.
fn is_remote(host: &str) -> bool {
    let is_inner = ["internal", "local", "localhost", "svc", "lan", "test", "localdomain"]
        .iter()
        .any(|last| host.rsplit('.').next() == Some(last));
    let is_number = host.chars().all(|char| char.is_ascii_digit() || char == '.');
    host.contains('.') && !is_inner && !is_number
}
