use std::cell::LazyCell;

use connlint_catalog::{Profile, executors, nearest};
use connlint_hosts::Site;
use connlint_text::{Edit, Piece, Span, message};

use crate::rules::airflow;
use crate::rules::setting::{is_whole, profile_of, quoted, sets};
use crate::{DocumentCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL622" "unknown-executor", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let profile = LazyCell::new(|| profile_of(cx.document, cx.profile));
    for site in &cx.document.sites {
        if sets(site, "core", "executor") && is_whole(site) {
            look(site, *profile, report);
        }
    }
}

fn look(site: &Site<'_>, profile: Profile, report: &mut Reporter<'_>) {
    let mut at = 0;
    for part in site.value.text().split(',') {
        let start = at + part.len() - part.trim_start().len();
        at += part.len() + 1;
        let name = part.trim();
        // A module, an alias for one, or the executor of a team.
        let is_path = name.contains(['.', ':', '=', ';']);
        if name.is_empty() || is_path || executors(profile).any(|known| known == name) {
            continue;
        }
        let span = Span::from_range(start..start + name.len());
        let note = match name {
            "SequentialExecutor" => " takes `LocalExecutor` in its place, and warns",
            _ => " takes it for a module, and does not start",
        };
        let draft = report
            .report_in(site, span, message!["Airflow has no executor of this name"])
            .help("write `LocalExecutor`, `CeleryExecutor`, `KubernetesExecutor`, or the path of a class")
            .note(message![airflow(profile), note]);
        // Who still runs Airflow 2 has it.
        if executors(Profile::from_str_or_newest("2.7")).any(|known| known == name) {
            draft.label("it went with Airflow 3").severity(Severity::Warning);
            continue;
        }
        let Some(meant) = nearest(name, executors(profile)) else {
            draft.label("neither a name that Airflow knows nor the path of a class");
            continue;
        };
        let edit = Edit { span, pieces: vec![Piece::Text(meant.into())] };
        draft
            .label(message![quoted(meant), " is meant"])
            .safe_fix(message!["write ", quoted(meant)], vec![edit]);
    }
}
