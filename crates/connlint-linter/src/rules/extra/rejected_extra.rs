use connlint_catalog::ExtraSuggestion;
use connlint_text::message;

use super::{is_rejected, key_words, name, renamed, type_name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL306" "rejected-extra", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    for extra in cx.extras.iter().filter(|extra| is_rejected(cx.of, &extra.key)) {
        let key = key_words(cx.of, &extra.key);
        let headline = message![key, " in the extra of `", type_name(cx.of), "` is refused"];
        let draft = report.report(extra.key_span, headline);
        let draft = match cx.of.driver {
            Some(driver) => {
                let answer = driver.on_unknown.unwrap_or("the driver knows no such key");
                let answer = answer.strip_prefix("connect fails: ").unwrap_or(answer);
                draft
                    .label(message!["passed to ", name(driver.name)])
                    .note(message!["connecting fails: ", name(answer)])
            }
            None => draft
                .label("not one of the keys that the hook takes")
                .note("the hook raises when it connects: unexpected extra configuration keys"),
        };
        match cx.of.suggest_extra(&extra.key) {
            Some(ExtraSuggestion::Key(key)) => renamed(cx, extra, key, draft),
            Some(ExtraSuggestion::Advice(words)) => {
                draft.help(message!["use ", name(words)]);
            }
            None if cx.of.name == "mssql" && is_of_odbc(&extra.key) => {
                draft.help("remove it, or use the type `odbc`, whose hook takes it");
            }
            None => {
                draft.help("remove it");
            }
        }
    }
}

/// Whether a key is a setting of ODBC, which pymssql has nothing to do with.
fn is_of_odbc(key: &str) -> bool {
    let keys = ["driver", "encrypt", "trustservercertificate", "applicationintent"];
    keys.iter().any(|known| known.eq_ignore_ascii_case(key))
}
