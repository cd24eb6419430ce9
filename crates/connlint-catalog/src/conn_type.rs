use std::fmt;

use crate::generated::{CONN_TYPES, LABELS, REMOVED_TYPES, SCHEME_ALIASES, TYPE_HINTS};
use crate::{JsonTypes, Scalar, compare_releases, is_sensitive_name, nearest};

/// A connection type of an official provider.
///
/// ```
/// use connlint_catalog::{Field, conn_type};
///
/// let snowflake = conn_type("snowflake").unwrap();
/// assert_eq!(snowflake.package, Some("apache-airflow-providers-snowflake"));
/// assert!(snowflake.hidden_fields.contains(Field::Port));
/// assert!(snowflake.extra("account").is_some());
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ConnType {
    /// The `conn_type`.
    pub name: &'static str,
    /// The same as the scheme of a URI, which cannot hold `_`.
    pub uri_scheme: &'static str,
    /// Other schemes that Airflow turns into this type.
    pub uri_scheme_aliases: &'static [&'static str],
    /// The distribution that declares it; `None` for the two types of core.
    pub package: Option<&'static str>,
    /// What the connection form calls it, such as "Amazon Web Services".
    pub hook_name: &'static str,
    /// The class that reads it.
    pub hook_class: Option<&'static str>,
    /// Whether the package still exists.
    pub status: Status,
    /// Whether a person read the hook; otherwise the facts were extracted only.
    pub hand_checked: bool,
    /// The first release of the package that has the type, where not all have it.
    pub since: Option<&'static str>,
    /// The connection ids that hooks of this type look for by default.
    pub default_conn_ids: &'static [&'static str],
    /// The fields that the form hides. Hidden does not mean ignored.
    pub hidden_fields: Fields,
    /// The fields that the code of the provider reads.
    pub fields_read: Fields,
    /// What the form calls a field.
    pub relabeling: &'static [(Field, &'static str)],
    /// What the login means, where it is no user name.
    pub login_is: Option<&'static str>,
    /// What the password means, where it is no password.
    pub password_is: Option<&'static str>,
    /// What the schema means.
    pub schema_is: Option<&'static str>,
    /// What the host may look like.
    pub host: Host,
    /// The port that is used where none is given.
    pub default_port: Option<DefaultPort>,
    /// Default ports that depend on an `extra`: the condition in words, and the port.
    pub default_ports_by: &'static [(&'static str, u16)],
    /// What must be given.
    pub required: &'static [Required],
    /// The keys of `extra` that are known, sorted by name.
    pub extras: &'static [Extra],
    /// Lists of keys of which at most one may be given.
    pub exclusive_extras: &'static [&'static [&'static str]],
    /// What happens with keys that are not known.
    pub arbitrary_extras: ArbitraryExtras,
    /// Why `arbitrary_extras` is what it is.
    pub arbitrary_note: Option<&'static str>,
    /// The library that gets the other keys.
    pub driver: Option<Driver>,
    /// Known keys that the hook keeps from the driver.
    pub ignored_by_driver: &'static [&'static str],
    /// Whether the case of a key does not matter.
    pub case_insensitive_extras: bool,
    /// Whether the hook raises for every key it does not know.
    pub unknown_extras_raise: bool,
    /// Wrong keys people write, and the right key (or words that say what to do).
    pub common_mistakes: &'static [(&'static str, &'static str)],
    /// Other values of `conn_type` that the hooks accept, or reject with a clear message.
    pub tolerated_conn_types: &'static [(&'static str, &'static str)],
    /// Keys that other hooks of the package read: no evidence for this type, but no typos either.
    pub other_keys_in_package: &'static [&'static str],
    /// Whether the code still reads `extra__<conn_type>__<key>`; `None` where nobody looked.
    pub legacy_prefix_supported: Option<bool>,
    /// Types whose prefix is read besides its own.
    pub legacy_prefix_other_types: &'static [&'static str],
}

