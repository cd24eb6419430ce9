use connlint_text::message;

use crate::project::{Reach, host_of, reach};
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL510" "plaintext-vault", Security, Warning,
    since: "0.1.0", fix: None, Kwargs => check
}

/// What goes to Vault as it is when Airflow logs in.
const CREDENTIALS: [&str; 5] = ["token", "secret_id", "password", "jwt_token", "token_path"];

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend.filter(|backend| backend.id == "hashicorp-vault") else {
        return;
    };
    let Some(url) = cx.kwargs.get("url") else { return };
    let Some(text) = url.as_text() else { return };
    let Some(text) = text.as_str() else { return };
    let Some(host) = host_of(text, "http://") else { return };
    if reach(host) != Reach::Anywhere {
        return;
    }
    let Some(credential) = CREDENTIALS
        .iter()
        .find_map(|name| backend.kwarg(name).filter(|_| cx.kwargs.get(name).is_some()))
    else {
        return;
    };
    let name = connlint_text::Public::vouch(credential.name, connlint_text::Grounds::Catalogue);
    report
        .report(url.span, message!["the login goes to Vault in plain text"])
        .label(message!["`http://`, and a `", name, "`"])
        .help("use `https://`, and name the authority in `verify` where it is your own")
        .note("everybody on the way can read the login, and every secret that comes back");
}
