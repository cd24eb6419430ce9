use connlint_json::Node;

use crate::Call;

/// What a backend meets outside its arguments.
///
/// The default answers are those of [`Ideal`] surroundings: everything is there, and every server
/// grants everything. Only the environment is empty.
pub trait Surroundings {
    /// The value of an environment variable.
    fn variable(&self, _name: &str) -> Option<&str> {
        None
    }

    /// Whether something is there.
    fn has(&self, _needed: Needed<'_>) -> bool {
        true
    }

    /// What is wrong with a file of connections or variables.
    fn file_fault(&self, _path: &str) -> Option<FileFault> {
        None
    }

    /// The exception of a connection to the server at `url`, where none comes about.
    fn unreachable(&self, _url: &str) -> Option<&'static str> {
        None
    }

    /// What Vault answers.
    fn vault(&self, _call: &Call<'_, '_>, _step: VaultStep<'_>) -> VaultAnswer<'_> {
        VaultAnswer::Granted(None)
    }
}

/// Surroundings in which only what fails everywhere fails.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ideal;

impl Surroundings for Ideal {}

/// Something outside the arguments that a backend may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed<'a> {
    /// A readable file.
    File(&'a str),
    /// A profile in the configuration of AWS.
    AwsProfile(&'a str),
    /// A region in the configuration of AWS.
    AwsRegion,
    /// Credentials for AWS: a file, a role of the machine.
    AwsCredentials,
    /// Credentials for Google: a file that a variable names, an account of the machine.
    GoogleCredentials,
    /// A Kubernetes cluster around the process.
    KubernetesCluster,
    /// A Python package.
    Package(&'a str),
}

/// What is wrong with a file of connections or variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFault {
    /// There is none.
    Missing,
    /// It is not what its suffix says.
    Malformed,
    /// An id has more than one value.
    Repeated,
    /// A connection has a key that is no field.
    UnknownKey,
}

/// One request to Vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultStep<'a> {
    /// A login of some kind.
    LogIn,
    /// The configuration of a login method is written, which some releases do in place of a login.
    Configure,
    /// Vault is asked whether the token is good.
    LookUpSelf,
    /// A secret is read.
    Read {
        /// What stands in the request behind `GET `.
        target: &'a str,
    },
}

/// What Vault answers.
#[derive(Debug, Clone, Copy)]
pub enum VaultAnswer<'s> {
    /// Yes; of a read, the data of the secret where they are known.
    Granted(Option<&'s Node<'s>>),
    /// 403.
    Forbidden,
    /// 400.
    Invalid,
    /// 404.
    Absent,
}
