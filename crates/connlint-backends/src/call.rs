use std::fmt;

use connlint_catalog::{AirflowVersion, Backend, Stage, compare_releases};
use connlint_text::{Decoded, Span};

use crate::{
    Arguments, Surroundings, akeyless, aws, azure, core, google, kubernetes, local, vault, yandex,
};

/// A backend and what it is called with.
#[derive(Debug, Clone)]
pub struct Call<'k, 'a> {
    /// The class.
    pub backend: &'static Backend,
    /// The arguments it gets.
    pub arguments: Arguments<'k, 'a>,
    /// The release of the backend's package; `None` for the newest that is known.
    pub release: Option<&'k str>,
    /// The release of Airflow around it.
    pub airflow: AirflowVersion,
}

impl Call<'_, '_> {
    /// Whether the package is of that release or a later one.
    pub fn since(&self, release: &str) -> bool {
        self.release.is_none_or(|own| compare_releases(release, own).is_le())
    }

    /// The full name of an exception that Airflow 3 has moved to its task SDK.
    pub(crate) fn airflow_exception(&self) -> &'static str {
        if self.airflow >= AirflowVersion::exact(3, 2, 0) {
            "airflow.sdk.exceptions.AirflowException"
        } else {
            "airflow.exceptions.AirflowException"
        }
    }
}

/// What is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A connection.
    Connection,
    /// A variable.
    Variable,
    /// An option of the configuration.
    Config,
}

impl Kind {
    /// Of three arguments, the one for this kind.
    pub(crate) const fn of(self, names: [&'static str; 3]) -> &'static str {
        let [connection, variable, config] = names;
        match self {
            Self::Connection => connection,
            Self::Variable => variable,
            Self::Config => config,
        }
    }
}

/// How a call fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub stage: Stage,
    /// The full name of the exception.
    pub exception: &'static str,
    /// Why.
    pub cause: Cause,
}

impl Failure {
    /// The name of the exception without its module.
    ///
    /// ```
    /// use connlint_backends::{Cause, Failure};
    /// use connlint_catalog::Stage;
    ///
    /// let exception = "hvac.exceptions.VaultError";
    /// let failure = Failure { stage: Stage::Construct, exception, cause: Cause::Outside };
    /// assert_eq!(failure.exception_class(), "VaultError");
    /// ```
    pub fn exception_class(&self) -> &'static str {
        self.exception.rsplit('.').next().unwrap_or(self.exception)
    }
}

/// Why a call fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Nobody takes an argument of the name that stands there.
    Name(Span<Decoded>),
    /// The argument has a value that does not do.
    Value(&'static str),
    /// The argument is needed.
    Absent(&'static str),
    /// The arguments exclude each other.
    Conflict(&'static [&'static str]),
    /// Something outside the arguments.
    Outside,
}

/// The failures of a call, as a backend meets them.
#[derive(Debug)]
pub(crate) struct Course {
    stage: Stage,
    pub(crate) failures: Vec<Failure>,
}

impl Course {
    pub(crate) fn new(stage: Stage) -> Self {
        Self { stage, failures: Vec::new() }
    }

    /// From here on, failures are of a later stage.
    pub(crate) fn enter(&mut self, stage: Stage) {
        self.stage = stage;
    }

    pub(crate) fn raise(&mut self, exception: &'static str, cause: Cause) {
        self.failures.push(Failure { stage: self.stage, exception, cause });
    }
}

/// Where a call fails, in the order in which the class gets there: what it raises is the first.
///
/// The rest is what would be raised if that were mended. Reading a key may fail as well, see
/// [`read`].
///
/// ```
/// use connlint_backends::{Arguments, Call, Cause, Ideal, failures};
/// use connlint_catalog::{AirflowVersion, Stage, backend};
///
/// let google = "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend";
/// let kwargs = connlint_json::parse(r#"{"project": "p", "connections_prefix": "a/b"}"#).unwrap();
/// let call = Call {
///     backend: backend(google).unwrap().backend,
///     arguments: Arguments::of(&kwargs),
///     release: None,
///     airflow: AirflowVersion::NEWEST,
/// };
/// let exceptions: Vec<_> =
///     failures(&call, &Ideal).iter().map(|failure| failure.exception_class()).collect();
/// assert_eq!(exceptions, ["TypeError", "AirflowException"]);
/// ```
pub fn failures(call: &Call<'_, '_>, surroundings: &dyn Surroundings) -> Vec<Failure> {
    let mut course = Course::new(Stage::Construct);
    match Class::of(call.backend) {
        Class::Vault => vault::start(call, surroundings, &mut course),
        Class::SecretsManager | Class::ParameterStore => {
            aws::start(call, surroundings, &mut course);
        }
        Class::Google => google::start(call, surroundings, &mut course),
        Class::Azure => azure::start(call, &mut course),
        Class::Yandex => yandex::start(call, &mut course),
        Class::Akeyless => akeyless::start(call, &mut course),
        Class::Kubernetes => kubernetes::start(call, surroundings, &mut course),
        Class::LocalFiles => local::start(call, &mut course),
        Class::Other => core::start(call, &mut course),
    }
    course.failures
}

