//! What `urllib.parse.urlsplit` reads, as nom parsers over slices.
//!
//! Each production is one function with its grammar above it. They are given text from which
//! [`scrub`](crate::uri) has taken what `urlsplit` removes, and none of them can fail on the way
//! to [`url`]: a part that is not there is `None`.

use memchr::{memchr, memchr2, memchr3, memrchr};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while};
use nom::character::complete::{char, satisfy};
use nom::combinator::{opt, recognize, rest};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Input, Parser};

/// What remains, and what was read. There is nothing to say about a production that does not
/// match, so its error is `()`.
type Parsed<'t, T> = IResult<&'t str, T, ()>;

/// The five parts that `urlsplit` knows.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Url<'t> {
    pub(crate) scheme: Option<&'t str>,
    pub(crate) authority: Option<&'t str>,
    pub(crate) path: &'t str,
    pub(crate) query: Option<&'t str>,
    pub(crate) fragment: Option<&'t str>,
}

/// The parts of an authority.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Authority<'t> {
    pub(crate) login: Option<&'t str>,
    pub(crate) password: Option<&'t str>,
    pub(crate) host: &'t str,
    /// Behind the first `:` that follows the host, even where nothing follows.
    pub(crate) port: Option<&'t str>,
    /// What stands around the brackets of a host that has them.
    pub(crate) brackets: Option<Brackets<'t>>,
}

/// What does not belong around an address in brackets.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Brackets<'t> {
    /// Between the last `@` and `[`.
    pub(crate) before: &'t str,
    /// Between `]` and the `:` in front of the port.
    pub(crate) after: &'t str,
}

/// url = [ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ]
pub(crate) fn url(input: &str) -> Url<'_> {
    let mut parts = (opt(scheme), opt(slashed_authority), path, opt(query), opt(fragment));
    let (_, (scheme, authority, path, query, fragment)) =
        parts.parse(input).expect("every part may be missing or empty");
    Url { scheme, authority, path, query, fragment }
}

/// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) ":"
///
/// A text that begins otherwise has no scheme: `my_type://h` and `1a://h` are all path.
pub(crate) fn scheme(input: &str) -> Parsed<'_, &str> {
    let first = satisfy(|char| char.is_ascii_alphabetic());
    let others = take_while(|char: char| char.is_ascii_alphanumeric() || "+-.".contains(char));
    terminated(recognize((first, others)), char(':')).parse(input)
}

/// slashed-authority = "//" *( any but "/" / "?" / "#" )
fn slashed_authority(input: &str) -> Parsed<'_, &str> {
    preceded(tag("//"), until(|text| memchr3(b'/', b'?', b'#', text))).parse(input)
}

/// path = *( any but "?" / "#" )
fn path(input: &str) -> Parsed<'_, &str> {
    until(|text| memchr2(b'?', b'#', text)).parse(input)
}

/// query = "?" *( any but "#" )
fn query(input: &str) -> Parsed<'_, &str> {
    preceded(char('?'), until(|text| memchr(b'#', text))).parse(input)
}

/// fragment = "#" *any
fn fragment(input: &str) -> Parsed<'_, &str> {
    preceded(char('#'), rest).parse(input)
}

/// authority = [ userinfo "@" ] ( bracketed / plain-host ) [ ":" port ]
pub(crate) fn authority(input: &str) -> Authority<'_> {
    let mut parts = (opt(userinfo), alt((bracketed, plain_host)), opt(port));
    let (_, (userinfo, (host, brackets), port)) =
        parts.parse(input).expect("a plain host may be empty");
    let (login, password) = userinfo.unzip();
    Authority { login, password: password.flatten(), host, port, brackets }
}

/// userinfo = login [ ":" password ] "@"        ; the last "@", the first ":"
fn userinfo(input: &str) -> Parsed<'_, (&str, Option<&str>)> {
    let Some(at) = memrchr(b'@', input.as_bytes()) else { return Err(nom::Err::Error(())) };
    let (hostinfo, userinfo) = input.take_split(at);
    let (_, parts) = (until(|text| memchr(b':', text)), opt(port)).parse(userinfo)?;
    Ok((hostinfo.take_from("@".len()), parts))
}

/// bracketed = before `[` host `]` after        ; `urlsplit` objects to a before and an after
fn bracketed(input: &str) -> Parsed<'_, (&str, Option<Brackets<'_>>)> {
    let before = terminated(until(|text| memchr(b'[', text)), char('['));
    let address = terminated(until(|text| memchr(b']', text)), opt(char(']')));
    let after = until(|text| memchr(b':', text));
    let (rest, (before, host, after)) = (before, address, after).parse(input)?;
    Ok((rest, (host, Some(Brackets { before, after }))))
}

/// plain-host = *( any but ":" )
fn plain_host(input: &str) -> Parsed<'_, (&str, Option<Brackets<'_>>)> {
    until(|text| memchr(b':', text)).map(|host| (host, None)).parse(input)
}

