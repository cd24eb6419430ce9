use connlint_catalog::{Implementation, Quirk};
use connlint_json::{ErrorKind, Node, Value};
use connlint_parser::{JsonConnection, Reading, Uri};
use connlint_text::{Decoded, Message, Span, message};

use crate::rules::airflow;
use crate::{Draft, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL203" "invalid-extra", Correctness, Error,
    since: "0.1.0", fix: None, Site => check
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    match cx.reading {
        Some(Reading::Uri(uri)) => of_uri(uri, cx, report),
        Some(Reading::Json(json)) => of_json(json, cx, report),
        _ => {}
    }
}

/// `?__extra__=…`, which is the whole `extra`.
fn of_uri(uri: &Uri<'_>, cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    if uri.failure.as_ref().is_some_and(|failure| !is_about_extra(failure.kind)) {
        return;
    }
    // An Airflow that raises because of it has looked at it.
    if uri.failure.is_none()
        && uri.profile.implementation == Implementation::Core
        && uri.profile.has(Quirk::ExtraMustBeObject)
    {
        return;
    }
    let Some(value) = uri.extra_param().and_then(|pair| pair.value.as_ref()) else { return };
    let Some(text) = uri.extra_text().filter(|text| !text.is_empty()) else { return };
    match connlint_json::is_object(text) {
        Err(error) => not_json(cx, report, value.span, error.kind, "`__extra__`"),
        Ok(false) => not_an_object(cx, report, value.span, "`__extra__`"),
        Ok(true) => {}
    }
}

fn is_about_extra(kind: connlint_parser::FailureKind) -> bool {
    use connlint_parser::FailureKind as Kind;
    matches!(
        kind,
        Kind::ExtraNotJson | Kind::ExtraNotAnObject | Kind::TooDeep | Kind::TooManyDigits
    )
}

/// `"extra": "…"` or `"extra": …`.
fn of_json(json: &JsonConnection<'_>, cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    // Whoever read it has seen that it is an object.
    if json.failure.is_none()
        && json.profile.implementation == Implementation::Core
        && json.profile.has(Quirk::ExtraMustBeObject)
    {
        return;
    }
    let Some(extra) = json.field("extra").filter(|extra| extra.is_truthy()) else { return };
    let Node { span, value } = extra;
    match value {
        Value::Object(_) => {}
        Value::String(string) => {
            let text = string.decode();
            // Errors stand in the decoded text of the string: its map leads back.
            let place = |at: Span<Decoded>| {
                let raw = text.map().to_raw(at);
                Span::new(raw.start(), raw.end())
            };
            match connlint_json::parse(text.text()) {
                Err(error) => not_json(cx, report, place(error.span), error.kind, "`extra`"),
                Ok(node) if node.as_object().is_none() => {
                    not_an_object(cx, report, *span, "`extra`");
                }
                Ok(_) => {}
            }
        }
        _ => not_an_object(cx, report, *span, "`extra`"),
    }
}

fn not_json(
    cx: &SiteCx<'_>,
    report: &mut Reporter<'_>,
    span: Span<Decoded>,
    kind: ErrorKind,
    what: &'static str,
) {
    let draft = report.report(span, message![what, " is not JSON: ", kind.fault()]);
    explained(cx, draft).help(kind.advice());
}

fn not_an_object(
    cx: &SiteCx<'_>,
    report: &mut Reporter<'_>,
    span: Span<Decoded>,
    what: &'static str,
) {
    let draft = report.report(span, message![what, " is JSON, but no object"]);
    explained(cx, draft).help("write an object: `{\"key\": \"value\"}`");
}

/// What Airflow does depends on the version: 3.0 raises, 2.x goes on without the extras.
fn explained<'d>(cx: &SiteCx<'_>, draft: Draft<'d>) -> Draft<'d> {
    let airflow = airflow(cx.profile);
    let raises = cx.profile.has(Quirk::ExtraMustBeObject);
    let note: Message = if raises {
        message![airflow, " raises ValueError"]
    } else {
        message![airflow, " takes it, and all extras are lost when a hook asks for them"]
    };
    draft.note(note)
}
