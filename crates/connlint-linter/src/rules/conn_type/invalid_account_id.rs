use connlint_catalog::Field;
use connlint_text::message;

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL331" "invalid-account-id", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "dbt_cloud" {
        return;
    }
    let Some(login) = cx.field(Field::Login) else { return };
    if login.text.trim().bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    report
        .report(login.span, message!["the account id of dbt Cloud is no number"])
        .label("the login of this type is the account id")
        .help("write the number that stands in the address of the account")
        .note("DbtCloudHook turns it into a number: ValueError");
}
