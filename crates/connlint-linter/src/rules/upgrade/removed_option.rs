use std::cell::LazyCell;

use connlint_catalog::moved_option;
use connlint_text::message;

use crate::rules::airflow;
use crate::rules::setting::{option_of, profile_of};
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL621" "removed-option", Portability, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let profile = LazyCell::new(|| profile_of(cx.document, cx.profile));
    for site in &cx.document.sites {
        let Some((section, name)) = option_of(site) else { continue };
        let gone = moved_option(section, name).filter(|option| option.now.is_none());
        if gone.is_none_or(|option| !option.has_moved_in(*profile)) {
            continue;
        }
        report
            .report_site(site, site.name.span, message!["the option is gone"])
            .label("nothing came in its place")
            .help("remove it")
            .note(message![airflow(*profile), " does not read it"]);
    }
}
