use connlint_parser::{FailureKind, Uri};
use connlint_text::{Decoded, Edit, Encoding, Span, message};

use super::{bracketed_userinfo, broken_userinfo};
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL113" "invalid-host", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Uri => check
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some(failure) = &uri.failure else { return };
    // In the userinfo brackets are delimiters that want encoding, which another rule says.
    if broken_userinfo(uri).or_else(|| bracketed_userinfo(uri)).is_some() {
        return;
    }
    let write_address = "write an IPv6 address between brackets (`[::1]`), or no brackets at all";
    let (headline, help, raises) = match failure.kind {
        FailureKind::UnbalancedBracket => (
            "a bracket without its counterpart",
            write_address,
            " raises ValueError: Invalid IPv6 URL",
        ),
        FailureKind::TextAroundBrackets => (
            "text beside the brackets of an IPv6 address",
            write_address,
            " raises ValueError: Invalid IPv6 URL",
        ),
        FailureKind::NotAnAddress => (
            "no IPv6 address between brackets",
            write_address,
            " raises ValueError, and its message prints what stands here",
        ),
        FailureKind::Ipv4InBrackets => (
            "an IPv4 address between brackets",
            "remove the brackets",
            " raises ValueError: An IPv4 address cannot be in brackets",
        ),
        FailureKind::BadFutureAddress => (
            "no IP address between brackets",
            write_address,
            " raises ValueError: IPvFuture address is invalid",
        ),
        FailureKind::NormalisesToDelimiter => (
            "a character that Unicode takes for a delimiter in disguise",
            "percent-encode it, or write the plain character that was meant",
            " raises ValueError, and its message prints all that stands between `//` and the path",
        ),
        _ => return,
    };
    let draft = cx
        .report(failure.span, message![headline])
        .help(help)
        .note(message![airflow(uri.profile), raises]);
    if failure.kind == FailureKind::NormalisesToDelimiter
        && let Some(edits) = encoded_userinfo(uri)
    {
        draft.safe_fix("percent-encode the characters that are not ASCII", edits);
    }
}

/// Encodes all that is not ASCII, where nothing of it stands behind the userinfo.
fn encoded_userinfo(uri: &Uri<'_>) -> Option<Vec<Edit<Decoded>>> {
    let authority = uri.authority.as_ref()?.span;
    let text = authority.of(uri.text);
    let (userinfo, host) = text.rsplit_once('@')?;
    if !host.is_ascii() {
        return None;
    }
    let characters = userinfo.char_indices().filter(|(_, char)| !char.is_ascii());
    let spans = characters
        .map(|(at, char)| Span::from_range(at..at + char.len_utf8()).shifted(authority.start()));
    Some(spans.map(|span| Edit::encode(span, Encoding::Component)).collect())
}
