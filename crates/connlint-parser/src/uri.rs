//! `Connection(uri=…)` and the task SDK's `Connection.from_uri`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use connlint_catalog::{Implementation, Profile, Quirk};
use connlint_json::{JsonException, MAX_DEPTH, MAX_INT_DIGITS, Node, ObjectWriter, PyText, dumps};
use connlint_text::{Decoded, Span};
use memchr::{memchr, memchr_iter, memchr2};
use unicode_normalization::UnicodeNormalization as _;

use crate::grammar::{self, Authority, Brackets};
use crate::source::Source;
use crate::{Connection, Exception, Failure, FailureKind, unquote, unquote_plus};

/// The key of a query whose value is the whole of `extra`.
pub(crate) const EXTRA_KEY: &str = "__extra__";

/// How many pairs of a query are compared each with each.
const FEW_PAIRS: usize = 16;

/// What stands between scheme and authority, and what Airflow counts and replaces.
const SEPARATOR: &str = "://";

/// A part of a URI.
#[derive(Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// Where it stands.
    pub span: Span<Decoded>,
    /// Its text before percent-decoding, without what `urlsplit` removes.
    pub text: Cow<'a, str>,
}

impl<'a> Part<'a> {
    /// The text with its escapes read, as in login, password, host and path: `+` is a plus.
    pub fn decode(&self) -> Cow<'_, str> {
        unquote(&self.text)
    }

    /// The text with its escapes read, as in a query: `+` is a space.
    pub fn decode_plus(&self) -> Cow<'_, str> {
        unquote_plus(&self.text)
    }

    /// The same, without a copy of what needs no decoding.
    pub fn into_decoded_plus(self) -> Cow<'a, str> {
        match self.text {
            Cow::Borrowed(text) => unquote_plus(text),
            Cow::Owned(text) => Cow::Owned(unquote_plus(&text).into_owned()),
        }
    }

    /// Where `range` of [`text`](Self::text) stands; all of the part where it is not one slice.
    pub fn place(&self, range: Range<usize>) -> Span<Decoded> {
        if self.span.len() as usize == self.text.len() {
            Span::from_range(range).shifted(self.span.start())
        } else {
            self.span
        }
    }
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").field("span", &self.span).finish_non_exhaustive()
    }
}

/// A connection URI, split as Airflow splits it.
///
/// Parts are there even where Airflow raises: they show how far it got. Where it counts too many
/// `://` they are those of the text as one URL.
///
/// `Debug` shows where the parts stand, never what they say.
#[derive(Clone)]
pub struct Uri<'a> {
    /// The text that the spans count bytes of. White space around the URI may be in it.
    pub text: &'a str,
    /// Who read it.
    pub profile: Profile,
    /// What stands before the first `:`, where `urlsplit` takes it for a scheme.
    pub scheme: Option<Part<'a>>,
    /// `conn_type` as Airflow derives it from the scheme; empty where there is none.
    pub conn_type: Cow<'a, str>,
    /// The second scheme of `http://https://host`.
    pub protocol: Option<Part<'a>>,
    /// From behind `//` to the first `/`, `?` or `#`; may be empty.
    pub authority: Option<Part<'a>>,
    /// Up to the first `:` of the userinfo; empty in `:password@host`.
    pub login: Option<Part<'a>>,
    /// Behind the first `:` of the userinfo; may be empty.
    pub password: Option<Part<'a>>,
    /// Between userinfo and port, brackets of an IPv6 address not included; never empty.
    pub host: Option<Part<'a>>,
    /// Behind the `:` that follows the host; may be empty, and may be no number.
    pub port: Option<Part<'a>>,
    /// From the first `/` behind the authority; the schema is this without its first character.
    /// Never empty. Where there is no authority it is whatever stands behind the scheme.
    pub path: Option<Part<'a>>,
    /// Behind the first `?`; may be empty.
    pub query: Option<Part<'a>>,
    /// Behind the first `#`: Airflow drops it. May be empty.
    pub fragment: Option<Part<'a>>,
    /// Why Airflow raises, where it does.
    pub failure: Option<Failure>,
    /// What of it Airflow was given.
    pub(crate) given: &'a str,
    /// The last `__extra__` pair, and its value with its escapes read.
    extra: Option<(QueryPair<'a>, Cow<'a, str>)>,
    /// The text that was split last, to find the pairs of the query in.
    rest: Source<'a>,
    /// Where the query stands in it.
    query_range: Range<usize>,
    /// Whether a `://` stands elsewhere than behind the scheme.
    has_other_separator: bool,
}

