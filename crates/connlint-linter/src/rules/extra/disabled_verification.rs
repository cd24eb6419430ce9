use connlint_text::message;

use super::{name, type_name};
use crate::{ConnectionCx, ExtraAt, Given, Reporter, declare_rule};

declare_rule! {
    "CL317" "disabled-verification", Security, Info,
    since: "0.1.0", fix: None, Connection => check
}

/// Keys that switch the check of a certificate off, and whether they do so by saying no.
const SWITCHES: &[(&str, &str, bool)] = &[
    ("aws", "verify", true),
    ("http", "verify", true),
    ("http", "verify_ssl", true),
    ("trino", "verify", true),
    ("kubernetes", "disable_verify_ssl", false),
    ("snowflake", "insecure_mode", false),
    ("mongo", "allow_insecure", false),
    ("mongo", "tlsAllowInvalidCertificates", false),
    ("mongo", "tlsInsecure", false),
    ("redis", "ssl_check_hostname", true),
];

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for (_, key, by_no) in SWITCHES.iter().filter(|(of, ..)| *of == cx.of.name) {
        let Some(extra) = cx.extra(key) else { continue };
        if says(extra) == Some(!*by_no) {
            report
                .report(
                    extra.key_span,
                    message![
                        "`",
                        name(key),
                        "` of `",
                        type_name(cx.of),
                        "` switches the check of the certificate off"
                    ],
                )
                .label("whoever is in between can read and change all")
                .help("give the certificate of the authority instead, where there is a key for it");
        }
    }
}

fn says(extra: &ExtraAt<'_>) -> Option<bool> {
    match &extra.value {
        Given::Bool(bool) => Some(*bool),
        Given::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Given::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
