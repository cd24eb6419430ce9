use connlint_text::message;

use super::{hook, name};
use crate::{ConnectionCx, Notation, Reporter, declare_rule};

declare_rule! {
    "CL315" "flattened-key", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in &cx.extras {
        let Some(known) = extra.known().filter(|known| known.multiline_pem) else {
            continue;
        };
        let Some(text) = extra.value.as_text().filter(|text| !text.is_empty()) else { continue };
        if text.lines().count() > 1 {
            continue;
        }
        let is_path = text.starts_with(['/', '~', '.']) && !text.contains("-----");
        let draft = report
            .report(extra.span, message!["`", name(known.name), "` has no line breaks"])
            .note(message![
                hook(cx.of),
                " raises AirflowException: Key must have BEGIN and END header/footer on separate lines."
            ]);
        if is_path {
            draft.label("a path").help("a path goes into `key_file`");
        } else if extra.notation == Notation::Query {
            draft.help("write each line break as `%0A`, and each `+` as `%2B`");
        } else {
            draft.help("write each line break as `\\n`, once escaped");
        }
    }
}
