use connlint_hosts::{HostFormat, Role, Site};
use connlint_text::message;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::rules::airflow;
use crate::{DocumentCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL602" "duplicate-conn-id", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

fn check<'d>(cx: &DocumentCx<'d>, report: &mut Reporter<'_>) {
    let document = cx.document;
    // The names of `.env` files are compared as they are: two that differ in case are two variables.
    let key = |site: &'d Site<'_>| -> Option<&'d str> {
        match document.format {
            HostFormat::Dotenv => Some(&site.name.text),
            HostFormat::ConnectionsJson
            | HostFormat::ConnectionsYaml
            | HostFormat::ConnectionsEnv => {
                (site.role == Role::Connection).then_some(&*site.name.text)
            }
            _ => None,
        }
    };
    let mut seen: FxHashMap<&str, &Site<'_>> =
        FxHashMap::with_capacity_and_hasher(document.sites.len(), FxBuildHasher);
    for site in &document.sites {
        let Some(key) = key(site) else { continue };
        let Some(earlier) = seen.insert(key, site) else { continue };
        let refused = document.format == HostFormat::ConnectionsEnv;
        let last_wins = document.format != HostFormat::Dotenv || document.consumer.last_wins();
        let (dropped, kept) = if last_wins { (earlier, site) } else { (site, earlier) };
        let same = dropped.value.text() == kept.value.text();
        let what = match (site.role, document.format) {
            (Role::Connection, _) => "connection is defined twice",
            (Role::Variable, _) => "variable is defined twice",
            _ => "option is set twice",
        };
        let draft = report.report_site(dropped, dropped.name.span, message!["the ", what]);
        let draft = match (refused, same) {
            (true, _) => {
                draft.label("defined here").also_raw(kept.name.span, "and here").note(message![
                    airflow(cx.profile),
                    " raises ConnectionNotUnique and refuses the whole file"
                ])
            }
            (false, true) => draft
                .severity(Severity::Info)
                .label("the same value")
                .also_raw(kept.name.span, "as here"),
            (false, false) => draft
                .label("this value is dropped")
                .also_raw(kept.name.span, "this one is used")
                .note("the reader of this file says nothing"),
        };
        draft.help("remove one of them");
    }
}