impl ConnType {
    /// What the generated tables start from, so that they hold only what differs.
    pub(crate) const EMPTY: Self = Self {
        name: "",
        uri_scheme: "",
        uri_scheme_aliases: &[],
        package: None,
        hook_name: "",
        hook_class: None,
        status: Status::Current,
        hand_checked: false,
        since: None,
        default_conn_ids: &[],
        hidden_fields: Fields::NONE,
        fields_read: Fields::NONE,
        relabeling: &[],
        login_is: None,
        password_is: None,
        schema_is: None,
        host: Host::EMPTY,
        default_port: None,
        default_ports_by: &[],
        required: &[],
        extras: &[],
        exclusive_extras: &[],
        arbitrary_extras: ArbitraryExtras::No,
        arbitrary_note: None,
        driver: None,
        ignored_by_driver: &[],
        case_insensitive_extras: false,
        unknown_extras_raise: false,
        common_mistakes: &[],
        tolerated_conn_types: &[],
        other_keys_in_package: &[],
        legacy_prefix_supported: None,
        legacy_prefix_other_types: &[],
    };

    /// Whether a release of the package is known not to have the type yet.
    ///
    /// ```
    /// use connlint_catalog::conn_type;
    ///
    /// let msgraph = conn_type("msgraph").unwrap();
    /// assert!(msgraph.is_newer_than("5.0.0") && !msgraph.is_newer_than("12.0.0"));
    /// assert!(!conn_type("postgres").unwrap().is_newer_than("1.0.0"));
    /// ```
    pub fn is_newer_than(&self, release: &str) -> bool {
        self.since.is_some_and(|since| compare_releases(release, since).is_lt())
    }

