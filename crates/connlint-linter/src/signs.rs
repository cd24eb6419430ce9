//! What shows at a glance that a rule could have something to say about a site.

use connlint_hosts::{Consumer, Document, HostFormat, Role, Site};
use connlint_parser::{Reading, Uri};

use crate::ConnectionCx;

macro_rules! signs {
    ($($(#[doc = $doc:literal])+ $name:ident),* $(,)?) => {
        /// A sign of something that a rule looks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Sign { $($(#[doc = $doc])+ $name),* }

        impl Sign {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

signs! {
    /// Every site has it.
    Always,
    /// A `%`.
    Percent,
    /// One of the three signs that are quotes somewhere.
    Quote,
    /// A `$`, `\` or `#`, which some reader takes for more than itself.
    Escape,
    /// White space or a control character.
    Space,
    /// A character that is not ASCII.
    NotAscii,
    /// A `<`.
    Angle,
    /// A value that is empty, or longer than some readers take.
    Extreme,
    /// A name of other characters than letters, digits and `_`.
    OddName,
    /// A file that a shell reads.
    Shell,
    /// It is neither a connection nor a variable.
    Setting,
    /// It does not stand in a `.env` file.
    Host,
    /// Airflow raises.
    Failure,
    /// A URI without a scheme.
    NoScheme,
    /// A `://` elsewhere than behind the scheme.
    Separator,
    /// An `@` elsewhere than once in the authority.
    At,
    /// A query with several keys.
    Pairs,
    /// The key `__extra__` in a query.
    Extra,
    /// A type that the catalogue does not know by this name, or none that Airflow takes, or one of a
    /// provider whose release is known.
    UnknownType,
}

/// The length in bytes from which a value is [`Sign::Extreme`].
const LONG: u32 = 50_000;

/// A set of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signs(u32);

impl Signs {
    /// What every site has.
    pub const ALWAYS: Self = Self::of(&[Sign::Always]);

    /// The set of these.
    pub const fn of(signs: &[Sign]) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < signs.len() {
            set |= 1 << signs[at] as u32;
            at += 1;
        }
        Self(set)
    }

    /// Whether there is one that both have.
    pub const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn note(&mut self, sign: Sign, is_there: bool) {
        self.0 |= u32::from(is_there) << sign as u32;
    }

    /// The signs of a site, and of the whole entry around it.
    ///
    /// A rule that names signs looks where one of them is, and finds nothing elsewhere.
    pub(crate) fn of_site(
        document: &Document<'_>,
        site: &Site<'_>,
        reading: Option<&Reading<'_>>,
        connection: Option<&ConnectionCx<'_>>,
    ) -> Self {
        let mut signs = Self::ALWAYS;
        let is_alone = document.format == HostFormat::Dotenv;
        signs.note_bytes(if is_alone {
            to_line_end(document.text, site)
        } else {
            site.span.join(site.value_span).of(document.text)
        });
        if !site.value.map().is_verbatim() {
            signs.note_bytes(site.value.text());
        }
        let is_extreme = site.value_span.is_empty() || site.value_span.len() > LONG;
        signs.note(Sign::Extreme, is_extreme);
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        signs.note(
            Sign::OddName,
            !site.name.text.bytes().fold(true, |all, byte| all & is_name(byte)),
        );
        signs.note(Sign::Shell, document.consumer == Consumer::Shell);
        signs.note(Sign::Setting, !matches!(site.role, Role::Connection | Role::Variable));
        signs.note(Sign::Host, document.format != HostFormat::Dotenv);
        match reading {
            Some(Reading::Uri(uri)) => signs.note_uri(uri),
            _ => signs.note(Sign::Failure, reading.is_none_or(|it| it.failure().is_some())),
        }
        // What a release of a provider has and lacks is for the rule to say.
        let is_known = connection.is_some_and(|it| it.has_own_type() && it.release.is_none());
        signs.note(Sign::UnknownType, !is_known);
        signs
    }

    fn note_bytes(&mut self, text: &str) {
        // One look at each byte, several at a time: no branch, and no index.
        let is = |byte: u8, sign: u8| u8::from(byte == sign);
        let [mut percent, mut quote, mut escape, mut space, mut not_ascii, mut angle] = [0; 6];
        for &byte in text.as_bytes() {
            percent |= is(byte, b'%');
            quote |= is(byte, b'"') | is(byte, b'\'') | is(byte, b'`');
            escape |= is(byte, b'$') | is(byte, b'\\') | is(byte, b'#');
            space |= u8::from(byte <= b' ') | is(byte, 0x7f);
            not_ascii |= byte & 0x80;
            angle |= is(byte, b'<');
        }
        self.note(Sign::Percent, percent != 0);
        self.note(Sign::Quote, quote != 0);
        self.note(Sign::Escape, escape != 0);
        self.note(Sign::Space, space != 0);
        self.note(Sign::NotAscii, not_ascii != 0);
        self.note(Sign::Angle, angle != 0);
    }

    fn note_uri(&mut self, uri: &Uri<'_>) {
        let text = uri.text.as_bytes();
        self.note(Sign::Failure, uri.failure.is_some());
        self.note(Sign::NoScheme, uri.scheme.is_none());
        self.note(Sign::Separator, uri.has_other_separator());
        let at = |from: usize| memchr::memchr(b'@', text.get(from..)?).map(|at| from + at);
        let authority = uri.authority.as_ref().map_or(0..0, |authority| authority.span.range());
        let is_odd = |first: usize| !authority.contains(&first) || at(first + 1).is_some();
        self.note(Sign::At, at(0).is_some_and(is_odd));
        let query = uri.query.as_ref().map_or("", |query| &query.text);
        self.note(Sign::Pairs, memchr::memchr(b'&', query.as_bytes()).is_some());
        self.note(Sign::Extra, uri.extra_param().is_some());
    }
}

/// A site with what stands behind it on its last line.
pub(crate) fn to_line_end<'t>(text: &'t str, site: &Site<'_>) -> &'t str {
    let range = site.span.join(site.value_span).range();
    let behind = text.as_bytes().get(range.end..).unwrap_or_default();
    let len = memchr::memchr(b'\n', behind).unwrap_or(behind.len());
    text.get(range.start..range.end + len).unwrap_or_default()
}
