use connlint_catalog::{config_option, moved_option, suggest_option};
use connlint_hosts::{Role, Surface};
use connlint_text::message;

use crate::rules::airflow;
use crate::rules::setting::{option_of, quoted, rename, variable};
use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL605" "unknown-option", Correctness, Error[Medium],
    since: "0.1.0", fix: Sometimes, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let Some((section, name)) = option_of(site) else { return };
    if site.role != Role::Config || site.surface != Surface::Environment {
        return;
    }
    let name =
        ["_CMD", "_SECRET"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    let is_known = config_option(section, name).is_some() || moved_option(section, name).is_some();
    // A `__` too many is what `misnamed-variable` looks for.
    if is_known || name.contains("__") {
        return;
    }
    let Some(option) = suggest_option(section, name) else { return };
    let meant = variable(option.section, option.name);
    let draft = report
        .report_raw(site.name.span, message!["Airflow has no option of this name"])
        .label(message![quoted(&meant), " is meant"])
        .help(message!["rename it to ", quoted(&meant)])
        .note(message![airflow(cx.profile), " never looks at it, and says nothing"]);
    if let Some(edit) = rename(cx.document, site, &meant) {
        draft.raw_fix(Applicability::Unsafe, message!["rename it to ", quoted(&meant)], vec![edit]);
    }
}
