use connlint_hosts::{Form, HostFormat, Role};
use connlint_text::{Span, message};

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL767" "json-in-lines", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let (site, text) = (cx.site, cx.site.value.text());
    let is_line = cx.document.format == HostFormat::ConnectionsEnv && site.form == Form::Text;
    if !is_line || site.role != Role::Connection || !text.trim_start().starts_with('{') {
        return;
    }
    report
        .report(Span::from_range(0..1), message!["JSON in a file of lines, where a URI is wanted"])
        .label("Airflow takes this for a URI without a scheme")
        .help("write the file as JSON or YAML, or the connection as a URI")
        .note("the connection gets no type, and the JSON as its schema");
}