/// port = ":" *any
fn port(input: &str) -> Parsed<'_, &str> {
    preceded(char(':'), rest).parse(input)
}

/// pairs = pair *( "&" pair )
///
/// pair = key [ "=" value ]                     ; the first "="
///
/// Gives one pair and what follows its `&`.
pub(crate) fn pair(input: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, pair) = until(|text| memchr(b'&', text))(input).expect("a pair may be empty");
    let next = rest.strip_prefix('&');
    match memchr(b'=', pair.as_bytes()) {
        Some(at) => {
            let (value, key) = pair.take_split(at);
            (key, Some(value.take_from("=".len())), next)
        }
        None => (pair, None, next),
    }
}

/// Everything before what `find` finds, or all there is; never fails.
///
/// `find` is given bytes and must look for ASCII, so that the cut is a character boundary.
fn until<'t>(find: impl Fn(&[u8]) -> Option<usize>) -> impl Fn(&'t str) -> Parsed<'t, &'t str> {
    move |input| {
        let end = find(input.as_bytes()).unwrap_or(input.len());
        Ok(input.take_split(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_is_letters_digits_and_three_marks() {
        for (input, expected) in [
            ("postgres://h", Some("postgres")),
            ("google-cloud-platform://", Some("google-cloud-platform")),
            ("a+b.c-1:x", Some("a+b.c-1")),
            ("Postgres:", Some("Postgres")),
            ("my_type://h", None),
            ("1a://h", None),
            ("://h", None),
            ("postgres//h", None),
            ("\u{e9}://h", None),
            ("'x://h'", None),
            ("", None),
        ] {
            assert_eq!(scheme(input).ok().map(|(_, scheme)| scheme), expected, "{input}");
        }
    }

    #[test]
    fn url_has_five_parts() {
        for (input, scheme, authority, path, query, fragment) in [
            ("x://h/p?q#f", Some("x"), Some("h"), "/p", Some("q"), Some("f")),
            ("//h", None, Some("h"), "", None, None),
            ("x:///p", Some("x"), Some(""), "/p", None, None),
            ("host:5432/db", Some("host"), None, "5432/db", None, None),
            ("x://h?a/b", Some("x"), Some("h"), "", Some("a/b"), None),
            ("x://h#a?b", Some("x"), Some("h"), "", None, Some("a?b")), // "?" in a fragment is data
            ("x://h/?a#", Some("x"), Some("h"), "/", Some("a"), Some("")),
            ("x:/p", Some("x"), None, "/p", None, None),
            ("", None, None, "", None, None),
        ] {
            let expected = Url { scheme, authority, path, query, fragment };
            assert_eq!(url(input), expected, "{input}");
        }
    }

    #[test]
    fn authority_is_cut_at_the_last_at_sign() {
        for (input, login, password, host, port) in [
            ("u:p@h:1", Some("u"), Some("p"), "h", Some("1")),
            ("u:p@x@h", Some("u"), Some("p@x"), "h", None),
            ("u:p:q@h", Some("u"), Some("p:q"), "h", None), // the first ":" ends the login
            ("u@d.com:p@h", Some("u@d.com"), Some("p"), "h", None),
            ("u:@h", Some("u"), Some(""), "h", None),
            ("@h", Some(""), None, "h", None),
            ("u:p@", Some("u"), Some("p"), "", None),
            ("h:", None, None, "h", Some("")),
            ("h:1:2", None, None, "h", Some("1:2")),
            (":1", None, None, "", Some("1")),
            ("", None, None, "", None),
        ] {
            let found = authority(input);
            assert_eq!(
                (found.login, found.password, found.host, found.port, found.brackets),
                (login, password, host, port, None),
                "{input}"
            );
        }
    }

    #[test]
    fn brackets_hold_the_host() {
        for (input, before, host, after, port) in [
            ("[::1]:5", "", "::1", "", Some("5")),
            ("[::1]", "", "::1", "", None),
            ("u@[fe80::1%eth0]", "", "fe80::1%eth0", "", None),
            ("a[::1]b:5", "a", "::1", "b", Some("5")),
            ("[::1", "", "::1", "", None),
            ("[::1][::2]", "", "::1", "[", Some(":2]")),
        ] {
            let found = authority(input);
            assert_eq!(
                (found.host, found.port, found.brackets),
                (host, port, Some(Brackets { before, after })),
                "{input}"
            );
        }
    }

    #[test]
    fn pairs_are_cut_at_ampersands_and_the_first_equals_sign() {
        for (input, key, value, next) in [
            ("a=1&b", "a", Some("1"), Some("b")),
            ("a=b=c", "a", Some("b=c"), None),
            ("a", "a", None, None),
            ("=1", "", Some("1"), None),
            ("&a", "", None, Some("a")),
            ("a;b=1", "a;b", Some("1"), None), // ";" is data
            ("", "", None, None),
        ] {
            assert_eq!(pair(input), (key, value, next), "{input}");
        }
    }
}
