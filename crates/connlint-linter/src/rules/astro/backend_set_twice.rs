use connlint_hosts::{HostFormat, Role, Site};
use connlint_text::message;

use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL757" "backend-set-twice", Correctness, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let document = cx.document;
    if document.format != HostFormat::HelmValues {
        return;
    }
    let classes = || document.sites.iter().filter(|site| site.role == Role::BackendClass);
    let is_key = |site: &&Site<'_>| site.name.span.of(document.text) == "secretBackend";
    let Some(key) = classes().find(is_key) else { return };
    let is_other =
        |site: &&Site<'_>| site.name.text == "AIRFLOW__SECRETS__BACKEND" && !is_key(site);
    let Some(other) = classes().find(is_other) else { return };
    report
        .report_site(other, other.name.span, message!["the secrets backend is set twice"])
        .label("the chart sets this variable too")
        .also_raw(key.name.span, "from here")
        .help("remove the variable, and keep `secretBackend`")
        .note("a container with two variables of one name gets the last one");
}
