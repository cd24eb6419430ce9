use connlint_backends::Call;
use connlint_catalog::{Format, JsonType, Kwarg, Problem, Scalar};
use connlint_json::{Node, Value};
use connlint_text::{Decoded, Edit, Grounds, Public, Span, message};

use super::url_without_scheme::has_scheme;
use super::{call_of, caused_by, certain_failures, consequence};
use crate::{KwargsCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL405" "kwarg-type", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    let failures = certain_failures(&call);
    for member in call.arguments.iter() {
        let name = member.key.text();
        let Some(kwarg) = name.as_str().and_then(|name| backend.kwarg(name)) else { continue };
        let node = &member.value;
        let failure = caused_by(&failures, kwarg.name);
        if failure.is_some()
            && (has_rule_of_its_own(&call, kwarg, node)
                || cx.is_required && is_newer(&call, kwarg, node))
        {
            continue;
        }
        let is_listed = kwarg.allowed.is_empty() || kwarg.allowed.iter().any(|it| is(node, *it));
        let has_type = !kwarg.json_types.is_known() || kwarg.json_types.allows(kind(node));
        // What nothing fails for, and what is empty, stands for "not given" nearly everywhere.
        if failure.is_none() && (is_listed && has_type || !node.is_truthy()) {
            continue;
        }
        let (what, help) = match (is_listed, has_type) {
            (false, _) => ("` has a value that is not allowed", allowed(kwarg)),
            (true, false) => ("` is of the wrong type", types(kwarg)),
            (true, true) => {
                ("` has a value that the backend refuses", message!["write another value"])
            }
        };
        let headline = message!["`", argument(kwarg), what];
        let draft = report.report(node.span, headline).help(help);
        let draft = match failure {
            Some(failure) => draft.note(consequence(failure)),
            None => draft.severity(Severity::Warning).note("no error says so"),
        };
        if let Some(edits) = unquoted(node, kwarg).filter(|_| !is_listed || !has_type) {
            draft.safe_fix("remove the quotes", edits);
        }
    }
}

/// Whether another rule says what is wrong with the value: `url-without-scheme`, or
/// `conflicting-kwargs`, which has the characters of names.
fn has_rule_of_its_own(call: &Call<'_, '_>, kwarg: &Kwarg, node: &Node<'_>) -> bool {
    let Some(text) = node.as_text() else { return false };
    let is_url = kwarg.format == Some(Format::Url);
    let lacks_scheme = text.as_str().is_some_and(|text| !has_scheme(text));
    let mut missing = call.backend.missing(&call.arguments);
    is_url && lacks_scheme
        || missing.any(|missing| match missing.problem {
            Problem::Characters(characters) => characters.kwargs.contains(&kwarg.name),
            _ => false,
        })
}

/// Whether a later release takes the value, which `kwarg-newer-than-provider` says.
fn is_newer(call: &Call<'_, '_>, kwarg: &Kwarg, node: &Node<'_>) -> bool {
    let text = node.as_string();
    let mut values = kwarg.allowed_since.iter();
    let by_value = values.find(|(value, _)| text.is_some_and(|text| text.is(value)));
    let by_type = kwarg.types_since.iter().find(|(of, _)| *of == kind(node));
    let since = by_value.map(|it| it.1).or(by_type.map(|it| it.1));
    since.is_some_and(|since| !call.since(since))
}

fn argument(kwarg: &Kwarg) -> Public<'static> {
    Public::vouch(kwarg.name, Grounds::Catalogue)
}

fn allowed(kwarg: &Kwarg) -> connlint_text::Message {
    let words: Vec<String> = kwarg.allowed.iter().map(|scalar| format!("`{scalar}`")).collect();
    let words = Public::vouch(words.join(", "), Grounds::Catalogue);
    message!["write one of ", words]
}

fn types(kwarg: &Kwarg) -> connlint_text::Message {
    let names: Vec<&str> = kwarg.json_types.iter().map(JsonType::name).collect();
    let names = Public::vouch(names.join(" or "), Grounds::Catalogue);
    message!["write ", names]
}

const fn kind(node: &Node<'_>) -> JsonType {
    match &node.value {
        Value::Null => JsonType::Null,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(number) if number.is_float() => JsonType::Number,
        Value::Number(_) => JsonType::Integer,
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    }
}

/// Python's `==` between what is written and what is allowed.
fn is(node: &Node<'_>, allowed: Scalar) -> bool {
    match (&node.value, allowed) {
        (Value::String(text), Scalar::String(allowed)) => text.is(allowed),
        (Value::Number(number), Scalar::Integer(allowed)) => {
            let written = number.to_python();
            let written = written.strip_suffix(".0").unwrap_or(&written);
            written.parse() == Ok(allowed)
        }
        (Value::Bool(bool), Scalar::Integer(allowed)) => i64::from(*bool) == allowed,
        (Value::Bool(bool), Scalar::Boolean(allowed)) => *bool == allowed,
        _ => false,
    }
}

/// The number or boolean that somebody put between quotes, without them.
fn unquoted(node: &Node<'_>, kwarg: &Kwarg) -> Option<Vec<Edit<Decoded>>> {
    let text = node.as_string()?;
    let inner = text.raw();
    let is_number = inner.parse::<i64>().is_ok_and(|number| number.to_string() == inner);
    let fits = (is_number && kwarg.json_types.allows(JsonType::Integer))
        || (matches!(inner, "true" | "false") && kwarg.json_types.allows(JsonType::Boolean));
    let span = node.span;
    fits.then(|| {
        vec![
            Edit::delete(Span::new(span.start(), span.start() + 1)),
            Edit::delete(Span::new(span.end() - 1, span.end())),
        ]
    })
}
