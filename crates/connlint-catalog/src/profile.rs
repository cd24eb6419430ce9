use std::fmt;
use std::str::FromStr;

/// A release of Apache Airflow.
///
/// A version that names no patch release stands for the newest one of its series.
///
/// ```
/// use connlint_catalog::AirflowVersion;
/// let version: AirflowVersion = "2.10.5".parse().unwrap();
/// assert!(version < "2.10".parse().unwrap());
/// assert_eq!("3.3".parse::<AirflowVersion>().unwrap().to_string(), "3.3");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AirflowVersion {
    major: u8,
    minor: u8,
    patch: u8,
}

impl AirflowVersion {
    /// `patch` of a version that names none.
    const NEWEST_PATCH: u8 = u8::MAX;

    /// The series this catalogue was checked against, oldest first.
    pub const KNOWN: &[Self] = &[
        Self::series(2, 7),
        Self::series(2, 8),
        Self::series(2, 9),
        Self::series(2, 10),
        Self::series(2, 11),
        Self::series(3, 0),
        Self::series(3, 1),
        Self::series(3, 2),
        Self::series(3, 3),
    ];

    /// The newest release that is known.
    pub const NEWEST: Self = Self::series(3, 3);

    /// The newest patch release of a series.
    pub const fn series(major: u8, minor: u8) -> Self {
        Self { major, minor, patch: Self::NEWEST_PATCH }
    }

    /// One exact release.
    pub const fn exact(major: u8, minor: u8, patch: u8) -> Self {
        Self { major, minor, patch }
    }

    /// The release before this one in its series, or the newest one of the series before.
    pub(crate) fn predecessor(self) -> Option<Self> {
        if self.patch > 0 && self.patch != Self::NEWEST_PATCH {
            return Some(Self { patch: self.patch - 1, ..self });
        }
        Self::KNOWN.iter().copied().rfind(|known| known.key() < Self { patch: 0, ..self }.key())
    }

    /// The newest release of the same series.
    pub(crate) const fn series_of(self) -> Self {
        Self { patch: Self::NEWEST_PATCH, ..self }
    }

    /// The first release that is meant: of a series its first one.
    pub(crate) const fn first_meant(self) -> Self {
        if self.patch == Self::NEWEST_PATCH { Self { patch: 0, ..self } } else { self }
    }

    /// Whether `~=` allows this release: the same but for the last number that `bound` names.
    pub(crate) const fn is_compatible_with(self, bound: Self) -> bool {
        self.major == bound.major
            && (bound.patch == Self::NEWEST_PATCH || self.minor == bound.minor)
    }

    const fn key(self) -> u32 {
        ((self.major as u32) << 16) | ((self.minor as u32) << 8) | self.patch as u32
    }
}

impl fmt::Display for AirflowVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch != Self::NEWEST_PATCH {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

/// A text that names no release of Airflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVersion;

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a version of Airflow, such as 2.10 or 3.3.2")
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for AirflowVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split('.').map(|part| part.parse::<u8>().ok());
        let mut next = || numbers.next().map(|number| number.ok_or(UnknownVersion)).transpose();
        let (Some(major), Some(minor)) = (next()?, next()?) else { return Err(UnknownVersion) };
        let patch = next()?.unwrap_or(Self::NEWEST_PATCH);
        if next()?.is_some() {
            return Err(UnknownVersion);
        }
        Ok(Self { major, minor, patch })
    }
}

/// Which of Airflow's two `Connection` classes reads a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Implementation {
    /// `airflow.models.connection.Connection`: scheduler, API server, command line, files.
    #[default]
    Core,
    /// `airflow.sdk.definitions.connection.Connection`: task workers of Airflow 3.2 and newer.
    TaskSdk,
}

/// Which Python runs Airflow, as far as a connection can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Python {
    /// 3.11.12, 3.12.9, 3.13.2 or newer, or one that a distribution has patched: `urllib.parse`
    /// checks what stands around brackets (CVE-2025-0938).
    #[default]
    Patched,
    /// One without that check.
    Unpatched,
}

