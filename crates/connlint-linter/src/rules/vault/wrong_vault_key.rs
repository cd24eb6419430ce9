use connlint_parser::{KeyRole, VaultForm};
use connlint_text::{Edit, Grounds, Public, Span, message};

use crate::rules::json::key_words;
use crate::{Reporter, Severity, VaultCx, declare_rule};

declare_rule! {
    "CL501" "wrong-vault-key", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Vault => check
}

fn check(cx: &VaultCx<'_>, report: &mut Reporter<'_>) {
    match cx.secret.form {
        VaultForm::WrongKeys => {}
        VaultForm::Fields => return check_uri(cx, report),
        _ => return,
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

/// `uri` is an argument of `Connection`, and goes with no other but `conn_id`.
fn check_uri(cx: &VaultCx<'_>, report: &mut Reporter<'_>) {
    let [key] = &cx.secret.keys[..] else { return };
    if !key.key.is("uri") || cx.site.name.text.contains("variables") {
        return;
    }
    let inside = Span::new(key.key.span().start() + 1, key.key.span().end() - 1);
    report
        .report(key.key.span(), message!["the URI of a connection in Vault is called `conn_uri`"])
        .severity(Severity::Warning)
        .help("rename it to `conn_uri`, in Vault too")
        .note("`uri` is passed on to `Connection` and works while it stands alone")
        .unsafe_fix("rename it to `conn_uri`", vec![Edit::replace(inside, message!["conn_uri"])]);
}
