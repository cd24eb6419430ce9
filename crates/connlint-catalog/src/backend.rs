use std::cmp::Ordering;

use crate::generated::{BACKENDS, MOVED_CLASS_PATHS, THIRD_PARTY};
use crate::{JsonType, JsonTypes, Requirement, Scalar, nearest};

/// A secrets backend of an official Airflow package.
///
/// ```
/// use connlint_catalog::{Via, backend};
///
/// let found = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap();
/// assert_eq!(found.backend.id, "hashicorp-vault");
/// assert_eq!(found.via, Via::Official);
/// assert!(found.backend.kwarg("token").unwrap().is_secret);
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Backend {
    /// A short name of ours.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What to write for `backend`.
    pub class_path: &'static str,
    /// The distribution that has it.
    pub package: &'static str,
    /// Who maintains it.
    pub origin: Origin,
    /// In which releases the class is where, newest place first.
    pub class_ranges: &'static [ClassRange],
    /// The arguments that mean something, sorted by name.
    pub kwargs: &'static [Kwarg],
    /// What happens with other arguments.
    pub unknown_kwargs: UnknownKwargs,
    /// What must be given with what.
    pub requirements: &'static [Requirement],
    /// For each `auth_type`, the arguments it reads; other login arguments are ignored.
    pub by_auth_type: &'static [(&'static str, &'static [&'static str])],
    /// How the name of a secret is put together.
    pub lookup: Lookup,
    /// What a secret may look like.
    pub payload: Payload,
    /// What else there is to know.
    pub note: Option<&'static str>,
}

impl Backend {
    pub(crate) const EMPTY: Self = Self {
        id: "",
        name: "",
        class_path: "",
        package: "",
        origin: Origin::OfficialProvider,
        class_ranges: &[],
        kwargs: &[],
        unknown_kwargs: UnknownKwargs::EMPTY,
        requirements: &[],
        by_auth_type: &[],
        lookup: Lookup::EMPTY,
        payload: Payload::EMPTY,
        note: None,
    };

    /// The argument of that name.
    ///
    /// ```
    /// use connlint_catalog::{Scalar, backend};
    ///
    /// let found = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap();
    /// let version = found.backend.kwarg("kv_engine_version").unwrap();
    /// assert_eq!(version.default, Some(Scalar::Integer(2)));
    /// assert_eq!(version.allowed, [Scalar::Integer(1), Scalar::Integer(2)]);
    /// ```
    pub fn kwarg(&self, name: &str) -> Option<&'static Kwarg> {
        let index = self.kwargs.binary_search_by_key(&name, |kwarg| kwarg.name).ok()?;
        self.kwargs.get(index)
    }

    /// Where an argument ends up, or what becomes of it.
    ///
    /// ```
    /// use connlint_catalog::{Passthrough, Stage, backend};
    ///
    /// let fate = |class_path, name| backend(class_path).unwrap().backend.passthrough(name);
    /// let vault = "airflow.providers.hashicorp.secrets.vault.VaultBackend";
    /// assert!(matches!(fate(vault, "mount_point"), Passthrough::Argument(_)));
    /// assert!(matches!(fate(vault, "namespace"), Passthrough::Forwarded { .. }));
    /// assert_eq!(
    ///     fate(vault, "no_such_argument"),
    ///     Passthrough::Rejected { stage: Stage::Client, exception: "TypeError" },
    /// );
    /// let azure = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend";
    /// assert_eq!(fate(azure, "no_such_argument"), Passthrough::Ignored);
    /// ```
    pub fn passthrough(&self, name: &str) -> Passthrough {
        let unknown = &self.unknown_kwargs;
        if let Some(kwarg) = self.kwarg(name) {
            return match (kwarg.from_var_kwargs, kwarg.passed_to.or(unknown.forwarded_to)) {
                (true, Some(to)) => Passthrough::Forwarded { to, kwarg: Some(kwarg) },
                _ => Passthrough::Argument(kwarg),
            };
        }
        if let Some(&(_, exception)) = unknown.except.iter().find(|(except, _)| *except == name) {
            return Passthrough::Rejected { stage: unknown.stage, exception };
        }
        if let (true, Some(to)) = (unknown.also_read.contains(&name), unknown.forwarded_to) {
            return Passthrough::Forwarded { to, kwarg: None };
        }
        match unknown.exception {
            Some(exception) => Passthrough::Rejected { stage: unknown.stage, exception },
            None => Passthrough::Ignored,
        }
    }

    /// The argument that was probably meant.
    ///
    /// ```
    /// use connlint_catalog::backend;
    ///
    /// let found = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap();
    /// assert_eq!(found.backend.suggest_kwarg("nmespace"), Some("namespace"));
    /// assert_eq!(found.backend.suggest_kwarg("conections_path"), Some("connections_path"));
    /// assert_eq!(found.backend.suggest_kwarg("namespace"), None);
    /// ```
    pub fn suggest_kwarg(&self, name: &str) -> Option<&'static str> {
        let also_read = self.unknown_kwargs.also_read;
        if self.kwarg(name).is_some() || also_read.contains(&name) {
            return None;
        }
        let kwargs = self.kwargs.iter().filter(|kwarg| kwarg.json_usable);
        nearest(name, kwargs.map(|kwarg| kwarg.name).chain(also_read.iter().copied()))
    }

    /// The arguments that an `auth_type` reads.
    ///
    /// ```
    /// use connlint_catalog::backend;
    ///
    /// let found = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap();
    /// assert_eq!(found.backend.kwargs_of("approle"), Some(&["role_id", "secret_id"][..]));
    /// ```
    pub fn kwargs_of(&self, auth_type: &str) -> Option<&'static [&'static str]> {
        self.by_auth_type.iter().find(|(name, _)| *name == auth_type).map(|&(_, kwargs)| kwargs)
    }
}