    /// The key of that name, written as it must be.
    ///
    /// Case matters, except for the types whose hook folds it.
    ///
    /// ```
    /// use connlint_catalog::conn_type;
    ///
    /// let aws = conn_type("aws").unwrap();
    /// assert!(aws.extra("aws_secret_access_key").unwrap().sensitive);
    /// assert!(aws.extra("region").is_none());
    /// ```
    pub fn extra(&self, name: &str) -> Option<&'static Extra> {
        let extras = self.extras;
        if let Ok(index) = extras.binary_search_by_key(&name, |extra| extra.name) {
            return extras.get(index);
        }
        let folds = self.case_insensitive_extras;
        extras.iter().find(|extra| folds && extra.name.eq_ignore_ascii_case(name))
    }

    /// Whether the value of that key may be shown: the key is known, and neither its name nor
    /// anything known about it speaks of a secret.
    ///
    /// Says nothing about what is nested in an object: ask about each key inside, too.
    ///
    /// ```
    /// use connlint_catalog::conn_type;
    ///
    /// let gcp = conn_type("google_cloud_platform").unwrap();
    /// assert!(gcp.extra_is_public("project"));
    /// assert!(!gcp.extra_is_public("keyfile_dict"));
    /// assert!(!gcp.extra_is_public("no_such_key"));
    /// ```
    pub fn extra_is_public(&self, name: &str) -> bool {
        self.extra(name).is_some_and(|extra| !extra.may_be_secret()) && !is_sensitive_name(name)
    }

    /// What is known of a key, from the most to the least certain.
    ///
    /// ```
    /// use connlint_catalog::{Standing, conn_type};
    ///
    /// let postgres = conn_type("postgres").unwrap();
    /// assert!(matches!(postgres.standing("sslmode"), Standing::Known(_)));
    /// assert_eq!(postgres.standing("application_name"), Standing::Driver);
    /// assert_eq!(postgres.standing("ssl_mode"), Standing::Unknown);
    ///
    /// let gcp = conn_type("gcpbigquery").unwrap();
    /// let prefixed = gcp.standing("extra__google_cloud_platform__project");
    /// assert_eq!(prefixed, Standing::LegacyPrefix { key_at: 30 });
    /// ```
    pub fn standing(&self, name: &str) -> Standing {
        if let Some(extra) = self.extra(name) {
            return Standing::Known(extra);
        }
        if self.driver.is_some_and(|driver| driver.takes(name)) {
            return Standing::Driver;
        }
        if let Some(key_at) = self.legacy_key_at(name) {
            return Standing::LegacyPrefix { key_at };
        }
        if self.other_keys_in_package.binary_search(&name).is_ok() {
            return Standing::OtherKeyOfPackage;
        }
        Standing::Unknown
    }

    /// Where the short key begins in `extra__<conn_type>__<key>`.
    fn legacy_key_at(&self, name: &str) -> Option<usize> {
        let rest = name.strip_prefix("extra__")?;
        let own = std::iter::once(self.name);
        own.chain(self.legacy_prefix_other_types.iter().copied()).find_map(|prefix| {
            let key = rest.strip_prefix(prefix)?.strip_prefix("__")?;
            (!key.is_empty()).then(|| name.len() - key.len())
        })
    }

    /// What was probably meant by a key that is not known, or has to be used instead of one that is
    /// no longer read.
    ///
    /// ```
    /// use connlint_catalog::{ExtraSuggestion, conn_type};
    ///
    /// let aws = conn_type("aws").unwrap();
    /// assert_eq!(aws.suggest_extra("region"), Some(ExtraSuggestion::Key("region_name")));
    /// assert_eq!(aws.suggest_extra("regoin_name"), Some(ExtraSuggestion::Key("region_name")));
    /// assert_eq!(aws.suggest_extra("region_name"), None);
    ///
    /// let slack = conn_type("slack").unwrap();
    /// assert_eq!(slack.suggest_extra("token"), Some(ExtraSuggestion::Advice("the password field")));
    /// ```
    pub fn suggest_extra(&self, name: &str) -> Option<ExtraSuggestion> {
        let mistake = self.common_mistakes.binary_search_by_key(&name, |&(wrong, _)| wrong);
        if let Some(&(_, right)) = mistake.ok().and_then(|index| self.common_mistakes.get(index)) {
            let is_key = !matches!(self.standing(right), Standing::Unknown);
            return Some(if is_key {
                ExtraSuggestion::Key(right)
            } else {
                ExtraSuggestion::Advice(right)
            });
        }
        match self.standing(name) {
            Standing::Unknown => {}
            Standing::Known(extra) => return extra.replaced_by.map(ExtraSuggestion::Key),
            Standing::Driver | Standing::LegacyPrefix { .. } | Standing::OtherKeyOfPackage => {
                return None;
            }
        }
        let extras = self.extras.iter().filter(|extra| !extra.removed).map(|extra| extra.name);
        let keywords = self.driver.map_or(&[][..], |driver| driver.keywords).iter().copied();
        nearest(name, extras.chain(keywords)).map(ExtraSuggestion::Key)
    }

    /// What the form calls a field, where it has a name of its own.
    ///
    /// ```
    /// use connlint_catalog::{Field, conn_type};
    /// assert_eq!(conn_type("postgres").unwrap().label(Field::Schema), Some("Database"));
    /// ```
    pub fn label(&self, field: Field) -> Option<&'static str> {
        self.relabeling.iter().find(|(of, _)| *of == field).map(|&(_, label)| label)
    }
}

/// What is known of a key of `extra`; see [`ConnType::standing`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing {
    /// It is in the catalogue.
    Known(&'static Extra),
    /// The driver takes it.
    Driver,
    /// It is spelt `extra__<conn_type>__<key>`, and the key begins at that byte.
    LegacyPrefix {
        /// Where the key begins.
        key_at: usize,
    },
    /// Another hook of the same package reads it.
    OtherKeyOfPackage,
    /// Nobody is known to read it. What that means, [`ConnType::arbitrary_extras`] says.
    Unknown,
}

/// What to write instead of a wrong key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtraSuggestion {
    /// Another key.
    Key(&'static str),
    /// Something that is no key, in words.
    Advice(&'static str),
}

/// Whether the package of a type still exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It does.
    Current,
    /// It gets no releases any more; the type is the one of its last.
    RetiredPackage,
}

