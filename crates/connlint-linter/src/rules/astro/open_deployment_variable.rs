use connlint_hosts::MarkKind;
use connlint_text::message;

use crate::rules::shell::missing_secret_flag::holds_own_secret;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL754" "open-deployment-variable", Security, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for site in &cx.document.sites {
        let is_open = cx.document.is_marked(MarkKind::OpenVariable, site.name.span);
        if !is_open || !holds_own_secret(cx, site) {
            continue;
        }
        report
            .report_site(
                site,
                site.name.span,
                message!["a secret is kept as a variable that everybody can read"],
            )
            .label("`is_secret` is not `true`")
            .help("set `is_secret: true`, and keep the value out of the file")
            .note("Astro shows the value to everybody who may see the Deployment");
    }
}
