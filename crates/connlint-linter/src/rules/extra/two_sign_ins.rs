use connlint_catalog::Field;
use connlint_text::message;

use super::{name, type_name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL316" "two-sign-ins", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    let methods: &[&str] = match cx.of.name {
        "trino" => &["jwt", "certs", "kerberos"],
        "tableau" => &["jwt"],
        _ => return,
    };
    let Some(auth) = cx.extra("auth") else { return };
    let Some(method) = methods.iter().copied().find(|method| auth.value.as_text() == Some(*method))
    else {
        return;
    };
    let Some(password) = cx.field(Field::Password) else { return };
    // Tableau's hook takes a password alone for none.
    if cx.of.name == "tableau" && cx.field(Field::Login).is_none() {
        return;
    }
    report
        .report(
            auth.span,
            message![
                "`auth` = `",
                name(method),
                "` beside a password in a connection of `",
                type_name(cx.of),
                "`"
            ],
        )
        .label("one way to sign in")
        .also(password.span, "and another")
        .help("remove the password, or `auth`")
        .note("the hook raises AirflowException: it takes one way only");
}