/// Who maintains a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A provider package of the Airflow project.
    OfficialProvider,
    /// Airflow itself.
    Core,
    /// The task SDK of Airflow 3.
    TaskSdk,
}

/// The releases of a distribution that have something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Releases {
    /// The distribution.
    pub package: &'static str,
    /// The first release that has it.
    pub since: &'static str,
    /// The first release without it; `None` while it is still there.
    pub until: Option<&'static str>,
}

impl Releases {
    /// Whether that release is one of them.
    ///
    /// ```
    /// use connlint_catalog::Releases;
    ///
    /// let releases = Releases { package: "p", since: "3.7.0", until: Some("4.10.0") };
    /// assert!(releases.contains("3.7.0") && releases.contains("4.9.2"));
    /// assert!(!releases.contains("3.6.9") && !releases.contains("4.10.0"));
    /// ```
    pub fn contains(&self, release: &str) -> bool {
        compare_releases(self.since, release).is_le()
            && self.until.is_none_or(|until| compare_releases(release, until).is_lt())
    }
}

/// Orders release numbers such as `4.10.1` by their parts; what is no number counts as zero.
///
/// ```
/// use connlint_catalog::compare_releases;
/// assert!(compare_releases("4.9.0", "4.10").is_lt());
/// assert!(compare_releases("4.10", "4.10.0").is_eq());
/// ```
pub fn compare_releases(left: &str, right: &str) -> Ordering {
    let mut left = left.split('.').map(|part| part.parse::<u64>().unwrap_or(0));
    let mut right = right.split('.').map(|part| part.parse::<u64>().unwrap_or(0));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (left, right) => match left.unwrap_or(0).cmp(&right.unwrap_or(0)) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}

/// Where a class is in which releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassRange {
    /// The import path.
    pub class_path: &'static str,
    /// The releases that have the class there.
    pub releases: Releases,
}

