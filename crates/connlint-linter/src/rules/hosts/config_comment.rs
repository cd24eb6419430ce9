use connlint_hosts::{HostFormat, Role};
use connlint_text::{Edit, Span, message};

use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL712" "config-comment", Correctness, Error,
    since: "0.1.0", fix: Always, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    if cx.document.format != HostFormat::ConfigFile || site.role == Role::BackendKwargs {
        return;
    }
    let raw = site.value_span.of(cx.document.text);
    let found = [" # ", " ; ", "\t# ", "\t; "].iter().filter_map(|mark| raw.find(mark)).min();
    let Some(at) = found.filter(|_| !raw.contains('\n')) else { return };
    let start = raw[..at].trim_end().len();
    let (sign, whole) = (at + 1..at + 2, start..raw.len());
    let place = |range| Span::from_range(range).shifted(site.value_span.start());
    let edit = Edit { span: place(whole), pieces: Vec::new() };
    report
        .report_raw(place(sign), message!["a comment behind a value of airflow.cfg"])
        .label("this is a part of the value")
        .help("write the comment into a line of its own")
        .note("Airflow reads the comment as the end of the value")
        .raw_fix(Applicability::Unsafe, "remove it", vec![edit]);
}
