use connlint_text::message;

use super::name;
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL312" "exclusive-extras", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for keys in cx.of.exclusive_extras {
        let mut given = keys.iter().filter_map(|key| cx.truthy(key));
        let (Some(first), Some(second)) = (given.next(), given.next()) else { continue };
        let known =
            |key: &str| name(keys.iter().copied().find(|known| *known == key).unwrap_or_default());
        // Where the URI or object has them in the other order, the second is still the one too many.
        let (first, second) =
            if first.key_span < second.key_span { (first, second) } else { (second, first) };
        report
            .report(
                second.key_span,
                message!["`", known(&second.key), "` beside `", known(&first.key), "`"],
            )
            .label("one too many")
            .also(first.key_span, "only one of them may be given")
            .help("remove one of the two")
            .note(if cx.of.name == "oracle" {
                "OracleHook then goes by `service_name`, and passes over `sid`"
            } else {
                "the hook raises when it connects"
            });
    }
}
