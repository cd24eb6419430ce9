//! Connections written as URIs.

pub(crate) mod ambiguous_at;
pub(crate) mod blank_connection;
pub(crate) mod double_encoded;
pub(crate) mod dropped_fragment;
pub(crate) mod invalid_host;
pub(crate) mod invalid_percent_escape;
pub(crate) mod invalid_port;
pub(crate) mod keys_beside_extra;
pub(crate) mod literal_quotes;
pub(crate) mod missing_scheme;
pub(crate) mod nested_scheme;
pub(crate) mod repeated_query_key;
pub(crate) mod surrounding_whitespace;
pub(crate) mod underscore_scheme;
pub(crate) mod unencoded_delimiter;
pub(crate) mod unencoded_url;

use connlint_parser::{FailureKind, Uri};
use connlint_text::{Decoded, Encoding, Grounds, Public, Span};

/// The userinfo that was meant, where an unencoded delimiter in it ended the authority early.
///
/// It starts where the authority starts, and ends before the last `@` behind the authority. A `@`
/// alone proves nothing (`http://h/users/@me`), so one of two things must be seen besides:
/// Airflow fails on what it takes for the port or for an IPv6 address, or the `@` is followed by
/// what only a host can be followed by, a port.
pub(crate) fn broken_userinfo(uri: &Uri<'_>) -> Option<Span<Decoded>> {
    let authority = uri.authority.as_ref()?.span;
    let text = uri.text;
    let behind = text.get(authority.end() as usize..)?;
    let at = authority.end() + u32::try_from(behind.rfind('@')?).ok()?;
    let meant = Span::new(authority.start(), at);
    let has_password = authority.of(text).contains(':');
    let fails = fails_in_authority(uri);
    let host_follows = || followed_by_port(&text[at as usize + 1..]);
    (has_password && (fails || host_follows())).then_some(meant)
}

/// The userinfo where it holds a bracket: Airflow looks for an IPv6 address and fails.
pub(crate) fn bracketed_userinfo(uri: &Uri<'_>) -> Option<Span<Decoded>> {
    let authority = uri.authority.as_ref()?;
    let at = authority.span.of(uri.text).rfind('@').filter(|_| fails_in_authority(uri))?;
    let end = authority.span.start() + u32::try_from(at).ok()?;
    let userinfo = Span::new(authority.span.start(), end);
    userinfo.of(uri.text).contains(['[', ']']).then_some(userinfo)
}

/// Whether Airflow fails on what it takes for a port or an IPv6 address.
pub(crate) fn fails_in_authority(uri: &Uri<'_>) -> bool {
    uri.failure.as_ref().is_some_and(|failure| {
        matches!(
            failure.kind,
            FailureKind::PortNotANumber
                | FailureKind::PortOutOfRange
                | FailureKind::UnbalancedBracket
                | FailureKind::TextAroundBrackets
                | FailureKind::NotAnAddress
                | FailureKind::Ipv4InBrackets
                | FailureKind::BadFutureAddress
        )
    })
}

/// Whether Airflow fails with `Invalid connection string`.
pub(crate) fn is_invalid_string(uri: &Uri<'_>) -> bool {
    uri.failure.as_ref().is_some_and(|failure| {
        matches!(
            failure.kind,
            FailureKind::TooManySeparators | FailureKind::SeparatorBehindAuthority
        )
    })
}

/// Whether `text` starts with `host:port`, and then ends or goes on with a path or a query.
fn followed_by_port(text: &str) -> bool {
    let end = text.find(['/', '?', '#']).unwrap_or(text.len());
    let Some((host, port)) = text[..end].split_once(':') else { return false };
    let is_host = |char: char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_');
    !host.is_empty()
        && host.chars().all(is_host)
        && (2..=5).contains(&port.len())
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// A delimiter as a message shows it.
pub(crate) fn delimiter(char: char) -> Public<'static> {
    Public::vouch(char.to_string(), Grounds::Grammar)
}

/// What `char` is percent-encoded as.
pub(crate) fn escape_of(char: char) -> Public<'static> {
    let escape = Encoding::Component.encode(char.encode_utf8(&mut [0; 4])).into_owned();
    Public::vouch(escape, Grounds::Computed)
}
