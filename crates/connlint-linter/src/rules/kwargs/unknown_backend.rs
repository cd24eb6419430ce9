use connlint_catalog::{
    AirflowVersion, BackendReason, MovedClassPath, Via, backend, suggest_backend,
    third_party_backend,
};
use connlint_hosts::Role;
use connlint_text::{Edit, Grounds, Public, Span, message};

use crate::rules::airflow;
use crate::{Reporter, Severity, SiteCx, declare_rule};

declare_rule! {
    "CL403" "unknown-backend", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Site => check, where: [Setting]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let path = cx.site.value.text();
    if cx.site.role != Role::BackendClass || path.trim() != path || path.starts_with(['"', '\'']) {
        return;
    }
    let whole = Span::from_range(0..path.len());
    match backend(path) {
        Some(found) => {
            if let Via::Moved(moved) = found.via {
                moved_class(cx, report, whole, moved);
            }
            return;
        }
        None if path.is_empty()
            || third_party_backend(path).is_some()
            || cx.declared.backends.contains_key(path) =>
        {
            return;
        }
        None => {}
    }
    let suggestion = suggest_backend(path);
    // A class of the user's own may be called like an official one.
    let is_official = path.starts_with("airflow.") && !path.starts_with("airflow.providers.");
    let is_provider = path.starts_with("airflow.providers.");
    let is_own = path.contains('.')
        && !is_official
        && suggestion.is_none_or(|found| matches!(found.reason, BackendReason::SameClass));
    if is_own && !(is_provider && suggestion.is_some()) {
        return;
    }
    let draft = report
        .report(whole, message!["no secrets backend of Airflow has this class path"])
        .note(message![
            airflow(cx.profile),
            " raises AirflowConfigException: no Airflow command works"
        ]);
    let Some(found) = suggestion else {
        draft.help("write the full path of the class, `package.module.Class`");
        return;
    };
    let meant = Public::vouch(found.backend.class_path, Grounds::Catalogue);
    draft
        .label(match found.reason {
            BackendReason::ModuleOnly => "this is the module, not the class in it",
            BackendReason::Misspelt => "misspelt",
            BackendReason::SameClass => "the class is somewhere else",
            BackendReason::NameOnly => "only the name of the class, or less",
        })
        .help(message!["write `", &meant, "`"])
        .unsafe_fix("write the path of the class", vec![Edit::replace(whole, message![meant])]);
}

/// A path that leads, or led, to a class that is somewhere else now.
fn moved_class(
    cx: &SiteCx<'_>,
    report: &mut Reporter<'_>,
    whole: Span<connlint_text::Decoded>,
    moved: &'static MovedClassPath,
) {
    let version = cx.profile.version;
    let gone = moved
        .releases
        .until
        .filter(|_| moved.releases.package == "apache-airflow")
        .and_then(|until| until.parse::<AirflowVersion>().ok())
        .is_some_and(|until| until <= version);
    let target = Public::vouch(moved.target, Grounds::Catalogue);
    let package = Public::vouch(moved.releases.package, Grounds::Catalogue);
    let draft = report
        .report(whole, message!["this class path has moved"])
        .severity(if gone || moved.releases.until.is_some() {
            Severity::Error
        } else {
            Severity::Warning
        })
        .help(message!["write `", &target, "`"]);
    let draft = match moved.releases.until {
        Some(until) => {
            let until = Public::vouch(until, Grounds::Catalogue);
            draft.note(message![
                "gone since ",
                package,
                " ",
                until,
                ": no Airflow command works then"
            ])
        }
        None => draft.note("it still leads there, with a warning"),
    };
    draft.safe_fix("write the new path", vec![Edit::replace(whole, message![target])]);
}
