use connlint_catalog::Field;
use connlint_text::{Edit, message};

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL334" "databricks-token-login", Correctness, Warning,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "databricks" || cx.extra("token").is_some() {
        return;
    }
    let Some(login) =
        cx.field(Field::Login).filter(|login| login.text.eq_ignore_ascii_case("token"))
    else {
        return;
    };
    if cx.field(Field::Password).is_none() {
        return;
    }
    report
        .report(login.span, message!["a login beside the token of Databricks"])
        .label("makes it a user name with a password")
        .help("leave the login empty: `databricks://:token@host`")
        .note("hooks take the password for a token only where there is no login: DatabricksSqlHook raises, and requests to the REST API are sent with user name and password")
        .unsafe_fix("remove the login", vec![Edit::delete(login.span)]);
}
