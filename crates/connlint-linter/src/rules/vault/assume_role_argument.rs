use connlint_catalog::nearest;
use connlint_text::{Edit, Grounds, Public, Span, message};

use crate::rules::json::key_words;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL511" "assume-role-argument", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Kwargs => check
}

/// What `assume_role` of boto3 takes.
const ARGUMENTS: [&str; 11] = [
    "DurationSeconds",
    "ExternalId",
    "Policy",
    "PolicyArns",
    "ProvidedContexts",
    "RoleArn",
    "RoleSessionName",
    "SerialNumber",
    "SourceIdentity",
    "Tags",
    "TokenCode",
];
const TRANSITIVE: &str = "TransitiveTagKeys";

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    if cx.backend.is_none_or(|backend| backend.id != "hashicorp-vault") {
        return;
    }
    let Some(node) = cx.kwargs.get("assume_role_kwargs") else { return };
    let Some(members) = node.as_object() else { return };
    let note = "the first lookup raises ParamValidationError, which Airflow swallows: every connection isn't defined";
    let names = || ARGUMENTS.into_iter().chain([TRANSITIVE]);
    for member in members {
        let key = member.key.text();
        let key = key.as_str().unwrap_or_default();
        if let Some(name) = names().find(|name| *name == key) {
            let value = member.value.as_text();
            let value = value.as_ref().and_then(|text| text.as_str());
            let help = match (name, value) {
                ("RoleArn", Some(arn)) if !is_role_arn(arn) => {
                    "write `arn:aws:iam::<twelve digits>:role/<name>`"
                }
                ("RoleSessionName", Some(name)) if !is_session_name(name) => {
                    "use 2 to 64 letters, digits and `_+=,.@-`"
                }
                _ => continue,
            };
            let name = Public::vouch(name, Grounds::Catalogue);
            report
                .report(member.value.span, message!["no value for `", name, "`"])
                .help(help)
                .note(note);
            continue;
        }
        let draft = report
            .report(member.key.span(), message!["`assume_role` has no ", key_words(key)])
            .note(note);
        // `role_arn` is `RoleArn`.
        let joined = key.replace(['_', '-'], "");
        match nearest(&joined, names()) {
            Some(meant) => {
                let meant = Public::vouch(meant, Grounds::Catalogue);
                let span = member.key.span();
                let inside = Span::new(span.start() + 1, span.end() - 1);
                draft.help(message!["did you mean `", &meant, "`?"]).unsafe_fix(
                    message!["rename it to `", &meant, "`"],
                    vec![Edit::replace(inside, message![&meant])],
                );
            }
            None => {
                draft.help("remove it");
            }
        }
    }
}

/// `arn:aws:iam::123456789012:role/name`
fn is_role_arn(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let is_iam = parts.next() == Some("arn")
        && parts.next().is_some_and(|part| part == "aws" || part.starts_with("aws-"))
        && parts.next() == Some("iam")
        && parts.next() == Some("");
    let account = parts.next().unwrap_or_default();
    let role = parts.next().and_then(|role| role.strip_prefix("role/")).unwrap_or_default();
    is_iam
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && !role.is_empty()
}

fn is_session_name(name: &str) -> bool {
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || "_+=,.@-".contains(char);
    (2..=64).contains(&name.len()) && name.chars().all(is_allowed)
}
