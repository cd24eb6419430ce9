use connlint_hosts::{Role, Surface};
use connlint_text::{Edit, Encoding, message};

use crate::disclosure::public_name;
use crate::rules::airflow;
use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL601" "lowercase-env-name", Correctness, Error,
    since: "0.1.0", fix: Always, Site => check
}

/// Whether a name has a letter in lower case, of whatever script.
fn has_lowercase(name: &str) -> bool {
    // Names are short: without a branch, all of one is seen at once.
    name.bytes().fold(false, |any, byte| any | byte.is_ascii_lowercase())
        || !name.is_ascii() && name.contains(char::is_lowercase)
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let name = &cx.site.name;
    if cx.site.surface != Surface::Environment || !has_lowercase(&name.text) {
        return;
    }
    let what = match cx.site.role {
        Role::Connection => "connection",
        Role::Variable => "variable",
        _ => "option",
    };
    let Some(upper) = public_name(&name.text.to_uppercase()) else { return };
    report
        .report_raw(
            name.span,
            message!["lower-case letters in the name of an environment variable"],
        )
        .label(message!["Airflow looks for `", &upper, "`"])
        .help(message!["rename it to `", &upper, "`"])
        .note(message![airflow(cx.profile), " never finds this ", what, ", and says nothing"])
        .raw_fix(
            Applicability::Safe,
            message!["rename it to `", &upper, "`"],
            vec![Edit::encode(name.span, Encoding::Uppercase)],
        );
}