/// A field of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Field {
    /// `host`
    Host,
    /// `login`
    Login,
    /// `password`
    Password,
    /// `schema`
    Schema,
    /// `port`
    Port,
    /// `extra`
    Extra,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Host, Self::Login, Self::Password, Self::Schema, Self::Port, Self::Extra];

    /// The name Airflow gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Login => "login",
            Self::Password => "password",
            Self::Schema => "schema",
            Self::Port => "port",
            Self::Extra => "extra",
        }
    }
}

/// A set of fields.
///
/// ```
/// use connlint_catalog::{Field, Fields};
/// let fields = Fields::of(&[Field::Port, Field::Host]);
/// assert!(fields.contains(Field::Host) && !fields.contains(Field::Login));
/// assert_eq!(fields.iter().collect::<Vec<_>>(), [Field::Host, Field::Port]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Fields(u8);

impl Fields {
    /// No field.
    pub const NONE: Self = Self(0);

    /// These fields.
    pub const fn of(mut fields: &[Field]) -> Self {
        let mut bits = 0;
        while let [first, rest @ ..] = fields {
            bits |= 1 << *first as u8;
            fields = rest;
        }
        Self(bits)
    }

    /// Whether the field is one of them.
    pub const fn contains(self, field: Field) -> bool {
        self.0 & (1 << field as u8) != 0
    }

    /// The fields, in the order of [`Field::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(move |&field| self.contains(field))
    }
}

/// What the host of a connection may look like.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Host {
    /// The host that is used where none is given.
    pub default: Option<&'static str>,
    /// Whether it may begin with a protocol and `://`; `None` where nobody looked.
    pub may_have_protocol: Option<bool>,
    /// The protocols it may begin with.
    pub protocols: &'static [&'static str],
    /// Values that are no host but mean something.
    pub bare_values: &'static [&'static str],
    /// What else there is to know.
    pub note: Option<&'static str>,
}

impl Host {
    pub(crate) const EMPTY: Self = Self {
        default: None,
        may_have_protocol: None,
        protocols: &[],
        bare_values: &[],
        note: None,
    };
}

/// A port that is used where none is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultPort {
    /// The port.
    pub port: u16,
    /// Who fills it in.
    pub by: DefaultPortBy,
}

/// Who fills in a default port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultPortBy {
    /// The hook.
    Hook,
    /// The client library.
    Driver,
    /// Nobody: a missing port is a fault.
    Convention,
}

/// Something that must be given.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Required {
    /// What, in words: `host`, `extra.region_name`, `login and password, or extra auth=jwt`.
    pub what: &'static str,
    /// Who complains: `hook raises`, `driver`, `driver raises`, `service`.
    pub enforced_by: &'static str,
    /// The complaint.
    pub message: Option<&'static str>,
    /// When it must be given, in words; `None` for always.
    pub when: Option<&'static str>,
}

impl Required {
    pub(crate) const EMPTY: Self = Self { what: "", enforced_by: "", message: None, when: None };

    /// The one field that is meant, where it is one field without further conditions.
    ///
    /// ```
    /// use connlint_catalog::{Field, conn_type};
    /// let docker = conn_type("docker").unwrap();
    /// assert!(docker.required.iter().any(|required| required.field() == Some(Field::Login)));
    /// ```
    pub fn field(&self) -> Option<Field> {
        let field = Field::ALL.into_iter().find(|field| field.name() == self.what);
        field.filter(|_| self.when.is_none())
    }

    /// The one key of `extra` that is meant, where it is one key without further conditions.
    ///
    /// ```
    /// use connlint_catalog::conn_type;
    /// let kafka = conn_type("kafka").unwrap();
    /// assert_eq!(kafka.required[0].extra(), Some("bootstrap.servers"));
    /// ```
    pub fn extra(&self) -> Option<&'static str> {
        let quoted = || self.what.strip_prefix("extra['").and_then(|rest| rest.strip_suffix("']"));
        let key = self.what.strip_prefix("extra.").or_else(quoted);
        key.filter(|key| self.when.is_none() && !key.contains(' '))
    }
}

