use connlint_catalog::config_option;
use connlint_hosts::{Role, Surface};
use connlint_text::{Span, message};

use crate::rules::airflow;
use crate::rules::setting::{option_of, quoted, variable};
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL606" "unread-command-option", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let Some((section, written)) = option_of(site) else { return };
    if site.role != Role::Config || site.surface != Surface::Environment {
        return;
    }
    let Some((name, suffix)) = ["_CMD", "_SECRET"]
        .into_iter()
        .find_map(|suffix| Some((written.strip_suffix(suffix)?, suffix)))
    else {
        return;
    };
    let Some(option) = config_option(section, name).filter(|option| !option.is_sensitive) else {
        return;
    };
    if config_option(section, written).is_some() {
        return;
    }
    let end = site.name.span.end();
    let len = u32::try_from(suffix.len()).unwrap_or_default();
    let place = Span::new(end.saturating_sub(len).max(site.name.span.start()), end);
    let plain = variable(option.section, option.name);
    report
        .report_raw(place, message!["this option is not read from a command or a secret"])
        .label(message!["Airflow looks for `", suffix, "` with some options only"])
        .help(message!["set ", quoted(&plain)])
        .note(message![airflow(cx.profile), " ignores it, and says nothing"]);
}
