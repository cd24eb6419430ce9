//! Which parts of a URI are certainly no secret.

use connlint_text::{Decoded, Span};
use memchr::{memchr, memchr_iter, memchr2, memmem};

use crate::{Part, Uri};

impl Uri<'_> {
    /// The parts of the text that are public beyond doubt, in order.
    ///
    /// What Airflow takes for a host may be the rest of a password with a `/` in it, so the
    /// answer is short where anything is odd: nothing but the scheme where Airflow raises or an
    /// `@` stands behind the authority, and not even that where the text only might be a URI.
    /// Password, values of the query and fragment are never public; nor is a login on its own,
    /// which may be a token.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::read_uri;
    ///
    /// let text = "postgres://app:s3cr3t@db:5432/app?sslmode=require";
    /// let public = read_uri(text, Profile::NEWEST).disclosure();
    /// let public: Vec<_> = public.iter().map(|span| span.of(text)).collect();
    /// assert_eq!(public, ["postgres://app:", "@db:5432/app?sslmode="]);
    /// ```
    pub fn disclosure(&self) -> Vec<Span<Decoded>> {
        let mut public = Shown(self.text, Vec::new());
        let Some(after_scheme) = self.disclose_scheme(&mut public) else { return Vec::new() };
        let (Some(authority), None) = (&self.authority, &self.failure) else {
            return public.joined();
        };
        let behind = self.text.get(authority.span.end() as usize..).unwrap_or_default();
        // Where something was taken out of the middle, the text is not what it looks like.
        let is_plain = authority.span.start() >= after_scheme && self.is_one_slice();
        if !is_plain || memchr(b'@', behind.as_bytes()).is_some() {
            return public.joined();
        }
        if let Some(protocol) = &self.protocol {
            public.part(protocol);
        }
        public.delimiter_before(authority, "://");
        self.disclose_authority(authority, &mut public);
        let is_plain = |path: &&Part<'_>| {
            has_no_hidden_delimiter(path) && memchr(b':', path.text.as_bytes()).is_none()
        };
        if let Some(path) = self.path.as_ref().filter(is_plain) {
            public.part(path);
        }
        if let Some(query) = &self.query {
            public.delimiter_before(query, "?");
            self.disclose_keys(query, &mut public);
        }
        public.joined()
    }

    /// Shows a leading `letters://`; gives the offset behind it.
    ///
    /// `my_type://` has no scheme in Airflow's eyes; the letters of `user:pass` are a login.
    fn disclose_scheme(&self, public: &mut Shown<'_>) -> Option<u32> {
        let scheme = self.scheme.as_ref()?;
        let end = scheme.span.end() as usize;
        self.text.get(end..)?.starts_with("://").then_some(())?;
        let end = scheme.span.end() + 3;
        public.1.push(Span::new(scheme.span.start(), end));
        Some(end)
    }

    fn disclose_authority(&self, authority: &Part<'_>, public: &mut Shown<'_>) {
        let has_one_at = memchr_iter(b'@', authority.text.as_bytes()).count() == 1;
        let password = self.password.as_ref().filter(|password| !password.text.is_empty());
        if let (Some(login), Some(password), true) = (&self.login, password, has_one_at) {
            public.part(login);
            public.delimiter_before(password, ":");
        }
        if let Some(login) = &self.login {
            let end = self.password.as_ref().unwrap_or(login).span.end();
            public.1.push(Span::new(end, end + 1));
        }
        if let Some(host) = self.host.as_ref().filter(|host| has_no_hidden_delimiter(host)) {
            public.part(host);
            if let Some(port) = &self.port {
                public.delimiter_before(port, ":");
                public.part(port);
            }
        }
    }

    fn disclose_keys(&self, query: &Part<'_>, public: &mut Shown<'_>) {
        if !has_no_hidden_at(query) {
            return;
        }
        for pair in self.pairs() {
            if is_identifier(&pair.key.text) && pair.value.is_some() {
                public.part(&pair.key);
            }
            if let Some(value) = &pair.value {
                public.delimiter_before(value, "=");
            }
        }
        for at in memchr_iter(b'&', query.text.as_bytes()) {
            public.1.push(query.place(at..at + 1));
        }
    }

    /// Whether every part stands in the text as it is.
    fn is_one_slice(&self) -> bool {
        let parts = [&self.authority, &self.path, &self.query];
        parts.into_iter().flatten().all(|part| part.span.of(self.text) == part.text)
    }
}

/// Spans of a text that are shown.
struct Shown<'t>(&'t str, Vec<Span<Decoded>>);