/// What happens with keys of `extra` that are not in [`ConnType::extras`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArbitraryExtras {
    /// They are not read.
    No,
    /// They go to a driver that rejects what it does not know: connecting fails.
    DriverClosed,
    /// They go to a driver whose keys are not all known here.
    DriverOpen,
    /// They end up in the URL for `SQLAlchemy`, and nowhere else.
    UriOnly,
    /// Any key means something, such as an HTTP header.
    Yes,
}

/// The library that gets the keys of `extra` which the hook does not take.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Driver {
    /// What it is called.
    pub name: &'static str,
    /// The keys it takes, sorted.
    pub keywords: &'static [&'static str],
    /// Beginnings of keys that are passed to it.
    pub prefix_passed: &'static [&'static str],
    /// Whether case does not matter.
    pub case_insensitive: bool,
    /// What it does with a key it does not know.
    pub on_unknown: Option<&'static str>,
}

impl Driver {
    pub(crate) const EMPTY: Self = Self {
        name: "",
        keywords: &[],
        prefix_passed: &[],
        case_insensitive: false,
        on_unknown: None,
    };

    /// Whether it is known to take that key.
    pub fn takes(&self, name: &str) -> bool {
        self.keywords.binary_search(&name).is_ok()
            || self.prefix_passed.iter().any(|prefix| name.starts_with(prefix))
            || self.case_insensitive
                && self.keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(name))
    }
}

/// A key of `extra`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Extra {
    /// The key.
    pub name: &'static str,
    /// The kinds of value that make sense.
    pub types: JsonTypes,
    /// How the kinds are known.
    pub types_from: TypesFrom,
    /// Whether the value is a secret: a password field of the form, or judged by a person.
    pub sensitive: bool,
    /// Whether the name alone makes Airflow mask the value in logs.
    pub masked_by_name: bool,
    /// Whether the value may hold a secret, such as a proxy with credentials.
    pub secret_possible: bool,
    /// Keys in the value that hold secrets.
    pub secret_inside: &'static [&'static str],
    /// The only values that are accepted; empty where any is.
    pub allowed: &'static [Scalar],
    /// Values that are known, of a list that may be incomplete.
    pub known_values: &'static [&'static str],
    /// Strings that are accepted for a boolean.
    pub string_values: &'static [&'static str],
    /// What counts where the key is absent.
    pub default: Option<Scalar>,
    /// The smallest number that is accepted.
    pub minimum: Option<i64>,
    /// What separates the items of a list written as a string.
    pub list_separator: Option<&'static str>,
    /// Whether the value is tested for truth, so that the string `"false"` counts as true.
    pub truthy_strings: bool,
    /// Whether a string is parsed as JSON.
    pub json_in_string: bool,
    /// Whether the value is a PEM text whose line breaks matter.
    pub multiline_pem: bool,
    /// Whether the value is an object with keys of any name.
    pub open_object: bool,
    /// Whether it is the driver that reads the key.
    pub driver_keyword: bool,
    /// Whether the code warns about the key, or its documentation does.
    pub deprecated: bool,
    /// Whether only older releases read the key.
    pub removed: bool,
    /// The newest release looked at that still reads a removed key.
    pub last_seen_version: Option<&'static str>,
    /// `>X` where release X does not read the key yet, `<=X` where it already does.
    pub since: Option<&'static str>,
    /// The key to use instead.
    pub replaced_by: Option<&'static str>,
    /// What else there is to know.
    pub note: Option<&'static str>,
    /// Whether `extra__<conn_type>__<key>` never existed for this key.
    pub no_legacy_prefix: bool,
}

impl Extra {
    pub(crate) const EMPTY: Self = Self {
        name: "",
        types: JsonTypes::UNKNOWN,
        types_from: TypesFrom::Declaration,
        sensitive: false,
        masked_by_name: false,
        secret_possible: false,
        secret_inside: &[],
        allowed: &[],
        known_values: &[],
        string_values: &[],
        default: None,
        minimum: None,
        list_separator: None,
        truthy_strings: false,
        json_in_string: false,
        multiline_pem: false,
        open_object: false,
        driver_keyword: false,
        deprecated: false,
        removed: false,
        last_seen_version: None,
        since: None,
        replaced_by: None,
        note: None,
        no_legacy_prefix: false,
    };