/// One `key=value` of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryPair<'a> {
    /// The key, not decoded.
    pub key: Part<'a>,
    /// The value, not decoded; `None` where there is no `=`.
    pub value: Option<Part<'a>>,
}

impl QueryPair<'_> {
    /// From the key to the end of the value.
    pub fn span(&self) -> Span<Decoded> {
        self.value.as_ref().map_or(self.key.span, |value| self.key.span.join(value.span))
    }

    /// The value with its escapes read; empty where there is no `=`.
    pub fn decoded_value(&self) -> Cow<'_, str> {
        self.value.as_ref().map_or(Cow::Borrowed(""), Part::decode_plus)
    }

    /// What to point at for the value: the key where there is none.
    fn value_span(&self) -> Span<Decoded> {
        self.value.as_ref().map_or(self.key.span, |value| value.span)
    }
}

/// Reads `text` as that Airflow reads a connection URI.
///
/// The text is not stripped first: a secrets backend does that, see
/// [`read_stored`](crate::read_stored).
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::{FailureKind, read_uri};
///
/// let uri = read_uri("postgres://app:p%40ss@db:5432/app?sslmode=require", Profile::NEWEST);
/// assert_eq!(uri.host_value(), "db");
/// assert_eq!(uri.port_value(), Some(5432));
/// assert_eq!(uri.password.as_ref().unwrap().decode(), "p@ss");
///
/// let broken = read_uri("postgres://app:p/ss@db:5432/app", Profile::NEWEST);
/// let failure = broken.failure.unwrap();
/// assert_eq!(failure.kind, FailureKind::PortNotANumber);
/// assert_eq!(failure.span.of(broken.text), "p");
/// ```
pub fn read_uri(text: &str, profile: Profile) -> Uri<'_> {
    read_uri_in(text, 0..text.len(), profile)
}

/// As [`read_uri`], for a part of `text`, with spans of all of it.
pub(crate) fn read_uri_in(text: &str, range: Range<usize>, profile: Profile) -> Uri<'_> {
    let given = text.get(range.clone()).unwrap_or(text);
    let source = Source::part_of(text, range);
    let mut uri = Uri::unread(text, given, source.clone(), profile);
    if uri.is_absent() {
        return uri;
    }
    let whole = source.clone().scrubbed();
    let separators = Separators::of(source.text());
    if let Ok((_, scheme)) = grammar::scheme(whole.text()) {
        let scheme = whole.part(scheme);
        uri.conn_type = conn_type(&scheme.text);
        uri.scheme = Some(scheme);
    }
    let follows = |scheme: &Part<'_>| {
        text.get(scheme.span.end() as usize..).is_some_and(|rest| rest.starts_with(SEPARATOR))
    };
    let own = usize::from(uri.scheme.as_ref().is_some_and(follows));
    uri.has_other_separator = separators.count > own;
    let eaten = separators.eaten(source.text(), &uri.lower_scheme());
    let eaten = eaten.as_slice();
    let rest = source.clone().without(eaten);
    // Airflow splits twice: the text as it is to get the scheme, then what is left of it. The
    // second time shows nothing new where only `scheme:` in front was taken away, or nothing.
    let is_plain = separators.count < 2 && eaten.iter().all(|range| range.start == 0);
    if !is_plain && let Some(failure) = separators.failure(&source, &whole, rest.text(), profile) {
        uri.failure = Some(failure);
        uri.split(whole, false);
        return uri;
    }
    uri.split(rest.scrubbed(), separators.count == 2);
    if uri.failure.is_none() && uri.query.is_some() {
        uri.failure = uri.extra_failure();
    }
    uri
}

