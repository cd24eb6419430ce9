use connlint_parser::{KeyRole, VaultForm};
use connlint_text::{Edit, Grounds, Public, Span, message};

use crate::rules::json::key_words;
use crate::{Reporter, VaultCx, declare_rule};

declare_rule! {
    "CL501" "wrong-vault-key", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Vault => check
}

fn check(cx: &VaultCx<'_>, report: &mut Reporter<'_>) {
    if cx.secret.form != VaultForm::WrongKeys {
        return;
    }
    for key in &cx.secret.keys {
        if key.role != KeyRole::Refused {
            continue;
        }
        let text = key.key.text();
        let text = text.as_str().unwrap_or_default();
        let draft = report
            .report(key.key.span(), message!["Airflow reads no ", key_words(text), " of a Vault secret"])
            .note("as a connection it raises TypeError, as a variable it is not found; both end in \"isn't defined\"");
        let is_taken = |meant: &str| cx.secret.keys.iter().any(|other| other.key.is(meant));
        match key.meant.filter(|meant| !is_taken(meant)) {
            Some(meant) => {
                let meant = Public::vouch(meant, Grounds::Catalogue);
                let inside = Span::new(key.key.span().start() + 1, key.key.span().end() - 1);
                draft
                    .label(message!["the key is called `", &meant, "`"])
                    .help(message!["rename it to `", &meant, "`, in Vault too"])
                    .unsafe_fix(
                        message!["rename it to `", &meant, "`"],
                        vec![Edit::replace(inside, message![&meant])],
                    );
            }
            None => {
                draft.help(
                    "a connection needs `conn_uri` or the fields of a connection, a variable needs `value`",
                );
            }
        }
    }
}