/// Which Airflow reads a value.
///
/// Written as `3.3` for the core class and `3.3-sdk` for the one of the matching task SDK, with a
/// `*` behind it where Python is [unpatched](Python::Unpatched).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Profile {
    /// The release.
    pub version: AirflowVersion,
    /// The class.
    pub implementation: Implementation,
    /// The Python.
    pub python: Python,
}

impl Profile {
    /// The core class of the newest release that is known.
    pub const NEWEST: Self = Self::core(AirflowVersion::NEWEST);

    /// The core class of a release.
    pub const fn core(version: AirflowVersion) -> Self {
        Self { version, implementation: Implementation::Core, python: Python::Patched }
    }

    /// The task SDK's class of a release.
    pub const fn task_sdk(version: AirflowVersion) -> Self {
        Self { version, implementation: Implementation::TaskSdk, python: Python::Patched }
    }

    /// The same on another Python.
    #[must_use]
    pub const fn on(self, python: Python) -> Self {
        Self { python, ..self }
    }

    /// The profile a text names, or the newest where it names none.
    pub fn from_str_or_newest(text: &str) -> Self {
        text.parse().unwrap_or(Self::NEWEST)
    }

    /// Whether this Airflow behaves in that way.
    pub fn has(self, quirk: Quirk) -> bool {
        let facts = quirk.facts();
        let version = self.version.key();
        facts.since.is_none_or(|since| since.key() <= version)
            && facts.until.is_none_or(|until| version < until.key())
            && facts.implementation.is_none_or(|class| class == self.implementation)
            && facts.python.is_none_or(|python| python == self.python)
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = match self.implementation {
            Implementation::Core => "",
            Implementation::TaskSdk => "-sdk",
        };
        let star = match self.python {
            Python::Patched => "",
            Python::Unpatched => "*",
        };
        write!(f, "{}{suffix}{star}", self.version)
    }
}

impl FromStr for Profile {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(text) = text.strip_suffix('*') {
            return Ok(text.parse::<Self>()?.on(Python::Unpatched));
        }
        match text.strip_suffix("-sdk") {
            Some(version) => Ok(Self::task_sdk(version.parse()?)),
            None => Ok(Self::core(text.parse()?)),
        }
    }
}

/// What is known of a [`Quirk`].
#[derive(Debug, Clone, Copy)]
pub struct QuirkFacts {
    /// The name used in documents and output.
    pub name: &'static str,
    /// The first release that behaves so; `None` for all that are known.
    pub since: Option<AirflowVersion>,
    /// The first release that no longer does.
    pub until: Option<AirflowVersion>,
    /// The class that does; `None` for both.
    pub implementation: Option<Implementation>,
    /// The Python it takes; `None` for any.
    pub python: Option<Python>,
    /// The recorded oracle case that shows it.
    pub evidence: &'static str,
    /// What it is, in a sentence.
    pub summary: &'static str,
}

/// Declares [`Quirk`] and its table in one place.
macro_rules! quirks {
    ($($(#[$doc:meta])* $variant:ident $name:literal {
        since: $since:expr, until: $until:expr, implementation: $implementation:expr,
        $(python: $python:expr,)? evidence: $evidence:literal, $summary:literal $(,)?
    })*) => {
        /// A behaviour that differs between Airflows.
        ///
        /// Parser and rules ask [`Profile::has`]; nobody else compares versions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Quirk {
            $(#[doc = $summary] $(#[$doc])* $variant,)*
        }

        impl Quirk {
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Name, range of releases and evidence.
            pub const fn facts(self) -> QuirkFacts {
                match self {
                    $(Self::$variant => QuirkFacts {
                        name: $name,
                        since: $since,
                        until: $until,
                        implementation: $implementation,
                        python: first_of([$(Some($python),)? None]),
                        evidence: $evidence,
                        summary: $summary,
                    },)*
                }
            }
        }
    };
}

#[expect(clippy::unnecessary_wraps, reason = "an end of a range is a release or open")]
const fn release(major: u8, minor: u8, patch: u8) -> Option<AirflowVersion> {
    Some(AirflowVersion::exact(major, minor, patch))
}

/// The first of what a row of the table says, and what holds where it says nothing.
const fn first_of<const N: usize>(said: [Option<Python>; N]) -> Option<Python> {
    said[0]
}