impl<'a> Uri<'a> {
    fn unread(text: &'a str, given: &'a str, rest: Source<'a>, profile: Profile) -> Self {
        Self {
            text,
            given,
            profile,
            scheme: None,
            conn_type: Cow::Borrowed(""),
            protocol: None,
            authority: None,
            login: None,
            password: None,
            host: None,
            port: None,
            path: None,
            query: None,
            fragment: None,
            failure: None,
            extra: None,
            rest,
            query_range: 0..0,
            has_other_separator: false,
        }
    }

    /// Whether the text is empty and Airflow takes that as no URI at all: every field is `None`.
    pub fn is_absent(&self) -> bool {
        self.given.is_empty() && !self.profile.has(Quirk::EmptyUriIsParsed)
    }

    /// Whether a `://` stands elsewhere than behind the scheme.
    pub const fn has_other_separator(&self) -> bool {
        self.has_other_separator
    }

    /// The scheme as `urlsplit` gives it.
    fn lower_scheme(&self) -> Cow<'a, str> {
        self.scheme.as_ref().map_or(Cow::Borrowed(""), |scheme| lower_ascii(&scheme.text))
    }

    /// Fills in the parts that `urlsplit` finds in `source`.
    fn split(&mut self, source: Source<'a>, with_protocol: bool) {
        let url = grammar::url(source.text());
        let part = |slice: &str| source.part(slice);
        self.protocol = url.scheme.filter(|_| with_protocol).map(part);
        self.path = Some(url.path).filter(|path| !path.is_empty()).map(part);
        self.query = url.query.map(part);
        self.fragment = url.fragment.map(part);
        if let Some(text) = url.authority {
            let authority = grammar::authority(text);
            self.authority = Some(part(text));
            self.login = authority.login.map(part);
            self.password = authority.password.map(part);
            self.host = Some(authority.host).filter(|host| !host.is_empty()).map(part);
            self.port = authority.port.map(part);
            if self.failure.is_none() {
                self.failure = authority_failure(&source, text, authority, self.profile)
                    .or_else(|| port_failure(self.port.as_ref()?));
            }
        }
        let query = url.query.filter(|query| !query.is_empty());
        let query = query.map(|query| (nom::Offset::offset(source.text(), query), query.len()));
        self.rest = source;
        if let Some((start, len)) = query {
            self.query_range = start..start + len;
            self.extra = self.find_extra();
        }
    }

    /// The `key=value` pairs of the query in the order of the text, repeated keys included.
    ///
    /// Empty pieces (`a=1&&b=2`) are skipped, as Airflow skips them.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::read_uri;
    ///
    /// let uri = read_uri("http://h/?a=1&&b", Profile::NEWEST);
    /// let keys: Vec<_> = uri.pairs().map(|pair| pair.key.text).collect();
    /// assert_eq!(keys, ["a", "b"]);
    /// ```
    pub fn pairs(&self) -> impl Iterator<Item = QueryPair<'a>> + '_ {
        self.pair_slices().map(|pair| self.pair(pair))
    }

    /// The last `__extra__` pair: its value is the whole of `extra`, whatever else there is.
    pub fn extra_param(&self) -> Option<&QueryPair<'a>> {
        self.extra.as_ref().map(|(pair, _)| pair)
    }

    /// The value of that pair with its escapes read; empty where there is no `=`.
    pub fn extra_text(&self) -> Option<&str> {
        self.extra.as_ref().map(|(_, text)| &**text)
    }

    fn find_extra(&self) -> Option<(QueryPair<'a>, Cow<'a, str>)> {
        // Only an escape could make another text of another first letter into this key.
        let is_extra = |key: &str| key.starts_with(['_', '%']) && unquote_plus(key) == EXTRA_KEY;
        let last = self.pair_slices().filter(|&(key, _)| is_extra(key)).last()?;
        let pair = self.pair(last);
        let text = pair.value.clone().map_or(Cow::Borrowed(""), Part::into_decoded_plus);
        Some((pair, text))
    }

    /// The pairs as slices of the text that was split.
    fn pair_slices(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let mut rest = self.rest.text().get(self.query_range.clone());
        std::iter::from_fn(move || {
            loop {
                let (key, value, next) = grammar::pair(rest?);
                rest = next;
                if !key.is_empty() || value.is_some() {
                    return Some((key, value));
                }
            }
        })
    }

    fn pair(&self, (key, value): (&str, Option<&str>)) -> QueryPair<'a> {
        let part = |slice| self.rest.part(slice);
        QueryPair { key: part(key), value: value.map(part) }
    }

    /// The pairs that Python's `dict` keeps: of a repeated key the last value, at the first place.
    pub fn kept_pairs(&self) -> Vec<QueryPair<'a>> {
        let mut kept: Vec<QueryPair<'a>> = Vec::new();
        // Few keys are compared faster than hashed; many must not be compared each with each.
        let mut places: HashMap<String, usize> = HashMap::new();
        for pair in self.pairs() {
            let key = pair.key.decode_plus();
            let place = if kept.len() < FEW_PAIRS {
                kept.iter().position(|earlier| earlier.key.decode_plus() == key)
            } else {
                if places.is_empty() {
                    let keys = kept.iter().map(|earlier| earlier.key.decode_plus().into_owned());
                    places = keys.enumerate().map(|(place, key)| (key, place)).collect();
                }
                let next = kept.len();
                Some(*places.entry(key.into_owned()).or_insert(next))
            };
            match place.and_then(|place| kept.get_mut(place)) {
                Some(earlier) => *earlier = pair,
                None => kept.push(pair),
            }
        }
        kept
    }

    /// `login` as Airflow holds it.
    pub fn login_value(&self) -> Option<Cow<'_, str>> {
        self.login.as_ref().map(Part::decode)
    }

    /// `password` as Airflow holds it: the core class has no empty password.
    pub fn password_value(&self) -> Option<Cow<'_, str>> {
        let password = self.password.as_ref().map(Part::decode)?;
        let kept = !password.is_empty() || self.profile.has(Quirk::EmptyPasswordKept);
        kept.then_some(password)
    }

    /// `host` as Airflow holds it, with its protocol; empty where there is none.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::read_uri;
    ///
    /// for (uri, host) in [
    ///     ("x://My%2DHost", "my-Host"), // in lower case up to the first escape only
    ///     ("x://H%2Fp", "H/p"),
    ///     ("http://https://H", "https://h"),
    /// ] {
    ///     assert_eq!(read_uri(uri, Profile::NEWEST).host_value(), host);
    /// }
    /// ```
    pub fn host_value(&self) -> Cow<'_, str> {
        let Some(part) = &self.host else { return Cow::Borrowed("") };
        let mut host = host_name(&part.text);
        if host.contains('/') {
            // Airflow then starts again from the authority, without lower-casing it.
            let authority = self.authority.as_ref().map_or("", |authority| &*authority.text);
            let hostinfo = authority.rsplit_once('@').map_or(authority, |(_, hostinfo)| hostinfo);
            host = unquote(hostinfo.split_once(':').map_or(hostinfo, |(host, _)| host));
        }
        match &self.protocol {
            Some(protocol) if !host.is_empty() => {
                Cow::Owned(format!("{}{SEPARATOR}{host}", lower_ascii(&protocol.text)))
            }
            _ => host,
        }
    }

    /// `port` as Airflow holds it; `None` too where it raises because of the port.
    pub fn port_value(&self) -> Option<u16> {
        read_port(&self.port.as_ref()?.text).ok()?
    }

    /// `schema` as Airflow holds it: the path without its first character, whatever that is.
    pub fn schema_value(&self) -> Cow<'_, str> {
        let Some(path) = &self.path else { return Cow::Borrowed("") };
        let mut chars = path.text.chars();
        chars.next();
        unquote(chars.as_str())
    }

    /// `extra` as Airflow holds it: JSON text in Python's spacing, or what `__extra__` says.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::read_uri;
    ///
    /// let text = "http://h/?timeout=5&verify=false";
    /// let newest = read_uri(text, Profile::NEWEST);
    /// assert_eq!(newest.extra_value().unwrap(), r#"{"timeout": 5, "verify": false}"#);
    /// let older = read_uri(text, Profile::from_str_or_newest("2.10"));
    /// assert_eq!(older.extra_value().unwrap(), r#"{"timeout": "5", "verify": "false"}"#);
    /// ```
    pub fn extra_value(&self) -> Option<String> {
        self.query.as_ref().filter(|query| !query.text.is_empty())?;
        if let Some(extra) = self.extra_text() {
            return Some(extra.to_owned());
        }
        let typed = self.profile.has(Quirk::TypedQueryValues);
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        for pair in self.kept_pairs() {
            let key = PyText::from(pair.key.decode_plus().into_owned());
            let value = pair.decoded_value();
            let node = if typed { typed_value(&value) } else { None };
            match node {
                Some(node) => object.raw(&key, &dumps(&node)),
                None => object.text(&key, &PyText::from(&*value)),
            }
        }
        object.finish();
        Some(out)
    }

    /// The values that Airflow's `Connection` would hold, where it does not raise.
    pub fn connection(&self) -> Option<Connection<'_>> {
        Connection::of_uri(self)
    }

    /// What Airflow raises because of the query.
    fn extra_failure(&self) -> Option<Failure> {
        if let Some((pair, text)) = &self.extra {
            return extra_failure(text, self.profile, pair.value_span());
        }
        if !self.profile.has(Quirk::TypedQueryValues) {
            return None;
        }
        // Text that is not JSON stays text. The other exceptions of `json.loads` are not caught,
        // and it takes a long text to provoke them.
        let is_long = |length: usize| length >= MAX_DEPTH.min(MAX_INT_DIGITS);
        if !self.query.as_ref().is_some_and(|query| is_long(query.text.len())) {
            return None;
        }
        let kept = self.kept_pairs();
        kept.iter().find_map(|pair| {
            let error = connlint_json::parse(&pair.decoded_value()).err()?;
            uncaught(error.kind.exception()).map(|failure| failure.at(pair.value_span()))
        })
    }
}

