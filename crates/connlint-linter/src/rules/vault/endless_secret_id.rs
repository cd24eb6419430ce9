use connlint_text::message;

use super::{app_role, seconds};
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL504" "endless-secret-id", Security, Info,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for role in cx.document.commands.iter().filter_map(app_role) {
        let Some(ttl) = role.parameter("secret_id_ttl").filter(|it| it.word.is_known()) else {
            continue;
        };
        let is_bound = role.parameter("secret_id_bound_cidrs").is_some();
        if seconds(ttl.value) != Some(0) || is_bound {
            continue;
        }
        report
            .report_raw(ttl.word.span, message!["a secret id that never expires"])
            .help("give it a time to live, such as `secret_id_ttl=90d`, and a date in the calendar; or bind it to the addresses of your Airflow with `secret_id_bound_cidrs`")
            .note("whoever finds it in an old `.env` file can log in for good");
    }
}