/// An argument of a backend.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Kwarg {
    /// Its name.
    pub name: &'static str,
    /// The kinds of value that are meant; `null` is one where it disables something.
    pub json_types: JsonTypes,
    /// For some of those, the first release of the backend's package that takes it.
    pub types_since: &'static [(JsonType, &'static str)],
    /// What counts where the argument is absent; `None` where that is no plain value.
    pub default: Option<Scalar>,
    /// The only values that are accepted; empty where any is.
    pub allowed: &'static [Scalar],
    /// For some of those, the first release that accepts it.
    pub allowed_since: &'static [(&'static str, &'static str)],
    /// What happens with another value.
    pub allowed_violation: Option<Failure>,
    /// Whether the value must not be shown or stored in plain text.
    pub is_secret: bool,
    /// What the text of the value is.
    pub format: Option<Format>,
    /// What `null` means: `disabled`.
    pub null_means: Option<&'static str>,
    /// What happens with a value of another kind.
    pub wrong_type: Option<Failure>,
    /// Why not to use it.
    pub deprecated: Option<Deprecation>,
    /// The releases that have it; a package that is not listed never had it.
    pub releases: &'static [Releases],
    /// Whether it is reached through `**kwargs` only.
    pub from_var_kwargs: bool,
    /// Who gets an argument that is reached through `**kwargs`.
    pub passed_to: Option<&'static str>,
    /// Whether leaving it out is legal but rarely meant.
    pub recommended: bool,
    /// Whether nothing works without it, though the constructor does not insist.
    pub effectively_required: bool,
    /// Whether JSON can express a value for it at all.
    pub json_usable: bool,
    /// What it is for, in a sentence or two.
    pub description: &'static str,
}

impl Kwarg {
    pub(crate) const EMPTY: Self = Self {
        name: "",
        json_types: JsonTypes::UNKNOWN,
        types_since: &[],
        default: None,
        allowed: &[],
        allowed_since: &[],
        allowed_violation: None,
        is_secret: false,
        format: None,
        null_means: None,
        wrong_type: None,
        deprecated: None,
        releases: &[],
        from_var_kwargs: false,
        passed_to: None,
        recommended: false,
        effectively_required: false,
        json_usable: true,
        description: "",
    };

    /// Whether that release of that distribution has the argument; `None` where nothing is known
    /// of the distribution.
    ///
    /// ```
    /// use connlint_catalog::backend;
    ///
    /// let found = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap();
    /// let region = found.backend.kwarg("region").unwrap();
    /// let package = "apache-airflow-providers-hashicorp";
    /// assert_eq!(region.exists_in(package, "4.0.0"), Some(false));
    /// assert_eq!(region.exists_in(package, "4.1.0"), Some(true));
    /// ```
    pub fn exists_in(&self, package: &str, release: &str) -> Option<bool> {
        let of_package = || self.releases.iter().filter(|releases| releases.package == package);
        of_package().next()?;
        Some(of_package().any(|releases| releases.contains(release)))
    }

    /// Whether `value` is accepted as a string. Any is where no values are listed.
    pub fn allows_str(&self, value: &str) -> bool {
        self.allowed.is_empty()
            || self.allowed.iter().any(|allowed| allowed.as_str() == Some(value))
    }
}

/// What the text of an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The address of a service.
    Url,
    /// The path of a file.
    Path,
    /// A regular expression in Python's syntax.
    PythonRegex,
}

/// How something fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub stage: Stage,
    /// The exception, where there is one.
    pub exception: Option<&'static str>,
    /// On which condition, in words; `None` for always.
    pub when: Option<&'static str>,
}

/// When something fails.
///
/// Errors of the last two stages do not stop a task: Airflow logs them and asks the next backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The class cannot be imported.
    Import,
    /// The constructor raises: Airflow does not start.
    Construct,
    /// The first use builds the client, or logs in.
    Client,
    /// One key is read.
    Lookup,
}

impl Stage {
    /// Its name in recorded calls and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Construct => "construct",
            Self::Client => "client",
            Self::Lookup => "lookup",
        }
    }
}

