//! What the HTTP library of Python makes of a URL.

use std::fmt::Write as _;

/// The exception for a URL of a server, raised when it is first used.
///
/// The order is that of `requests`: what is no `http…` but has a colon is left alone and finds no
/// adapter; the rest is taken apart.
pub(crate) fn fault(url: &str) -> Option<&'static str> {
    let lower = url.to_ascii_lowercase();
    if !lower.starts_with("http") {
        let has_colon = lower.contains(':');
        return Some(if has_colon { INVALID_SCHEMA } else { MISSING_SCHEMA });
    }
    let Some((scheme, rest)) = lower.split_once(':') else { return Some(MISSING_SCHEMA) };
    if !scheme.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.')) {
        return Some(MISSING_SCHEMA);
    }
    let Some(rest) = rest.strip_prefix("//") else { return Some(INVALID_URL) };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = split_port(host_port);
    if host.is_empty() || !port.chars().all(|char| char.is_ascii_digit()) {
        return Some(INVALID_URL);
    }
    (!matches!(scheme, "http" | "https")).then_some(INVALID_SCHEMA)
}

const INVALID_SCHEMA: &str = "requests.exceptions.InvalidSchema";
const INVALID_URL: &str = "requests.exceptions.InvalidURL";
const MISSING_SCHEMA: &str = "requests.exceptions.MissingSchema";

/// Splits the port off; the colons of an IPv6 address stay in its brackets.
fn split_port(host_port: &str) -> (&str, &str) {
    let bracket = host_port.rfind(']').map_or(0, |at| at + 1);
    match host_port.get(bracket..).and_then(|rest| rest.find(':')) {
        Some(colon) => {
            let at = bracket + colon;
            (host_port.get(..at).unwrap_or_default(), host_port.get(at + 1..).unwrap_or_default())
        }
        None => (host_port, ""),
    }
}

/// What stands in front of `/v1` in a request to that URL.
pub(crate) fn base_path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default().trim_end_matches('/')
}

/// The URL without the path, user and password, as a proxy is asked for it.
pub(crate) fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{}://{host_port}", scheme.to_ascii_lowercase())
}

/// A path as it is sent: percent-encoded, without `.` and `..`, and with one slash for many.
///
/// ```text
/// quoted = *( ALPHA / DIGIT / "_" / "." / "-" / "~" / "/" / "%" HEXDIG HEXDIG )
/// ```
pub(crate) fn sent_path(path: &str) -> String {
    let mut quoted = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"_.-~/".contains(&byte) {
            quoted.push(char::from(byte));
        } else {
            write!(quoted, "%{byte:02X}").expect("a `String` takes everything");
        }
    }
    let mut kept: Vec<&str> = Vec::new();
    for segment in quoted.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_refused_as_requests_does() {
        for (url, expected) in [
            ("http://127.0.0.1:8200", None),
            ("https://vault.example.com", None),
            ("HTTP://vault:8200/ui", None),
            ("http://user:pw@127.0.0.1:8200", None),
            ("http://[::1]:8200", None),
            ("127.0.0.1:8200", Some(INVALID_SCHEMA)),
            ("localhost:8200", Some(INVALID_SCHEMA)),
            ("ftp://127.0.0.1:8200", Some(INVALID_SCHEMA)),
            ("vault.example.com", Some(MISSING_SCHEMA)),
            ("<vault-url>", Some(MISSING_SCHEMA)),
            ("8200", Some(MISSING_SCHEMA)),
            ("http:/127.0.0.1:8200", Some(INVALID_URL)),
            ("http:127.0.0.1:8200", Some(INVALID_URL)),
            ("http://127.0.0.1:82OO", Some(INVALID_URL)),
            ("http://", Some(INVALID_URL)),
        ] {
            assert_eq!(fault(url), expected, "{url}");
        }
    }

    #[test]
    fn paths_are_sent_without_dots_and_blanks() {
        for (path, sent) in [
            ("/v1/airflow/data/connections/a b", "/v1/airflow/data/connections/a%20b"),
            ("/v1/airflow/data/connections/../variables/x", "/v1/airflow/data/variables/x"),
            ("/v1/airflow/data//variables/x/", "/v1/airflow/data/variables/x"),
            ("/v1/s/data/caf\u{e9}", "/v1/s/data/caf%C3%A9"),
            ("/../../x", "/x"),
        ] {
            assert_eq!(sent_path(path), sent);
        }
    }
}
