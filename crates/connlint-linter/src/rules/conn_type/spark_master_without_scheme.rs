use connlint_catalog::Field;
use connlint_text::message;

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL333" "spark-master-without-scheme", Correctness, Error[Medium],
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "spark" || !cx.is_complete() {
        return;
    }
    let Some(host) = cx.field(Field::Host).filter(|_| cx.field(Field::Port).is_none()) else {
        return;
    };
    let is_word = |word: &str| host.text == word || host.text.starts_with(&format!("{word}["));
    if host.text.contains("://") || is_word("local") || host.text.starts_with("yarn") {
        return;
    }
    report
        .report(host.span, message!["the master of Spark has neither a scheme nor a port"])
        .label("passed to `spark-submit --master` as it stands")
        .help("add the port, or write the whole master: `spark://host:7077`")
        .note("spark-submit stops: Master must either be yarn or start with spark, k8s, or local");
}