/// Why not to use an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deprecation {
    /// The release that deprecated it.
    pub since: Option<&'static str>,
    /// The release that no longer has it.
    pub removed_in: Option<&'static str>,
    /// What to use instead.
    pub replacement: Option<&'static str>,
    /// What becomes of it after the removal.
    pub effect_after_removal: Option<&'static str>,
}

impl Deprecation {
    pub(crate) const EMPTY: Self =
        Self { since: None, removed_in: None, replacement: None, effect_after_removal: None };
}

/// What happens with arguments that a backend does not name.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct UnknownKwargs {
    /// Whether the constructor takes them.
    pub accepted_by_constructor: bool,
    /// Who gets them.
    pub forwarded_to: Option<&'static str>,
    /// Names that are read there, besides those in [`Backend::kwargs`].
    pub also_read: &'static [&'static str],
    /// What is raised for other names; `None` where they are ignored.
    pub exception: Option<&'static str>,
    /// When.
    pub stage: Stage,
    /// Names with an exception of their own.
    pub except: &'static [(&'static str, &'static str)],
    /// What happens, in words.
    pub runtime: &'static str,
    /// What happened in which releases, where it changed.
    pub history: &'static [UnknownKwargsChange],
}

impl UnknownKwargs {
    pub(crate) const EMPTY: Self = Self {
        accepted_by_constructor: false,
        forwarded_to: None,
        also_read: &[],
        exception: None,
        stage: Stage::Construct,
        except: &[],
        runtime: "",
        history: &[],
    };
}

/// What happened with unknown arguments in some releases.
#[derive(Debug, Clone, Copy)]
pub struct UnknownKwargsChange {
    /// The first release of this behaviour; `None` for the beginning.
    pub since: Option<&'static str>,
    /// The first release that behaves otherwise.
    pub until: Option<&'static str>,
    /// What is raised.
    pub exception: Option<&'static str>,
}

/// Where an argument ends up; see [`Backend::passthrough`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Passthrough {
    /// The backend reads it.
    Argument(&'static Kwarg),
    /// Somebody else gets it and reads it.
    Forwarded {
        /// Who.
        to: &'static str,
        /// What is known of it.
        kwarg: Option<&'static Kwarg>,
    },
    /// Something raises.
    Rejected {
        /// When.
        stage: Stage,
        /// What.
        exception: &'static str,
    },
    /// Nobody reads it, and nobody says so.
    Ignored,
}

/// How the name of a secret is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lookup {
    /// What stands between prefix and id by default.
    pub sep: Option<&'static str>,
    /// What a prefix of `null` does.
    pub null_prefix: Option<&'static str>,
    /// What an empty prefix does.
    pub empty_prefix: Option<&'static str>,
    /// The names that are legal, as a regular expression in Python's syntax.
    pub name_pattern: Option<&'static str>,
    /// The whole rule, in words.
    pub name_rule: &'static str,
}

impl Lookup {
    pub(crate) const EMPTY: Self = Self {
        sep: None,
        null_prefix: None,
        empty_prefix: None,
        name_pattern: None,
        name_rule: "",
    };
}

/// What a secret may look like.
///
/// ```
/// use connlint_catalog::backend;
///
/// let found = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap();
/// let payload = found.backend.payload;
/// assert_eq!(payload.connection[0].key, Some("conn_uri"));
/// assert!(payload.connection[1].keys.contains(&"conn_type"));
/// assert_eq!(payload.variable_key, Some("value"));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Payload {
    /// The forms of a connection; the first that fits counts.
    pub connection: &'static [ConnectionShape],
    /// The key that holds a variable; `None` where the secret itself is the variable.
    pub variable_key: Option<&'static str>,
    /// The key that holds a configuration option; `None` where the secret itself is the option.
    pub config_key: Option<&'static str>,
}

impl Payload {
    pub(crate) const EMPTY: Self = Self { connection: &[], variable_key: None, config_key: None };
}