    /// Whether anything that is known speaks of a secret.
    pub const fn may_be_secret(&self) -> bool {
        self.sensitive
            || self.masked_by_name
            || self.secret_possible
            || !self.secret_inside.is_empty()
    }

    /// Whether a value of another kind deserves a finding.
    ///
    /// A kind that was only inferred from a default value does not carry that far.
    pub fn types_are_certain(&self) -> bool {
        self.types.is_known() && self.types_from != TypesFrom::Default
    }
}

/// How the kinds of an [`Extra`] are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypesFrom {
    /// The provider declares them, or a person judged.
    Declaration,
    /// The code converts the value, as `int(…)` does.
    Cast,
    /// The code has a default of that kind, and nothing more.
    Default,
}

/// A name that people write for a type which does not have it.
#[derive(Debug, Clone, Copy)]
pub struct TypeHint {
    /// What they write.
    pub name: &'static str,
    /// The type that is meant, or the likeliest of several.
    pub conn_type: &'static str,
    /// What to write, in full: `redis with extra ssl=true`.
    pub replaced_by: &'static str,
    /// Whether no release ever had such a type.
    pub never_existed: bool,
    /// What else there is to know.
    pub note: Option<&'static str>,
}

/// A type that an older provider declared and no current one does.
#[derive(Debug, Clone, Copy)]
pub struct RemovedConnType {
    /// The `conn_type`.
    pub name: &'static str,
    /// The distribution that had it.
    pub package: &'static str,
    /// The first release without it.
    pub until: &'static str,
    /// What the form called it.
    pub hook_name: &'static str,
}

impl RemovedConnType {
    /// Whether a release of the package still has the type.
    ///
    /// ```
    /// let s3 = connlint_catalog::removed_conn_type("s3").unwrap();
    /// assert!(s3.is_in("5.1.0") && !s3.is_in("6.0.0"));
    /// ```
    pub fn is_in(&self, release: &str) -> bool {
        compare_releases(release, self.until).is_lt()
    }
}

/// What was probably meant by a `conn_type` that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion {
    /// The type.
    pub conn_type: &'static str,
    /// Why it is the one.
    pub reason: Reason,
    /// What to write, in words, where the type alone is not the whole answer.
    pub advice: Option<&'static str>,
}

/// Why a type is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// People are known to write this for it.
    Hint,
    /// The type was removed, and this one took its place.
    Removed,
    /// It is what the connection form calls the type.
    Label,
    /// It differs in case, or in `-` and blanks for `_`, alone.
    Case,
    /// `dialect+driver` as `SQLAlchemy` has it: Airflow wants the type alone.
    Driver,
    /// It is misspelt.
    Misspelt,
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice.unwrap_or(self.conn_type))
    }
}

/// The type of that name.
///
/// ```
/// use connlint_catalog::conn_type;
/// assert_eq!(conn_type("google_cloud_platform").unwrap().hook_name, "Google Cloud");
/// assert!(conn_type("gcp").is_none());
/// ```
pub fn conn_type(name: &str) -> Option<&'static ConnType> {
    let index = CONN_TYPES.binary_search_by_key(&name, |known| known.name).ok()?;
    CONN_TYPES.get(index)
}

/// All types, sorted by name.
///
/// ```
/// assert!(connlint_catalog::conn_types().len() > 140);
/// ```
pub fn conn_types() -> &'static [ConnType] {
    CONN_TYPES
}

/// The types that an older provider had and no current one has.
pub fn removed_conn_types() -> &'static [RemovedConnType] {
    REMOVED_TYPES
}

/// The removed type of that name.
///
/// ```
/// let s3 = connlint_catalog::removed_conn_type("s3").unwrap();
/// assert_eq!(s3.package, "apache-airflow-providers-amazon");
/// ```
pub fn removed_conn_type(name: &str) -> Option<&'static RemovedConnType> {
    let index = REMOVED_TYPES.binary_search_by_key(&name, |removed| removed.name).ok()?;
    REMOVED_TYPES.get(index)
}