/// The names a backend asks for, in this order until one is there.
///
/// # Errors
///
/// Where it asks for nothing.
///
/// ```
/// use connlint_backends::{Arguments, Call, Kind, Nothing, lookup};
/// use connlint_catalog::{AirflowVersion, backend};
///
/// let azure = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend";
/// let kwargs = connlint_json::parse(r#"{"variables_prefix": null}"#).unwrap();
/// let call = Call {
///     backend: backend(azure).unwrap().backend,
///     arguments: Arguments::of(&kwargs),
///     release: None,
///     airflow: AirflowVersion::NEWEST,
/// };
/// let asked = lookup(&call, Kind::Connection, "smtp_default").unwrap();
/// assert_eq!(asked[0].text, "airflow-connections-smtp-default");
/// assert_eq!(lookup(&call, Kind::Variable, "hello"), Err(Nothing::Disabled));
/// ```
pub fn lookup(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Vec<Name>, Nothing> {
    match Class::of(call.backend) {
        Class::Vault => vault::names(call, kind, id),
        Class::SecretsManager => aws::secret_name(call, kind, id).map(|name| vec![name]),
        Class::ParameterStore => aws::parameter_name(call, kind, id).map(|name| vec![name]),
        Class::Google => google::name(call, kind, id).map(|name| vec![name]),
        Class::Azure => azure::name(call, kind, id).map(|name| vec![name]),
        Class::Yandex => yandex::name(call, kind, id).map(|name| vec![name]),
        Class::Akeyless => akeyless::name(call, kind, id).map(|name| vec![name]),
        Class::Kubernetes => kubernetes::name(call, kind, id).map(|name| vec![name]),
        Class::LocalFiles => local::name(call, kind, id).map(|name| vec![name]),
        Class::Other => core::name(call, kind, id).map(|name| vec![name]),
    }
}

/// How reading one key ends, once the client stands.
pub fn read(call: &Call<'_, '_>, surroundings: &dyn Surroundings, kind: Kind, id: &str) -> Reading {
    let mut course = Course::new(Stage::Lookup);
    let (requests, outcome) = match Class::of(call.backend) {
        Class::Vault => vault::read(call, surroundings, kind, id, &mut course),
        class => {
            match class {
                Class::SecretsManager | Class::ParameterStore => {
                    aws::check_pattern(call, kind, &mut course);
                }
                Class::Akeyless => akeyless::log_in(call, surroundings, kind, &mut course),
                Class::LocalFiles => local::open(call, surroundings, kind, &mut course),
                _ => {}
            }
            let asked = lookup(call, kind, id);
            (Vec::new(), if asked.is_ok() { Outcome::Unknown } else { Outcome::Nothing })
        }
    };
    match course.failures.into_iter().next() {
        Some(failure) => Reading { requests, outcome: Outcome::Raised(failure) },
        None => Reading { requests, outcome },
    }
}

/// What reading one key comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The requests that are sent, where the backend is one of Vault.
    pub requests: Vec<String>,
    /// How it ends.
    pub outcome: Outcome,
}

/// How reading one key ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is something.
    Found,
    /// There is nothing: the next backend is asked.
    Nothing,
    /// It depends on what is stored.
    Unknown,
    /// It fails: Airflow logs that, and the next backend is asked.
    Raised(Failure),
}

/// What a backend asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// What it is a name of, such as `secret`, or the method of a request.
    pub what: &'static str,
    /// The name.
    pub text: String,
    /// Where it is looked for, such as a namespace or file.
    pub within: Option<String>,
}

impl Name {
    pub(crate) fn new(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, text: text.into(), within: None }
    }
}

/// `secret airflow/connections/smtp_default`, `GET /v1/secret/data/connections/x in admin`
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.text)?;
        match &self.within {
            Some(within) => write!(f, " in {within}"),
            None => Ok(()),
        }
    }
}

/// Why a backend asks for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nothing {
    /// An argument turns this kind off.
    Disabled,
    /// The arguments name no mount of Vault, and neither does the id.
    NoMount,
    /// The name would not be legal.
    IllegalName,
    /// A pattern keeps the id out.
    Pattern,
    /// The id is that of another team, or of the backend's own connection.
    Reserved,
    /// The backend does not have this kind.
    NoSuchKind,
    /// An argument is not what the backend makes a name of.
    Unusable,
}

impl Nothing {
    /// The reason in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Disabled => "an argument turns it off",
            Self::NoMount => "without `mount_point`, an id must begin with the mount and `/`",
            Self::IllegalName => "the name would not be legal there",
            Self::Pattern => "the lookup pattern does not match the id",
            Self::Reserved => "the id is reserved",
            Self::NoSuchKind => "the backend has none",
            Self::Unusable => "an argument is of the wrong type",
        }
    }
}

/// The models, one for each class that behaves in a way of its own.
enum Class {
    Vault,
    SecretsManager,
    ParameterStore,
    Google,
    Azure,
    Yandex,
    Akeyless,
    Kubernetes,
    LocalFiles,
    /// The environment, the database and the API server, which take no arguments.
    Other,
}

impl Class {
    fn of(backend: &Backend) -> Self {
        match backend.id {
            "hashicorp-vault" => Self::Vault,
            "aws-secrets-manager" => Self::SecretsManager,
            "aws-ssm-parameter-store" => Self::ParameterStore,
            "gcp-secret-manager" => Self::Google,
            "azure-key-vault" => Self::Azure,
            "yandex-lockbox" => Self::Yandex,
            "akeyless" => Self::Akeyless,
            "kubernetes-secrets" => Self::Kubernetes,
            "local-filesystem" => Self::LocalFiles,
            _ => Self::Other,
        }
    }
}
