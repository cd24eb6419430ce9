use connlint_parser::{FailureKind, Uri};
use connlint_text::{Decoded, Edit, Span, message};

use super::{bracketed_userinfo, broken_userinfo, delimiter, escape_of};
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL104" "unencoded-delimiter", Correctness, Error,
    since: "0.1.0", fix: Always, Uri => check, where: [Failure, At]
}

/// The characters that end the authority, and those that make Airflow look for an IPv6 address.
const DELIMITERS: [char; 5] = ['/', '?', '#', '[', ']'];

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some(userinfo) = broken_userinfo(uri).or_else(|| bracketed_userinfo(uri)) else { return };
    let text = uri.text;
    let found: Vec<(Span<Decoded>, char)> = userinfo
        .of(text)
        .match_indices(DELIMITERS)
        .map(|(at, char)| (Span::from_range(at..at + 1).shifted(userinfo.start()), char))
        .filter_map(|(span, char)| Some((span, char.chars().next()?)))
        .collect();
    let Some(&(first, char)) = found.first() else { return };

    let before = Span::<Decoded>::new(userinfo.start(), first.start()).of(text);
    let part = if before.contains(':') { "password" } else { "login" };
    let edits = found.iter().map(|&(span, char)| Edit::replace(span, message![escape_of(char)]));
    let headline = message!["`", delimiter(char), "` in the ", part, " is not percent-encoded"];
    let draft = cx.report(first, headline).label(match char {
        '[' | ']' => "Airflow takes this for an IPv6 address",
        _ => "Airflow ends the authority here",
    });
    let draft = match uri.port.as_ref().filter(|_| !matches!(char, '[' | ']')) {
        Some(port) => draft.also(port.span, "so it takes this for the port"),
        None => draft,
    };
    let draft = draft
        .help(message!["percent-encode it as `", escape_of(char), "`"])
        .note(what_happens(uri));
    let title = "percent-encode the delimiters";
    if is_beyond_doubt(uri, userinfo) {
        draft.safe_fix(title, edits.collect());
    } else {
        draft.unsafe_fix(title, edits.collect());
    }
}

/// Whether no other reading makes sense: one `@` in the whole URI, and nothing before it that
/// looks like the query of a URI without userinfo (`http://host:port/path?user=me@example.com`).
fn is_beyond_doubt(uri: &Uri<'_>, userinfo: Span<Decoded>) -> bool {
    let meant = userinfo.of(uri.text);
    let looks_like_query = meant.split_once('?').is_some_and(|(_, rest)| rest.contains('='));
    uri.text.matches('@').count() == 1 && !looks_like_query
}

fn what_happens(uri: &Uri<'_>) -> connlint_text::Message {
    let airflow = airflow(uri.profile);
    match uri.failure.as_ref().map(|failure| failure.kind) {
        Some(FailureKind::PortNotANumber | FailureKind::PortOutOfRange) => message![
            airflow,
            " raises ValueError and names the port; its message prints this part of the URI"
        ],
        Some(_) => message![airflow, " raises ValueError and names the IPv6 address"],
        None => message![
            airflow,
            " raises nothing: it connects to another host, with another port and schema"
        ],
    }
}