/// What people mean by a name that is no type.
///
/// ```
/// let hint = connlint_catalog::conn_type_hint("rediss").unwrap();
/// assert_eq!((hint.conn_type, hint.replaced_by), ("redis", "redis with extra ssl=true"));
/// ```
pub fn conn_type_hint(name: &str) -> Option<&'static TypeHint> {
    let index = TYPE_HINTS.binary_search_by_key(&name, |hint| hint.name).ok()?;
    TYPE_HINTS.get(index)
}

/// What the scheme of a URI becomes where it is no type itself: `postgresql` is `postgres`.
///
/// ```
/// assert_eq!(connlint_catalog::scheme_alias("postgresql"), Some("postgres"));
/// ```
pub fn scheme_alias(scheme: &str) -> Option<&'static str> {
    SCHEME_ALIASES.iter().find(|(alias, _)| *alias == scheme).map(|&(_, name)| name)
}

/// What was probably meant by a `conn_type` that is not known; `None` for one that is.
///
/// ```
/// use connlint_catalog::{Reason, suggest_conn_type};
///
/// let meant = |name| suggest_conn_type(name).map(|found| (found.conn_type, found.reason));
/// assert_eq!(meant("Amazon S3"), Some(("aws", Reason::Removed)));
/// assert_eq!(meant("Google Cloud"), Some(("google_cloud_platform", Reason::Label)));
/// assert_eq!(meant("google_cloud"), Some(("google_cloud_platform", Reason::Label)));
/// assert_eq!(meant("postgresql+psycopg2"), Some(("postgres", Reason::Driver)));
/// assert_eq!(meant("snowflak"), Some(("snowflake", Reason::Misspelt)));
/// assert_eq!(meant("snowflake"), None);
/// ```
pub fn suggest_conn_type(name: &str) -> Option<Suggestion> {
    if conn_type(name).is_some() {
        return None;
    }
    let folded = name.trim().to_lowercase();
    let snake = folded.replace(['-', ' '], "_");
    let plain = |conn_type, reason| Suggestion { conn_type, reason, advice: None };

    let by_name = || hinted(&folded).or_else(|| hinted(&snake));
    let by_case = || conn_type(&snake).map(|known| plain(known.name, Reason::Case));
    let by_label = || {
        let find = |name: &str| LABELS.binary_search_by_key(&name, |&(label, _)| label).ok();
        // The name of the form, or what its words make as the name of a type: `google_cloud`.
        let index = find(&folded).or_else(|| find(&snake.replace('_', " ")))?;
        let &(_, target) = LABELS.get(index)?;
        conn_type(target).map(|known| plain(known.name, Reason::Label)).or_else(|| hinted(target))
    };
    let by_driver = || {
        let (dialect, _) = folded.split_once('+')?;
        let target = conn_type(dialect).map(|known| known.name).or_else(|| scheme_alias(dialect));
        let advice = || hinted(dialect).map(|hint| Suggestion { reason: Reason::Driver, ..hint });
        target.map(|target| plain(target, Reason::Driver)).or_else(advice)
    };
    let by_alias = || scheme_alias(&snake).map(|target| plain(target, Reason::Hint));
    let by_distance = || {
        let names = CONN_TYPES.iter().map(|known| known.name);
        nearest(&snake, names).map(|target| plain(target, Reason::Misspelt))
    };
    by_name()
        .or_else(by_case)
        .or_else(by_label)
        .or_else(by_driver)
        .or_else(by_alias)
        .or_else(by_distance)
}

fn hinted(name: &str) -> Option<Suggestion> {
    let hint = conn_type_hint(name)?;
    Some(Suggestion {
        conn_type: hint.conn_type,
        reason: if hint.never_existed { Reason::Hint } else { Reason::Removed },
        advice: (hint.replaced_by != hint.conn_type).then_some(hint.replaced_by),
    })
}
