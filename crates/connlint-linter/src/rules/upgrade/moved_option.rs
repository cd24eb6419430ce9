use std::cell::LazyCell;

use connlint_catalog::{Profile, moved_option};
use connlint_hosts::{Document, Quoting, Site, Surface};
use connlint_text::message;
use rustc_hash::FxHashSet;

use crate::rules::airflow;
use crate::rules::setting::{option_of, profile_of, quoted, rename, variable};
use crate::{Applicability, DocumentCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL620" "moved-option", Portability, Warning,
    since: "0.1.0", fix: Sometimes, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let profile = LazyCell::new(|| profile_of(cx.document, cx.profile));
    let mut set = None;
    for site in &cx.document.sites {
        let Some((section, name)) = option_of(site) else { continue };
        let Some(option) = moved_option(section, name) else { continue };
        let Some((section, name)) = option.now.filter(|_| option.has_moved_in(*profile)) else {
            continue;
        };
        // Who sets both in one place has Airflows on both sides of the move in mind.
        let set = set.get_or_insert_with(|| options(cx.document));
        if set.contains(&(variable(section, name), in_script(site))) {
            continue;
        }
        let is_read = option.is_read_by(*profile);
        let new = match site.surface {
            Surface::Environment => variable(section, name),
            _ => name.to_owned(),
        };
        let help = match site.surface {
            Surface::Environment => message!["rename it to ", quoted(&new)],
            _ => message!["write ", quoted(&new), " in the section ", quoted(section)],
        };
        let draft = report
            .report_site(site, site.name.span, message!["the option has another name now"])
            .label(message!["now ", quoted(&new)])
            .help(help);
        let draft = if is_read {
            draft.note(message![airflow(*profile), " still reads this name, and warns"])
        } else {
            // What Airflow 2 does not know either is wrong for everybody.
            let was_known = !option.has_moved_in(Profile::from_str_or_newest("2.11"));
            let severity = if was_known { Severity::Warning } else { Severity::Error };
            draft
                .severity(severity)
                .note(message![airflow(*profile), " does not read this name, and says nothing"])
        };
        let edit = rename(cx.document, site, &new).filter(|_| site.surface == Surface::Environment);
        if let Some(edit) = edit {
            let promise = if is_read { Applicability::Safe } else { Applicability::Unsafe };
            draft.raw_fix(promise, message!["rename it to ", quoted(&new)], vec![edit]);
        }
    }
}

/// The options that a document sets, and whether in a script.
fn options(document: &Document<'_>) -> FxHashSet<(String, bool)> {
    let named = |site| {
        let (section, name) = option_of(site)?;
        Some((variable(section, name), in_script(site)))
    };
    document.sites.iter().filter_map(named).collect()
}

/// Whether a site stands in a script, be it in a file of another kind.
const fn in_script(site: &Site<'_>) -> bool {
    matches!(site.quoting, Quoting::ShellBare | Quoting::ShellSingle | Quoting::ShellDouble)
}