impl std::fmt::Debug for Uri<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Uri")
            .field("profile", &self.profile)
            .field("scheme", &self.scheme)
            .field("protocol", &self.protocol)
            .field("authority", &self.authority)
            .field("login", &self.login)
            .field("password", &self.password)
            .field("host", &self.host)
            .field("port", &self.port)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("fragment", &self.fragment)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

/// What Airflow takes out of a text; it goes on with at most two `://`.
#[derive(Default)]
struct Eaten {
    count: usize,
    ranges: [Range<usize>; 2],
}

impl Eaten {
    fn as_slice(&self) -> &[Range<usize>] {
        self.ranges.get(..self.count).unwrap_or_default()
    }
}

/// The first three `://` of a text.
struct Separators {
    /// How many there are; 3 stands for more.
    count: usize,
    at: [usize; 3],
}

impl Separators {
    fn of(text: &str) -> Self {
        let mut found = Self { count: 0, at: [0; 3] };
        let bytes = text.as_bytes();
        let colons = memchr_iter(b':', bytes);
        let separators = colons
            .filter(|&at| bytes.get(at..).is_some_and(|b| b.starts_with(SEPARATOR.as_bytes())));
        for (place, at) in found.at.iter_mut().zip(separators) {
            *place = at;
            found.count += 1;
        }
        found
    }

