use connlint_catalog::nearest;
use connlint_text::{Edit, Grounds, Public, message};

use super::{ROLE_PARAMETERS, app_role};
use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL507" "unknown-role-parameter", Correctness, Warning,
    since: "0.1.0", fix: Sometimes, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for role in cx.document.commands.iter().filter_map(app_role) {
        for parameter in &role.parameters {
            if ROLE_PARAMETERS.contains(&parameter.key) {
                continue;
            }
            let span = parameter.key_span();
            let draft = report
                .report_raw(span, message!["an AppRole has no parameter of this name"])
                .note("Vault says \"Success\" and ignores it: the role has the default");
            let hyphenless = parameter.key.replace('-', "_");
            let is_free = |key: &&str| role.parameter(key).is_none();
            let meant = nearest(&hyphenless, ROLE_PARAMETERS).filter(is_free);
            match meant {
                Some(meant) => {
                    let meant = Public::vouch(meant, Grounds::Catalogue);
                    draft.help(message!["did you mean `", &meant, "`?"]).raw_fix(
                        Applicability::Unsafe,
                        message!["rename it to `", &meant, "`"],
                        vec![Edit::replace(span, message![&meant])],
                    );
                }
                None => {
                    draft.help("remove it");
                }
            }
        }
    }
}