quirks! {
    TypedQueryValues "typed-query-values" {
        since: release(3, 1, 6), until: None, implementation: Some(Implementation::Core),
        evidence: "uri-257",
        "A query value that is JSON is kept typed: `?i=123` is the integer 123."
    }
    ExtraMustBeObject "extra-must-be-object" {
        since: release(3, 0, 0), until: None, implementation: Some(Implementation::Core),
        evidence: "uri-350",
        "An `extra` that is not a JSON object raises `ValueError`; 2.x only warned."
    }
    OwnProtocolQuoted "own-protocol-quoted" {
        since: release(3, 1, 0), until: None, implementation: None,
        evidence: "get_uri-023",
        "`get_uri` quotes the whole host where its protocol equals the `conn_type`."
    }
    UriKeptOutOfMessage "uri-kept-out-of-message" {
        since: release(3, 2, 0), until: None, implementation: Some(Implementation::Core),
        evidence: "uri-131",
        "`Invalid connection string` no longer quotes the URI, password included."
    }
    ExtraReadBeforeConnId "extra-read-before-conn-id" {
        since: release(3, 2, 0), until: None, implementation: Some(Implementation::Core),
        evidence: "uri-350",
        "What is said about an invalid `extra` names no connection: `connection None`."
    }
    EmptyUriIsParsed "empty-uri-is-parsed" {
        since: None, until: None, implementation: Some(Implementation::TaskSdk),
        evidence: "uri-084",
        "An empty URI gives empty fields; the core class takes it as no URI at all."
    }
    EmptyPasswordKept "empty-password-kept" {
        since: None, until: None, implementation: Some(Implementation::TaskSdk),
        evidence: "uri-086",
        "An empty password is kept; the core class cannot store one."
    }
    FieldsUnchecked "fields-unchecked" {
        since: None, until: None, implementation: Some(Implementation::TaskSdk),
        evidence: "json-081",
        "A password may be anything; the core class encodes it, and takes text only."
    }
    NoUriField "no-uri-field" {
        since: None, until: release(3, 2, 0), implementation: Some(Implementation::TaskSdk),
        evidence: "json-050",
        "`Connection` has no `uri` argument."
    }
    UriExcludesEverything "uri-excludes-everything" {
        since: release(3, 2, 0), until: None, implementation: Some(Implementation::TaskSdk),
        evidence: "json-051",
        "No other key may stand beside `uri`, not even `description` or an empty one."
    }
    TeamIdField "team-id-field" {
        since: release(3, 1, 0), until: release(3, 2, 0), implementation: Some(Implementation::Core),
        evidence: "json-070",
        "`Connection` has a `team_id` argument."
    }
    TeamNameField "team-name-field" {
        since: release(3, 2, 0), until: None, implementation: Some(Implementation::Core),
        evidence: "json-069",
        "`Connection` has a `team_name` argument."
    }
    PerKeyKwargs "per-key-kwargs" {
        since: release(3, 2, 0), until: None, implementation: None,
        evidence: "backend_kwargs-033",
        "`AIRFLOW__SECRETS__BACKEND_KWARG__<NAME>` sets one argument of the secrets backend."
    }
    MaskerEncodesText "masker-encodes-text" {
        since: None, until: release(3, 0, 0), implementation: Some(Implementation::Core),
        evidence: "get_uri-049",
        "Reading an `extra` with a lone surrogate raises `UnicodeEncodeError` in the secrets masker."
    }
    ExtraReadOutsideTry "extra-read-outside-try" {
        since: release(3, 3, 2), until: None, implementation: Some(Implementation::TaskSdk),
        evidence: "get_uri-081",
        "`get_uri` reads `extra` before all else, and raises where it is no text; before, it wrote it as Python does."
    }
    UnderscoreLookedFor "underscore-looked-for" {
        since: None, until: release(3, 2, 0), implementation: Some(Implementation::TaskSdk),
        evidence: "get_uri-092",
        "`get_uri` asks `\"_\" in conn_type`, as the core class does: `TypeError` for a number."
    }
    UriExtraLoaded "uri-extra-loaded" {
        since: release(3, 2, 0), until: release(3, 3, 0), implementation: Some(Implementation::TaskSdk),
        evidence: "json-107",
        "`Connection(uri=…)` holds the `extra` of the URI as the `dict` that its JSON says, not as text."
    }
    TeamIdsHidden "team-ids-hidden" {
        since: release(3, 2, 0), until: release(3, 3, 1), implementation: None,
        evidence: "env-039",
        "The environment is not asked for `_team___id`, whose variable is `AIRFLOW_CONN__TEAM___ID`, without a team."
    }
    DoubleDotRefused "double-dot-refused" {
        since: release(3, 3, 0), until: None, implementation: None,
        evidence: "conn_id-040",
        "The command line refuses an id with `..` in it."
    }
    ConnTypeRequired "conn-type-required" {
        since: None, until: release(3, 1, 0), implementation: Some(Implementation::TaskSdk),
        evidence: "get_uri-004",
        "`Connection` cannot be made without a `conn_type`."
    }
    ConnIdSanitised "conn-id-sanitised" {
        since: release(2, 8, 1), until: None, implementation: Some(Implementation::Core),
        evidence: "conn_id-005",
        "A `conn_id` with other characters than `[\\w#!()\\-.:/\\\\]` is silently dropped."
    }
    ConnIdAscii "conn-id-ascii" {
        since: release(2, 8, 1), until: release(3, 0, 0), implementation: Some(Implementation::Core),
        evidence: "env-034",
        "Letters of a `conn_id` are ASCII."
    }
    TextAroundBracketsIgnored "text-around-brackets-ignored" {
        since: None, until: None, implementation: None, python: Python::Unpatched,
        evidence: "uri-162",
        "`urlsplit` takes the first brackets of an authority, userinfo included, and ignores what stands around them."
    }
    DotEnvNameTaken "dot-env-name-taken" {
        since: None, until: release(3, 1, 0), implementation: None,
        evidence: "files-032",
        "A secrets file may be named `.env`; later, that name has no extension and is refused."
    }
    FileErrorsGeneric "file-errors-generic" {
        since: None, until: release(3, 1, 0), implementation: None,
        evidence: "files-034",
        "A secrets file of another type, and repeated variables, raise a plain `AirflowException`."
    }
    EmptyKeyTaken "empty-key-taken" {
        since: None, until: release(3, 1, 0), implementation: None,
        evidence: "files-007",
        "A line `=value` of a secrets file has an empty key; later, it is an error."
    }
    EmptyValueCalledKey "empty-value-called-key" {
        since: None, until: release(3, 1, 0), implementation: None,
        evidence: "files-008",
        "About a line `KEY=` of a secrets file Airflow says that the key is empty."
    }
    VariableListsUnwrapped "variable-lists-unwrapped" {
        since: None, until: release(3, 2, 0), implementation: None,
        evidence: "vars_files-005",
        "In a variables file a list of one item is that item, and any other list is refused."
    }
    ConfigCommandErrorsCaught "config-command-errors-caught" {
        since: release(3, 1, 0), until: None, implementation: None,
        evidence: "backend_kwargs-070",
        "Where the program of `backend_kwargs_cmd` in `airflow.cfg` does not exist, Airflow starts, without kwargs."
    }
    WorkersSection "workers-section" {
        since: release(3, 0, 0), until: None, implementation: None,
        evidence: "backend_kwargs-063",
        "Workers ask `[workers] secrets_backend` before `[secrets] backend`."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_read_as_they_are_written() {
        for text in ["2.7", "2.10", "3.1.6", "3.3", "3.3-sdk", "3.3*", "3.3-sdk*"] {
            assert_eq!(text.parse::<Profile>().map(|profile| profile.to_string()), Ok(text.into()));
        }
        for text in ["", "3", "three", "3.3.2.1", "3.x", "-sdk", "300.1"] {
            assert_eq!(text.parse::<Profile>(), Err(UnknownVersion), "{text}");
        }
    }

    #[test]
    fn quirks_begin_where_they_begin() {
        for (profile, has) in
            [("2.11", false), ("3.1.5", false), ("3.1.6", true), ("3.3", true), ("3.3-sdk", false)]
        {
            let profile: Profile = profile.parse().unwrap();
            assert_eq!(profile.has(Quirk::TypedQueryValues), has, "{profile}");
        }
    }
}