    fn places(&self) -> &[usize] {
        self.at.get(..self.count).unwrap_or_default()
    }

    /// What Airflow's `uri.replace(f"{scheme}://", …)` takes away: `scheme:` where there is one
    /// separator, the `//` too where there are two.
    ///
    /// It takes away every occurrence, also at the end of a longer word.
    fn eaten(&self, text: &str, lower_scheme: &str) -> Eaten {
        let tail = if self.count == 2 { SEPARATOR.len() } else { ":".len() };
        let follows_scheme =
            |at: &usize| text.get(..*at).is_some_and(|before| before.ends_with(lower_scheme));
        let occurrences = self.places().iter().copied().filter(follows_scheme);
        let mut eaten = Eaten::default();
        for (range, at) in eaten.ranges.iter_mut().zip(occurrences) {
            *range = at - lower_scheme.len()..at + tail;
            eaten.count += 1;
        }
        eaten
    }

    /// What Airflow raises before it splits for the second time.
    fn failure(
        &self,
        given: &Source<'_>,
        whole: &Source<'_>,
        rest: &str,
        profile: Profile,
    ) -> Option<Failure> {
        let invalid = |kind: FailureKind, place: usize| {
            let at = self.at.get(place).copied()?;
            let span = given.span(given.text().get(at..at + SEPARATOR.len())?);
            Some(Failure { exception: Exception::AirflowException, kind, span })
        };
        if self.count > 2 {
            return invalid(FailureKind::TooManySeparators, 2);
        }
        if let Some(text) = grammar::url(whole.text()).authority
            && let Some(failure) = authority_failure(whole, text, grammar::authority(text), profile)
        {
            return Some(failure);
        }
        if self.count < 2 {
            return None;
        }
        let before = rest.split_once(SEPARATOR).map_or(rest, |(before, _)| before);
        before
            .contains(['@', ':'])
            .then(|| invalid(FailureKind::SeparatorBehindAuthority, 1))
            .flatten()
    }
}

