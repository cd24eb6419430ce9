use connlint_hosts::{MarkKind, Role, Site};
use connlint_text::message;

use crate::rules::setting::is_whole;
use crate::rules::shell::missing_secret_flag::holds_own_secret;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL780" "secret-in-config-map", Security, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for site in &cx.document.sites {
        let is_open = cx.document.is_marked(MarkKind::ConfigMap, site.name.span);
        if !is_open || !(holds_own_secret(cx, site) || is_password_in(site)) {
            continue;
        }
        report
            .report_site(site, site.name.span, message!["a password in a ConfigMap"])
            .label("a ConfigMap is no place for secrets")
            .help("move the variable into a Secret")
            .note(
                "everybody who may look at the namespace reads it, and it is not encrypted at rest",
            );
    }
}

/// Whether the URL of an option holds a password, one that is not the same as the login.
fn is_password_in(site: &Site<'_>) -> bool {
    if site.role != Role::Config || !is_whole(site) {
        return false;
    }
    let text = site.value.text();
    let Some((_, rest)) = text.split_once("://") else { return false };
    let Some((userinfo, _)) = rest.rsplit_once('@') else { return false };
    userinfo.split_once(':').is_some_and(|(login, password)| {
        !password.is_empty()
            && password != login
            && !password.starts_with('$')
            && !userinfo.contains(['/', '?'])
    })
}
