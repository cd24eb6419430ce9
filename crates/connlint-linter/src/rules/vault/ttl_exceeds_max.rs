use connlint_text::message;

use super::{app_role, seconds};
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL506" "ttl-exceeds-max", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for role in cx.document.commands.iter().filter_map(app_role) {
        let known = |key: &str| role.parameter(key).filter(|it| it.word.is_known());
        let (Some(ttl), Some(max)) = (known("token_ttl"), known("token_max_ttl")) else { continue };
        let (Some(ttl_time), Some(max_time)) = (seconds(ttl.value), seconds(max.value)) else {
            continue;
        };
        // 0 is the limit of the server.
        if max_time == 0 || ttl_time <= max_time {
            continue;
        }
        report
            .report_raw(ttl.word.span, message!["`token_ttl` is greater than `token_max_ttl`"])
            .also_raw(max.word.span, "the limit")
            .help("lower the one, or raise the other")
            .note("Vault refuses the role with 400: \"token_ttl\" cannot be greater than \"token_max_ttl\"");
    }
}