/// `conn_type` of a scheme: `postgresql` is `postgres`, and a dash is an underscore.
fn conn_type<'a>(scheme: &Cow<'a, str>) -> Cow<'a, str> {
    let lower = lower_ascii(scheme);
    if lower == "postgresql" {
        Cow::Borrowed("postgres")
    } else if lower.contains('-') {
        Cow::Owned(lower.replace('-', "_"))
    } else {
        lower
    }
}

/// Lower case of a text that is ASCII already.
fn lower_ascii<'a>(text: &Cow<'a, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) if !text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            Cow::Borrowed(text)
        }
        _ => Cow::Owned(text.to_ascii_lowercase()),
    }
}

/// `unquote(SplitResult.hostname)`: in lower case up to the first `%`, which in an IPv6 address
/// begins the zone.
fn host_name(text: &str) -> Cow<'_, str> {
    let name_len = memchr(b'%', text.as_bytes()).unwrap_or(text.len());
    let (name, zone) = text.split_at(name_len);
    if !name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        return unquote(text);
    }
    let mut lower = name.to_lowercase();
    lower.push_str(zone);
    Cow::Owned(unquote(&lower).into_owned())
}

/// What `urlsplit` raises because of the authority.
fn authority_failure(
    source: &Source<'_>,
    text: &str,
    authority: Authority<'_>,
    profile: Profile,
) -> Option<Failure> {
    let fail = |kind: FailureKind, slice: &str| Failure {
        exception: Exception::ValueError,
        kind,
        span: source.span(slice),
    };
    if let Some(at) = memchr2(b'[', b']', text.as_bytes()) {
        if !(text.contains('[') && text.contains(']')) {
            let bracket = text.get(at..=at).unwrap_or(text);
            return Some(fail(FailureKind::UnbalancedBracket, bracket));
        }
        let loose = profile.has(Quirk::TextAroundBracketsIgnored);
        // The checks of CPython since CVE-2025-0938 look at what is behind the last "@".
        if let Some(Brackets { before, after }) = authority.brackets.filter(|_| !loose)
            && let Some(text) = [before, after].into_iter().find(|text| !text.is_empty())
        {
            return Some(fail(FailureKind::TextAroundBrackets, text));
        }
        let host = if loose { first_bracketed(text) } else { authority.host };
        if let Some(kind) = bracketed_host_failure(host) {
            return Some(fail(kind, host));
        }
    }
    nfkc_delimiter(text).map(|char| fail(FailureKind::NormalisesToDelimiter, char))
}

/// What stands between the first `[` of an authority and the `]` behind it.
pub(crate) fn first_bracketed(authority: &str) -> &str {
    let inside = authority.split_once('[').map_or("", |(_, inside)| inside);
    inside.split_once(']').map_or(inside, |(host, _)| host)
}

/// What `urllib.parse._check_bracketed_host` finds wrong.
///
/// bracketed-host = "v" 1*HEXDIG "." 1*any / IPv6 address [ "%" zone ]
fn bracketed_host_failure(host: &str) -> Option<FailureKind> {
    if let Some(future) = host.strip_prefix('v') {
        let is_future = future.split_once('.').is_some_and(|(version, address)| {
            !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !address.is_empty()
        });
        return (!is_future).then_some(FailureKind::BadFutureAddress);
    }
    match ip_address(host) {
        Some(IpAddr::V6(_)) => None,
        Some(IpAddr::V4(_)) => Some(FailureKind::Ipv4InBrackets),
        None => Some(FailureKind::NotAnAddress),
    }
}

