use connlint_hosts::{HostFormat, Quoting};
use connlint_text::{Edit, Piece, message};

use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL710" "kubernetes-number", Host, Error,
    since: "0.1.0", fix: Always, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let is_plain = site.quoting == Quoting::YamlPlain && site.outer.is_empty()
        || site.outer == [Quoting::YamlPlain];
    let written = site.value_span.of(cx.document.text);
    if cx.document.format != HostFormat::Kubernetes
        || !is_plain
        || !has_known_kind(cx.document.text)
        || written.is_empty()
        || connlint_hosts::is_plain_text(written)
        || written.contains(['{', '\'', '"', '\n'])
    {
        return;
    }
    let span = site.value_span;
    let quote = || Piece::Text("\"".into());
    let edit = Edit { span, pieces: vec![quote(), Piece::Keep(span), quote()] };
    report
        .report_raw(span, message!["a number where Kubernetes wants text"])
        .label("no text to YAML")
        .help("write it between quotes")
        .note("the API refuses the whole object: it cannot unmarshal a number into a string")
        .raw_fix(Applicability::Safe, "write it between quotes", vec![edit]);
}

/// Whether a document is of a kind whose values are text; what an operator takes is its own affair.
fn has_known_kind(text: &str) -> bool {
    ["ConfigMap", "Secret", "Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"]
        .iter()
        .any(|kind| {
            memchr::memmem::find(text.as_bytes(), format!("kind: {kind}\n").as_bytes()).is_some()
        })
}
