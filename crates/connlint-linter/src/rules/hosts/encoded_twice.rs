use connlint_hosts::{Form, MarkKind, Role};
use connlint_text::{Span, message};

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL717" "encoded-twice", Correctness, Error,
    since: "0.1.0", fix: None, Site => check
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let is_read = matches!(site.role, Role::Connection | Role::BackendKwargs | Role::Config);
    let text = site.value.text().trim();
    if !is_read || site.form != Form::Text || !hides_a_value(text) {
        return;
    }
    let is_string_data = cx.document.is_marked(MarkKind::StringData, site.name.span);
    let help = if is_string_data {
        "write it under `data`, or as it is"
    } else {
        "write it as it is, or encode it once"
    };
    report
        .report(
            Span::from_range(0..site.value.text().len()),
            message!["the value is base64 of what is meant"],
        )
        .label("Airflow gets this text, and decodes nothing")
        .help(help)
        .note("Kubernetes decodes what stands under `data` of a Secret, once, and nothing else");
}

/// Whether a text is base64 of a URI or of JSON.
fn hides_a_value(text: &str) -> bool {
    let is_base64 = |char: char| char.is_ascii_alphanumeric() || "+/=".contains(char);
    if text.len() < 12 || !text.len().is_multiple_of(4) || !text.chars().all(is_base64) {
        return false;
    }
    let Some(decoded) = connlint_hosts::decode_base64(text) else { return false };
    let Ok(decoded) = String::from_utf8(decoded) else { return false };
    let scheme = decoded.split_once("://").map(|(scheme, _)| scheme);
    let is_uri = scheme.is_some_and(|scheme| {
        !scheme.is_empty()
            && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
    });
    is_uri || (decoded.starts_with('{') && connlint_json::parse(&decoded).is_ok())
}
