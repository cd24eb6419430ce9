use connlint_catalog::Standing;
use connlint_text::message;

use super::{name, renamed, type_name};
use crate::{ConnectionCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL308" "legacy-extra-prefix", Portability, Error,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let Standing::LegacyPrefix { key_at } = extra.standing else { continue };
        let short = extra.key.get(key_at..).unwrap_or_default();
        let Some(known) = cx.of.extra(short) else { continue };
        let is_read = cx.of.legacy_prefix_supported == Some(true) && !known.no_legacy_prefix
            || !cx.of.legacy_prefix_other_types.is_empty();
        // Where nobody looked, nothing is known.
        if !is_read && cx.of.legacy_prefix_supported != Some(false) && !known.no_legacy_prefix {
            continue;
        }
        let twin = cx.extra(short);
        let headline = if is_read {
            message!["`", name(known.name), "` with the prefix of Airflow 1 and 2"]
        } else {
            message![
                "the hook of `",
                type_name(cx.of),
                "` reads `",
                name(known.name),
                "` without a prefix only"
            ]
        };
        let draft = report.report(extra.key_span, headline);
        let draft = if is_read {
            draft.severity(if twin.is_some() { Severity::Error } else { Severity::Warning })
        } else {
            draft.label("not read").note("the setting has no effect, and nothing says so")
        };
        match twin {
            Some(twin) => {
                draft
                    .label("not read, because the short key is there too")
                    .also(twin.key_span, "this one is read")
                    .help("remove one of the two");
            }
            None => renamed(cx, extra, known.name, draft.note(if is_read {
                "the hook looks for the short key first, and for this one then"
            } else {
                "hooks stopped to read prefixed keys when the form of Airflow 2.3 stopped to write them"
            })),
        }
    }
}
