use connlint_catalog::Field;
use connlint_text::message;

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL325" "half-key-pair", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.package != Some("apache-airflow-providers-amazon")
        || !matches!(cx.of.name, "aws" | "emr")
        || !cx.is_complete()
    {
        return;
    }
    let (login, password) = (cx.field(Field::Login), cx.field(Field::Password));
    let key = cx.truthy("aws_access_key_id");
    let secret = cx.truthy("aws_secret_access_key");
    let (span, missing) = match (login, password, key, secret) {
        (Some(login), None, _, _) => (login.span, "the secret key, as password,"),
        (None, Some(password), _, _) => (password.span, "the key id, as login,"),
        (None, None, Some(key), None) => (key.key_span, "`aws_secret_access_key`"),
        (None, None, None, Some(secret)) => (secret.key_span, "`aws_access_key_id`"),
        _ => return,
    };
    report
        .report(span, message!["half of the credentials for AWS"])
        .label(message![missing, " is missing"])
        .help("give both of them, or none")
        .note("AwsBaseHook then takes neither, and signs in with what boto3 finds on the machine");
}
