use connlint_text::message;

use super::{name, type_name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL313" "dangling-extra", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

/// Keys that are read only where another one is there: the type, what the keys begin with, the
/// other key, and the value it must have.
const NEEDS: &[(&str, &str, &str, Option<&str>)] = &[
    ("aws", "assume_role_kwargs", "role_arn", None),
    ("aws", "assume_role_method", "role_arn", None),
    ("tableau", "jwt_file", "auth", Some("jwt")),
    ("tableau", "jwt_token", "auth", Some("jwt")),
    ("trino", "certs__", "auth", Some("certs")),
    ("trino", "jwt__", "auth", Some("jwt")),
    ("trino", "kerberos__", "auth", Some("kerberos")),
];

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if !cx.has_all_extras() {
        return;
    }
    for &(of, key, needed, value) in NEEDS.iter().filter(|(of, ..)| *of == cx.of.name) {
        let is_met = cx.truthy(needed).is_some_and(|extra| match value {
            Some(value) => extra.value.as_text() == Some(value),
            None => true,
        });
        if is_met {
            continue;
        }
        let is_it = |written: &str| {
            written == key
                || key.ends_with("__") && written.starts_with(key) && cx.of.extra(written).is_some()
        };
        let Some(extra) =
            cx.extras.iter().find(|extra| is_it(&extra.key) && extra.value.is_truthy())
        else {
            continue;
        };
        let Some(known) = extra.known() else { continue };
        let wanted = match value {
            Some(value) => message!["`", name(needed), "` = `", name(value), "`"],
            None => message!["`", name(needed), "`"],
        };
        report
            .report(
                extra.key_span,
                message!["`", name(known.name), "` of `", type_name(cx.of), "` without ", &wanted],
            )
            .label("not read")
            .help(message!["add ", wanted])
            .note(match of {
                "aws" => "AwsBaseHook then assumes no role, and uses the credentials as they are",
                _ => "the hook does not look at it, and signs in without it",
            });
    }
}