impl Shown<'_> {
    fn part(&mut self, part: &Part<'_>) {
        self.1.push(part.span);
    }

    /// Shows `delimiter` in front of `part`, or as much of its end as stands there.
    fn delimiter_before(&mut self, part: &Part<'_>, delimiter: &str) {
        let before = self.0.get(..part.span.start() as usize).unwrap_or_default();
        let tails = (0..delimiter.len()).filter_map(|at| delimiter.get(at..));
        let tail = tails.into_iter().find(|tail| before.ends_with(tail)).unwrap_or_default();
        let start = before.len() - tail.len();
        self.1.push(Span::from_range(start..before.len()));
    }

    /// The spans in order, neighbours joined.
    fn joined(mut self) -> Vec<Span<Decoded>> {
        self.1.retain(|span| !span.is_empty());
        self.1.sort_unstable();
        let mut joined: Vec<Span<Decoded>> = Vec::with_capacity(self.1.len());
        for span in self.1 {
            match joined.last_mut() {
                Some(last) if last.end() >= span.start() => *last = last.join(span),
                _ => joined.push(span),
            }
        }
        joined
    }
}

/// An escaped `@` may end the userinfo of a URL that is hidden in a part; an escaped `#` or `?` may
/// stand in the rest of a password that became one, as may the signs of a query.
fn has_no_hidden_delimiter(part: &Part<'_>) -> bool {
    has_no_hidden_at(part)
        && memchr2(b'=', b'&', part.text.as_bytes()).is_none()
        && ["%23", "%3F", "%3f"]
            .iter()
            .all(|escape| memmem::find(part.text.as_bytes(), escape.as_bytes()).is_none())
}

fn has_no_hidden_at(part: &Part<'_>) -> bool {
    memchr(b'@', part.text.as_bytes()).is_none()
        && memmem::find(part.text.as_bytes(), b"%40").is_none()
}

/// identifier = ( ALPHA / "_" ) *( ALPHA / DIGIT / "_" / "." / "-" )
fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use connlint_catalog::Profile;

    use crate::read_uri;

    #[test]
    fn only_what_is_beyond_doubt() {
        for (text, view) in [
            ("x://u:p@h:1/d?k=v&l=w#f", "x://u:****@h:1/d?k=****&l=****"),
            ("x://h/d", "x://h/d"),
            ("x://h:1", "x://h:1"),
            ("x://u@h/d", "x://****@h/d"), // a login alone may be a token
            ("x://u:@h", "x://****@h"),    // with an empty password too
            ("x://:p@h", "x://:****@h"),
            ("x://u:p@q@h", "x://****@h"), // an unencoded `@`: who knows
            ("x://u:p/q@h", "x://****"),   // Airflow raises
            ("x://u:1/q@h", "x://****"),   // it does not, and the password is in the path
            ("x://u:1?q@h", "x://****"),
            ("x://u:1#q@h", "x://****"),
            ("x://h/?a=b@c", "x://****"),
            ("x://h/?a=b%40c&d=e", "x://h/?****"),
            ("x://http%3A%2F%2Fu%3Ap%40h:1/d", "x://****/d"),
            ("x://h/a%40b", "x://h****"),
            ("x://h%23s3cr3t/d", "x://****/d"), // a fragment that somebody encoded
            ("x://h/a%3fb", "x://h****"),
            ("x://h/u:s3cr3t", "x://h****"), // what is left where the `@` was cut off
            ("x://h&password=s3cr3t/d", "x://****/d"),
            ("x://h/d&password=s3cr3t", "x://h****"), // a query without its `?`
            ("x://h/?s3cr3t", "x://h/?****"),
            ("x://h/?a%20b=c", "x://h/?****=****"),
            ("http://https://u:p@h/d", "http://https://u:****@h/d"),
            ("x://u:p@h:99999", "x://****"),
            ("x://u:p\tq@h", "x://****"),
            ("user:pass@h", "****"),
            ("my_type://h", "****"),
            ("//u:p@h", "****"),
            ("{\"a\": 1}", "****"),
            ("s3cr3t", "****"),
            ("X://h/D", "X://h/D"),
        ] {
            let mut seen = String::new();
            let mut at = 0;
            let spans = read_uri(text, Profile::NEWEST).disclosure();
            for span in spans {
                if at < span.start() {
                    seen.push_str("****");
                }
                at = span.end();
                seen.push_str(span.of(text));
            }
            if (at as usize) < text.len() {
                seen.push_str("****");
            }
            assert_eq!(seen, view, "{text}");
        }
    }
}
