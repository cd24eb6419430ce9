use connlint_catalog::Field;
use connlint_text::message;

use crate::rules::extra::{name, type_name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL319" "ignored-field", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    // Only of hooks that a person has read is it known what they leave alone.
    if !cx.of.hand_checked || cx.of.name == "fs" {
        return;
    }
    for field in [Field::Host, Field::Login, Field::Password, Field::Schema, Field::Port] {
        let is_used = cx.of.fields_read.contains(field) || !cx.of.hidden_fields.contains(field);
        if is_used || has_rule_of_its_own(cx, field) {
            continue;
        }
        let Some(written) = cx.field(field) else { continue };
        let headline = message![
            "no hook of `",
            type_name(cx.of),
            "` reads the field `",
            name(field.name()),
            "`"
        ];
        let draft = report.report(written.span, headline).label("not read").note(
            "the form of Airflow does not even show the field; what is written there has no effect",
        );
        match instead(cx.of.name, field) {
            Some(words) => draft.help(words),
            None => draft.help("remove it; the settings of this type stand in `extra`"),
        };
    }
}

/// What to use in place of a field.
fn instead(conn_type: &str, field: Field) -> Option<&'static str> {
    match (conn_type, field) {
        ("aws", Field::Host) => Some("give the address as the extra `endpoint_url`"),
        ("kafka", Field::Host) => Some("give `host:port` as the extra `bootstrap.servers`"),
        ("google_cloud_platform", Field::Login | Field::Password) => {
            Some("give the key as the extra `keyfile_dict` or `key_path`")
        }
        ("kubernetes", _) => {
            Some("give the cluster as the extra `kube_config` or `kube_config_path`")
        }
        ("salesforce", Field::Host) => Some("give the sandbox as the extra `domain`"),
        _ => None,
    }
}

fn has_rule_of_its_own(cx: &ConnectionCx<'_>, field: Field) -> bool {
    matches!((cx.of.name, field), ("redis", Field::Schema) | ("snowflake", Field::Host))
        // `aws://@:443/` and the like: what stands for an empty host, or for no port.
        || cx.field(field).is_some_and(|written| matches!(&*written.text, "/" | "0"))
}