/// One form of a connection in a secret.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ConnectionShape {
    /// What the secret is, in words.
    pub shape: &'static str,
    /// The key that holds the URI.
    pub key: Option<&'static str>,
    /// The only keys an object may have; empty where that is not the rule.
    pub keys: &'static [&'static str],
    /// For each field of a connection, the keys that are read for it.
    pub aliases: &'static [(&'static str, &'static [&'static str])],
    /// What is done with it, in words.
    pub rule: &'static str,
    /// The first release that reads it.
    pub since: Option<&'static str>,
}

impl ConnectionShape {
    pub(crate) const EMPTY: Self =
        Self { shape: "", key: None, keys: &[], aliases: &[], rule: "", since: None };
}

/// A backend found by its import path.
#[derive(Debug, Clone, Copy)]
pub struct Match {
    /// The backend.
    pub backend: &'static Backend,
    /// How the path leads there.
    pub via: Via,
}

/// How an import path leads to a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// It is where the class is.
    Official,
    /// It is where the class was.
    Moved(&'static MovedClassPath),
}

/// An import path that a class had, and where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovedClassPath {
    /// The old path.
    pub class_path: &'static str,
    /// The path to write.
    pub target: &'static str,
    /// The releases in which the old path works, by import or redirect.
    pub releases: Releases,
    /// What else there is to know.
    pub note: Option<&'static str>,
}

/// A backend outside the official packages: known by name, not checked further.
#[derive(Debug, Clone, Copy)]
pub struct ThirdParty {
    /// The import path.
    pub class_path: &'static str,
    /// The distribution.
    pub package: &'static str,
    /// The release that was read.
    pub version: &'static str,
    /// The arguments of that release, sorted by name; empty where they were not read.
    pub kwargs: &'static [ThirdPartyKwarg],
    /// Whether the constructor takes others, too.
    pub var_kwargs: bool,
}

impl ThirdParty {
    /// Whether the value of that argument may be shown.
    ///
    /// ```
    /// let path = "airflow.providers.infisical.secrets.infisical.InfisicalBackend";
    /// let infisical = connlint_catalog::third_party_backend(path).unwrap();
    /// assert!(infisical.kwarg_is_public("project_id"));
    /// assert!(!infisical.kwarg_is_public("universal_auth_client_secret"));
    /// assert!(!infisical.kwarg_is_public("no_such_argument"));
    /// ```
    pub fn kwarg_is_public(&self, name: &str) -> bool {
        let known = self.kwargs.iter().find(|kwarg| kwarg.name == name);
        known.is_some_and(|kwarg| !kwarg.is_secret) && !crate::is_sensitive_name(name)
    }
}

/// An argument of a [`ThirdParty`] backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThirdPartyKwarg {
    /// Its name.
    pub name: &'static str,
    /// Whether the constructor insists on it.
    pub required: bool,
    /// Whether the value must not be shown.
    pub is_secret: bool,
}

/// What was probably meant by an import path that is not known.
#[derive(Debug, Clone, Copy)]
pub struct BackendSuggestion {
    /// The backend.
    pub backend: &'static Backend,
    /// Why it is the one.
    pub reason: BackendReason,
}

/// Why a backend is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackendReason {
    /// The path names the module and not the class in it.
    ModuleOnly,
    /// The path is misspelt.
    Misspelt,
    /// The class has that name but is somewhere else. Outside `airflow.` that may well be a class
    /// of the user's own.
    SameClass,
    /// It is the short name of the backend or its class, without a module.
    NameOnly,
}

/// The official backend at that import path, which may be an old one.
///
/// ```
/// use connlint_catalog::{Via, backend};
///
/// let old = backend("airflow.contrib.secrets.hashicorp_vault.VaultBackend").unwrap();
/// let Via::Moved(moved) = old.via else { panic!("it moved") };
/// assert_eq!(moved.target, old.backend.class_path);
/// assert_eq!(moved.releases.until, Some("3.0.0"));
/// ```
pub fn backend(class_path: &str) -> Option<Match> {
    let at = |path: &str| BACKENDS.iter().find(|backend| backend.class_path == path);
    if let Some(backend) = at(class_path) {
        return Some(Match { backend, via: Via::Official });
    }
    let index =
        MOVED_CLASS_PATHS.binary_search_by_key(&class_path, |moved| moved.class_path).ok()?;
    let moved = MOVED_CLASS_PATHS.get(index)?;
    Some(Match { backend: at(moved.target)?, via: Via::Moved(moved) })
}

