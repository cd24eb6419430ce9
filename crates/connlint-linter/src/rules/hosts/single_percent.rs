use connlint_hosts::MarkKind;
use connlint_text::{Edit, message};

use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL711" "single-percent", Host, Error,
    since: "0.1.0", fix: Always, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let (document, value) = (cx.document, cx.site.value_span);
    let marks = document.marks_in(MarkKind::SinglePercent, value);
    let signs: Vec<_> = marks.map(|mark| mark.span).collect();
    let Some(&first) = signs.first() else { return };
    // A template is no configuration file yet.
    if ["{{", "{%", "<%"].iter().any(|mark| document.text.contains(mark)) {
        return;
    }
    let edits = signs.iter().map(|sign| Edit::insert(sign.start(), "%")).collect();
    report
        .report_raw(first, message!["a single `%` in airflow.cfg"])
        .label("the start of a reference to another option")
        .help("write `%%`")
        .note("Airflow does not start: InterpolationSyntaxError")
        .raw_fix(Applicability::Safe, "write `%%`", edits);
}
