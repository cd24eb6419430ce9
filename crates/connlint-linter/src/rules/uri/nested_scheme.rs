use connlint_parser::Uri;
use connlint_text::{Decoded, Span, message};

use super::is_invalid_string;
use super::unencoded_url::values_with_url;
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL103" "nested-scheme", Correctness, Error,
    since: "0.1.0", fix: None, Uri => check, where: [Separator]
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some(second) = second_separator(uri) else { return };
    let fails = is_invalid_string(uri);
    let loses_host = !fails && uri.host.as_ref().is_none_or(|host| host.text.is_empty());
    if !fails && !loses_host {
        return;
    }
    let draft = cx
        .report(second, message!["a second `://` in a connection URI"])
        .help("percent-encode the whole URL as the host (`http://https%3A%2F%2Fhost`), or write a JSON object with the URL as `host`");
    let note = if fails {
        message![airflow(uri.profile), " raises AirflowException: Invalid connection string"]
    } else {
        message![airflow(uri.profile), " raises nothing, but loses the host"]
    };
    draft
        .label(if fails {
            "allowed only once more, and only where no login and no port stand before it"
        } else {
            "removed together with the first one"
        })
        .note(note);
}

/// Where each `://` stands.
fn separators(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).filter(|&at| bytes[at..].starts_with(b"://"))
}

/// The second `://`, unless it stands in a value of the query, which is another rule's.
fn second_separator(uri: &Uri<'_>) -> Option<Span<Decoded>> {
    let mut found = separators(uri.text);
    let first = found.next()?;
    let second = found.next()?;
    let query = uri.text[first..].find('?').map_or(uri.text.len(), |at| first + at);
    let is_anothers = second >= query && values_with_url(uri.text).1.is_some();
    (!is_anothers).then(|| Span::from_range(second..second + 3))
}
