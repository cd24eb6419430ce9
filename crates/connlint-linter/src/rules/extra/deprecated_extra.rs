use connlint_catalog::{ArbitraryExtras, ExtraSuggestion, Standing, compare_releases};
use connlint_text::message;

use super::{name, renamed, type_name};
use crate::{ConnectionCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL307" "deprecated-extra", Portability, Warning,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let Standing::Known(known) = extra.standing else { continue };
        // What newer releases were not seen to read is certain only where a person has looked, and
        // where nobody else gets the key.
        let is_certain = (cx.of.hand_checked || known.replaced_by.is_some())
            && cx.of.arbitrary_extras == ArbitraryExtras::No;
        let is_still_read = known
            .last_seen_version
            .zip(cx.release)
            .is_some_and(|(last, release)| compare_releases(release, last).is_le());
        if !(known.deprecated || known.removed && is_certain && !is_still_read) {
            continue;
        }
        let what = if known.removed { "` is no longer read from" } else { "` is deprecated in" };
        let headline =
            message!["`", name(known.name), what, " the extra of `", type_name(cx.of), "`"];
        let mut draft = report.report(extra.key_span, headline);
        if (cx.of.name, known.name) == ("spark", "spark-home") {
            draft = draft.severity(Severity::Error).note(
                "SparkSubmitHook raises ValueError: the `spark-home` extra is not allowed any more",
            );
        }
        if let Some(version) = known.last_seen_version.filter(|_| known.removed) {
            let package = cx.of.package.unwrap_or("the provider");
            draft = draft.note(message![
                name(package),
                " ",
                name(version),
                " still read it; newer releases pass over it in silence"
            ]);
        }
        // A key that stands there already is not to be given a second value.
        match cx.of.suggest_extra(&extra.key) {
            Some(ExtraSuggestion::Key(key)) if cx.extra(key).is_none() => {
                renamed(cx, extra, key, draft);
            }
            Some(ExtraSuggestion::Advice(words)) => {
                draft.help(message!["use ", name(words)]);
            }
            _ if cx.of.name == "aws" && matches!(&*extra.key, "profile" | "s3_config_file") => {
                draft.help("use `profile_name`, and the file of AWS's own tools");
            }
            _ => {
                draft.help("remove it");
            }
        }
    }
}