/// All official backends, sorted by id.
///
/// ```
/// assert!(connlint_catalog::backends().iter().any(|backend| backend.id == "akeyless"));
/// ```
pub fn backends() -> &'static [Backend] {
    BACKENDS
}

/// All import paths that moved, sorted.
pub fn moved_class_paths() -> &'static [MovedClassPath] {
    MOVED_CLASS_PATHS
}

/// The backends outside the official packages, sorted by class path.
pub fn third_party_backends() -> &'static [ThirdParty] {
    THIRD_PARTY
}

/// The backend at that import path that is known though not official.
///
/// ```
/// let path = "onepassword_secrets_backend.one_password_backend.OnePasswordSecretsBackend";
/// assert!(connlint_catalog::third_party_backend(path).is_some());
/// ```
pub fn third_party_backend(class_path: &str) -> Option<&'static ThirdParty> {
    let index = THIRD_PARTY.binary_search_by_key(&class_path, |known| known.class_path).ok()?;
    THIRD_PARTY.get(index)
}

/// The official backend that was probably meant by an import path; `None` where the path is known.
///
/// ```
/// use connlint_catalog::{BackendReason, suggest_backend};
///
/// let meant = |path| suggest_backend(path).map(|found| (found.backend.id, found.reason));
/// assert_eq!(
///     meant("airflow.providers.hashicorp.secrets.vault"),
///     Some(("hashicorp-vault", BackendReason::ModuleOnly)),
/// );
/// assert_eq!(
///     meant("airflow.providers.hashicorp.secret.vault.VaultBackend"),
///     Some(("hashicorp-vault", BackendReason::Misspelt)),
/// );
/// assert_eq!(
///     meant("airflow.providers.vault.VaultBackend"),
///     Some(("hashicorp-vault", BackendReason::SameClass)),
/// );
/// assert_eq!(meant("VaultBackend"), Some(("hashicorp-vault", BackendReason::NameOnly)));
/// assert_eq!(meant("my_company.secrets.Backend"), None);
/// ```
pub fn suggest_backend(class_path: &str) -> Option<BackendSuggestion> {
    if backend(class_path).is_some() || third_party_backend(class_path).is_some() {
        return None;
    }
    let found = |backend, reason| BackendSuggestion { backend, reason };
    let split = |path: &'static str| path.rsplit_once('.').unwrap_or(("", path));

    let by_module = || {
        let backend = BACKENDS.iter().find(|known| split(known.class_path).0 == class_path);
        backend.map(|backend| found(backend, BackendReason::ModuleOnly))
    };
    let by_distance = || {
        let old = MOVED_CLASS_PATHS.iter().map(|moved| moved.class_path);
        let path = nearest(class_path, BACKENDS.iter().map(|known| known.class_path).chain(old))?;
        backend(path).map(|known| found(known.backend, BackendReason::Misspelt))
    };
    let by_class = || {
        let (_, class) = class_path.rsplit_once('.')?;
        let mut known = BACKENDS.iter();
        let backend = known.find(|known| split(known.class_path).1.eq_ignore_ascii_case(class))?;
        Some(found(backend, BackendReason::SameClass))
    };
    let by_name = || {
        let backend = BACKENDS.iter().find(|known| {
            let names = [known.id, known.name, split(known.class_path).1];
            names.into_iter().any(|name| name.eq_ignore_ascii_case(class_path))
        })?;
        Some(found(backend, BackendReason::NameOnly))
    };
    by_module().or_else(by_distance).or_else(by_class).or_else(by_name)
}
