use connlint_hosts::Role;
use connlint_parser::{PolicyIssueKind, read_policy};
use connlint_text::message;

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL806" "invalid-policy", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    if cx.site.role != Role::Policy {
        return;
    }
    for issue in read_policy(cx.site.value.text()).issues {
        let message = match issue.kind {
            PolicyIssueKind::Syntax(what) => message!["the policy is malformed: ", what],
            PolicyIssueKind::UnknownKey => message!["a policy has no key of this name"],
            PolicyIssueKind::NotAList => message!["the capabilities are no list"],
            PolicyIssueKind::NotAWord => message!["a capability without quotes"],
            PolicyIssueKind::UnknownCapability => message!["no capability has this name"],
            PolicyIssueKind::UnknownLegacyPolicy => {
                message!["`policy` is none of `deny`, `read`, `write` and `sudo`"]
            }
            PolicyIssueKind::PlusStar => message!["`+*` is no wildcard"],
            _ => continue,
        };
        let help = match issue.kind {
            PolicyIssueKind::UnknownCapability => {
                "write `create`, `read`, `update`, `patch`, `delete`, `list`, `sudo` or `deny`, in lower case"
            }
            PolicyIssueKind::UnknownKey => "write `path \"…\" { capabilities = […] }`",
            PolicyIssueKind::NotAList | PolicyIssueKind::NotAWord => "write `[\"read\"]`",
            PolicyIssueKind::PlusStar => {
                "write `*` for all that begins so, or `+` for a whole segment"
            }
            PolicyIssueKind::UnknownLegacyPolicy => "write `capabilities = [\"read\"]` instead",
            _ => "see what stands there",
        };
        report
            .report(issue.span, message)
            .help(help)
            .note("Vault refuses the policy as a whole: the token gets no rights by it");
    }
}
