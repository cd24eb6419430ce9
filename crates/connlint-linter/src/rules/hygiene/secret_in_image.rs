use connlint_hosts::HostFormat;
use connlint_text::message;

use crate::rules::setting::{command_of, is_whole};
use crate::rules::shell::missing_secret_flag::holds_own_secret;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL781" "secret-in-image", Security, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let document = cx.document;
    if document.format != HostFormat::Dockerfile {
        return;
    }
    for site in &document.sites {
        if command_of(document, site).is_some() || !is_whole(site) {
            continue;
        }
        if !holds_own_secret(cx, site) {
            continue;
        }
        report
            .report_site(site, site.name.span, message!["a secret becomes a part of the image"])
            .label("everybody who has the image reads it")
            .help("set the variable where the container is started")
            .note("`docker history` shows it, in later images built on this one too");
    }
}
