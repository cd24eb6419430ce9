use connlint_catalog::Field;
use connlint_text::message;

use crate::rules::extra::{hook, type_name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL327" "path-as-scheme", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    let is_scheme =
        cx.of.hand_checked && cx.of.schema_is.is_some_and(|words| words.starts_with("URL scheme"));
    let Some(schema) = cx.field(Field::Schema).filter(|_| is_scheme) else { return };
    if matches!(&*schema.text.to_ascii_lowercase(), "http" | "https") {
        return;
    }
    // HttpHook and TableauHook take a host with a scheme as it stands. Where the host is lost, a
    // rule about the URI says so.
    if cx.field(Field::Host).is_none_or(|host| host.text.contains("://")) {
        return;
    }
    report
        .report(
            schema.span,
            message!["a path where `", type_name(cx.of), "` has the scheme of its address"],
        )
        .label("taken for `http` or `https`")
        .help("write `http` or `https` here; a path goes into the operator's `endpoint`, or behind the address in `host`")
        .note(message![hook(cx.of), " builds the address as schema, `://` and host"]);
}
