use connlint_parser::{KeyRole, VaultForm};
use connlint_text::message;

use crate::rules::json::key_words;
use crate::{Reporter, VaultCx, declare_rule};

declare_rule! {
    "CL502" "ignored-vault-key", Correctness, Warning,
    since: "0.1.0", fix: None, Vault => check
}

fn check(cx: &VaultCx<'_>, report: &mut Reporter<'_>) {
    let main = match cx.secret.form {
        VaultForm::ConnUri => "`conn_uri`",
        VaultForm::Value => "`value`",
        _ => return,
    };
    let read =
        cx.secret.keys.iter().find(|key| matches!(key.role, KeyRole::ConnUri | KeyRole::Value));
    for key in &cx.secret.keys {
        let text = key.key.text();
        let text = text.as_str().unwrap_or_default();
        // A description is for people, and nobody misses it.
        if key.role != KeyRole::Ignored || text == "description" {
            continue;
        }
        // A key that no reader of the secret can mean to be a part of the connection is its own business.
        if !is_field(text) && key.meant.is_none() {
            continue;
        }
        let draft = report.report(
            key.key.span(),
            message!["Airflow ignores the ", key_words(text), " beside ", main],
        );
        let draft = match read {
            Some(read) => draft.also(read.key.span(), "only this is read"),
            None => draft,
        };
        draft.help("remove it, or put it into the value that is read");
    }
}

fn is_field(key: &str) -> bool {
    matches!(
        key,
        "conn_type" | "host" | "login" | "password" | "schema" | "port" | "extra" | "value"
    )
}