/// Python's `ipaddress.ip_address`: an IPv6 address may have a zone, which is not empty and has
/// no second `%`.
fn ip_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(IpAddr::V4(address));
    }
    let address = match text.split_once('%') {
        None => text,
        Some((_, zone)) if zone.is_empty() || zone.contains('%') => return None,
        Some((address, _)) => address,
    };
    address.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

/// What of an authority becomes one of `/?#@:` under NFKC: the character that does, or the whole
/// where no character does alone.
fn nfkc_delimiter(authority: &str) -> Option<&str> {
    if authority.is_ascii() {
        return None;
    }
    let is_delimiter = |char: char| matches!(char, '/' | '?' | '#' | '@' | ':');
    let is_other = |char: &char| !matches!(char, '@' | ':' | '#' | '?');
    authority.chars().filter(is_other).nfkc().any(is_delimiter).then(|| {
        let mut chars = authority.char_indices();
        let alone = chars
            .find(|&(_, char)| !char.is_ascii() && [char].into_iter().nfkc().any(is_delimiter));
        alone.and_then(|(at, char)| authority.get(at..at + char.len_utf8())).unwrap_or(authority)
    })
}

/// What `SplitResult.port` raises.
fn port_failure(port: &Part<'_>) -> Option<Failure> {
    let kind = read_port(&port.text).err()?;
    Some(Failure { exception: Exception::ValueError, kind, span: port.span })
}

/// port = *DIGIT      ; ASCII, 0-65535; empty is no port
fn read_port(text: &str) -> Result<Option<u16>, FailureKind> {
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FailureKind::PortNotANumber);
    }
    if text.len() > MAX_INT_DIGITS {
        return Err(FailureKind::TooManyDigits);
    }
    text.parse().map(Some).map_err(|_| FailureKind::PortOutOfRange)
}

/// What cores with [`Quirk::TypedQueryValues`] make of the decoded value of a query key: its JSON,
/// where it is any.
///
/// ```
/// use connlint_parser::typed_value;
///
/// assert!(typed_value("5").is_some());
/// assert!(typed_value("require").is_none());
/// ```
pub fn typed_value(text: &str) -> Option<Node<'_>> {
    let first = text.bytes().find(|byte| !byte.is_ascii_whitespace())?;
    let begins_json =
        matches!(first, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'N' | b'I');
    begins_json.then(|| connlint_json::parse(text).ok()).flatten()
}

/// What Airflow raises because of an `extra`, which stands at `span`.
///
/// The core class of Airflow 3 takes JSON objects only. Older ones warn, but read it with
/// `json.loads` too and do not catch what that raises besides `JSONDecodeError`.
pub(crate) fn extra_failure(extra: &str, profile: Profile, span: Span<Decoded>) -> Option<Failure> {
    if extra.is_empty() || profile.implementation != Implementation::Core {
        return None;
    }
    let must_be_object = profile.has(Quirk::ExtraMustBeObject);
    let kind = match connlint_json::is_object(extra) {
        Ok(true) => return None,
        Ok(false) => FailureKind::ExtraNotAnObject,
        Err(error) => match uncaught(error.kind.exception()) {
            Some(failure) => return Some(failure.at(span)),
            None => FailureKind::ExtraNotJson,
        },
    };
    must_be_object.then_some(Failure { exception: Exception::ValueError, kind, span })
}

/// An exception of `json.loads` that Airflow lets pass.
struct Uncaught(Exception, FailureKind);

impl Uncaught {
    const fn at(&self, span: Span<Decoded>) -> Failure {
        Failure { exception: self.0, kind: self.1, span }
    }
}

const fn uncaught(exception: JsonException) -> Option<Uncaught> {
    match exception {
        JsonException::JsonDecodeError => None,
        JsonException::ValueError => {
            Some(Uncaught(Exception::ValueError, FailureKind::TooManyDigits))
        }
        JsonException::RecursionError => {
            Some(Uncaught(Exception::RecursionError, FailureKind::TooDeep))
        }
    }
}
