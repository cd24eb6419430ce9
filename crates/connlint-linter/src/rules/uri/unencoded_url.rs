use connlint_parser::Uri;
use connlint_text::{Decoded, Edit, Encoding, Span, message};

use super::is_invalid_string;
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL107" "unencoded-url", Correctness, Error,
    since: "0.1.0", fix: Always, Uri => check, where: [Separator]
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    if !uri.text.split_once('?').is_some_and(|(_, query)| query.contains("://")) {
        return;
    }
    // `x:///?a=https://y` works: without a host there is nothing to lose.
    let fails = is_invalid_string(uri);
    let host_is_written = written_authority(uri.text).is_some_and(|text| !text.is_empty());
    let host_is_lost = uri.host.as_ref().is_none_or(|host| host.text.is_empty());
    let (values, separator) = values_with_url(uri.text);
    let Some(separator) = separator.filter(|_| fails || (host_is_written && host_is_lost)) else {
        return;
    };
    let note = if fails {
        message![airflow(uri.profile), " raises AirflowException: Invalid connection string"]
    } else {
        message![airflow(uri.profile), " raises nothing, but loses the host"]
    };
    let edits = values.into_iter().map(|value| Edit::encode(value, Encoding::UnescapedOnly));
    cx.report(separator, message!["`://` in the query is not percent-encoded"])
        .label("Airflow counts every `://` of the URI")
        .help("percent-encode the value: `https%3A%2F%2F…`")
        .note(note)
        .safe_fix("percent-encode the value", edits.collect());
}

/// What stands between the first `://` and the next `/`, `?` or `#`.
fn written_authority(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// The query values that hold `://`, and the first such `://`.
pub(super) fn values_with_url(text: &str) -> (Vec<Span<Decoded>>, Option<Span<Decoded>>) {
    let Some(query) = text.find('?').map(|at| at + 1) else { return (Vec::new(), None) };
    let mut values = Vec::new();
    let mut separator = None;
    let mut start = query;
    for pair in text[query..].split('&') {
        let value = start + pair.find('=').map_or(0, |at| at + 1);
        let end = start + pair.len();
        if let Some(at) = text[value..end].find("://") {
            values.push(Span::from_range(value..end));
            separator.get_or_insert(Span::from_range(value + at..value + at + 3));
        }
        start = end + 1;
    }
    (values, separator)
}
