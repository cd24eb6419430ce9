use connlint_catalog::{OptionKind, config_option};
use connlint_hosts::Role;
use connlint_text::{Span, message};

use crate::rules::airflow;
use crate::rules::setting::{is_whole, option_of};
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL613" "option-type", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let Some(option) = option_of(site).and_then(|(section, name)| config_option(section, name))
    else {
        return;
    };
    let text = site.value.text();
    if site.role != Role::Config || !is_whole(site) || text.trim().is_empty() {
        return;
    }
    let (what, help) = match option.kind {
        OptionKind::Boolean if !is_boolean(text) => {
            ("neither `True` nor `False`", "write `True` or `False`")
        }
        OptionKind::Integer if !is_number(text) => ("no number", "write a whole number"),
        OptionKind::Float if !is_number(text) => ("no number", "write a number"),
        _ => return,
    };
    report
        .report(Span::from_range(0..text.len()), message!["the value of this option is ", what])
        .label("Airflow cannot read this")
        .help(help)
        .note(message![
            airflow(cx.profile),
            " raises AirflowConfigException: \"Failed to convert value\""
        ]);
}

/// `conf.getboolean`: a comment is taken off, and case does not count.
fn is_boolean(text: &str) -> bool {
    let text = text.split('#').next().unwrap_or_default().trim().to_lowercase();
    matches!(text.as_str(), "t" | "true" | "1" | "f" | "false" | "0")
}

/// Whether Python's `int` or `float` would take it.
fn is_number(text: &str) -> bool {
    text.trim().replace('_', "").parse::<f64>().is_ok()
}
