//! What Airflow's secrets backends do with their arguments. No I/O.
//!
//! - [`import`] says whether a class path leads to a class.
//! - [`failures`] says where a [`Call`] fails, in the order in which the real class gets there.
//! - [`lookup`] says which names are asked for a connection, variable or option, and [`read`] how
//!   that ends.
//!
//! What lies outside the arguments is asked of a [`Surroundings`]; in [`Ideal`] ones only what
//! fails everywhere fails.
//!
//! ```
//! use connlint_backends::{Arguments, Call, Ideal, Kind, failures, lookup};
//! use connlint_catalog::{AirflowVersion, Stage, backend};
//!
//! let vault = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap().backend;
//! let kwargs = connlint_json::parse(r#"{"token": "…", "mount_point": "airflow", "sep": "/"}"#).unwrap();
//! let call = Call {
//!     backend: vault,
//!     arguments: Arguments::of(&kwargs),
//!     release: None,
//!     airflow: AirflowVersion::NEWEST,
//! };
//! let failures = failures(&call, &Ideal);
//! assert_eq!((failures[0].stage, failures[0].exception), (Stage::Client, "TypeError"));
//!
//! let asked = lookup(&call, Kind::Connection, "smtp_default").unwrap();
//! assert_eq!(asked[0].to_string(), "GET /v1/airflow/data/connections/smtp_default");
//! ```

mod akeyless;
mod arguments;
mod aws;
mod azure;
mod call;
mod core;
mod google;
mod import;
mod kubernetes;
mod local;
mod pattern;
mod surroundings;
mod unknown;
mod url;
mod vault;
mod yandex;

pub use arguments::Arguments;
pub use call::{
    Call, Cause, Failure, Kind, Name, Nothing, Outcome, Reading, failures, lookup, read,
};
pub use import::{Imported, import};
pub use surroundings::{FileFault, Ideal, Needed, Surroundings, VaultAnswer, VaultStep};
pub use unknown::{Fate, fate};
pub use vault::{VaultSecret, vault_secrets};
