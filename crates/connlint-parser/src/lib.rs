//! Airflow connections as URI or JSON, and secrets-backend kwargs, read exactly as a chosen
//! Airflow reads them.
//!
//! Parsers here are total: any text gives a reading, and problems are data in it. A [`Reading`]
//! keeps where every part stands, so that a rule can point at it; [`Reading::connection`] gives
//! the values that Airflow's `Connection` would hold, and [`Connection::get_uri`] and
//! [`Connection::as_json`] what Airflow writes.
//!
//! ```
//! use connlint_catalog::Profile;
//! use connlint_parser::{FailureKind, Reading, read_stored};
//!
//! // What an environment variable holds; a `/` in the password ends the authority.
//! let text = "postgres://app:pa/ss@db:5432/app";
//! let reading = read_stored(text, Profile::NEWEST);
//! let failure = reading.failure().unwrap();
//! assert_eq!(failure.kind, FailureKind::PortNotANumber);
//! assert_eq!(failure.exception.name(), "ValueError");
//! assert_eq!(failure.span.of(text), "pa");
//!
//! let Reading::Uri(uri) = reading else { unreachable!("it does not begin with a brace") };
//! assert_eq!(uri.host.as_ref().unwrap().text, "app");
//! // Only the scheme is certainly no part of a secret.
//! let public = uri.disclosure();
//! assert_eq!(public.iter().map(|span| span.of(text)).collect::<Vec<_>>(), ["postgres://"]);
//! ```

mod connection;
mod disclosure;
mod files;
mod get_uri;
mod grammar;
mod json_connection;
mod json_message;
mod kwargs;
mod loader;
mod message;
mod name;
mod percent;
mod policy;
pub mod py;
mod reading;
mod source;
mod stored;
mod stores;
mod uri;
mod vault;

pub use connection::{Connection, FieldValue, Loaded, Port};
pub use connlint_json::PyText;
pub use files::{
    FileConnection, FileFailure, FileKey, FileProblem, FileSyntaxError, FileVariable,
    SecretsContents, SecretsFormat, VariableValue,
};
pub use json_connection::{
    BeyondJson, JsonConnection, read_fields_node, read_file_node, read_file_object, read_json,
    read_json_node,
};
pub use kwargs::{DropWarning, Kwargs, KwargsOutcome, read_kwargs};
pub use loader::{
    BackendSection, CommandOutcome, LoadedBackend, LoadedKwargs, LoaderFailure, Process, Settings,
    World, load_backend, shell_words,
};
pub use message::FailureMessage;
pub use name::{
    ENV_PREFIX, env_conn_id, env_name, is_asked_of_environment, is_cli_key, sanitized_conn_id,
};
pub use percent::{unquote, unquote_plus};
pub use policy::{
    Acl, Capabilities, Capability, Policy, PolicyIssue, PolicyIssueKind, PolicyPath, read_policy,
};
pub use reading::{Exception, Failure, FailureKind, Form, Reader, Reading};
pub use stored::read_stored;
pub use stores::{
    AwsWords, StoredConnection, StoredText, VaultStyle, read_aws_secret, read_vault, vault_variable,
};
pub use uri::{Part, QueryPair, Uri, read_uri, typed_value};
pub use vault::{KeyRole, VaultForm, VaultKey, VaultSecret, meant_key, vault_secret};
