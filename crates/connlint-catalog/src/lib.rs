//! Facts about Apache Airflow as data: versions and quirks, connection types, secrets backends.
//! No logic beyond lookup.
//!
//! - [`Profile::has`] says how one Airflow differs from another.
//! - [`conn_type`] says what a connection type reads, [`suggest_conn_type`] what was meant by one
//!   that does not exist.
//! - [`backend`] says what a secrets backend takes, [`Backend::missing`] what its arguments lack,
//!   [`suggest_backend`] which one was meant.
//!
//! The tables are `static`: looking something up costs a binary search, and starting costs nothing.
//! They are made by `cargo xtask catalog` from the reviewed JSON in `data/`.
//!
//! ```
//! use connlint_catalog::{Profile, Quirk, backend, conn_type, suggest_conn_type};
//!
//! let profile: Profile = "3.3".parse().unwrap();
//! assert!(profile.has(Quirk::TypedQueryValues));
//! assert!(!Profile::from_str_or_newest("2.10").has(Quirk::TypedQueryValues));
//!
//! let postgres = conn_type("postgres").unwrap();
//! assert!(postgres.extra("sslmode").is_some());
//! assert_eq!(suggest_conn_type("postgresql+psycopg2").unwrap().conn_type, "postgres");
//!
//! let vault = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap().backend;
//! assert_eq!(vault.suggest_kwarg("conections_path"), Some("connections_path"));
//! ```

mod backend;
mod command;
mod conn_type;
mod executor;
// Written by a program, one entry a line.
#[rustfmt::skip]
mod generated;
mod nearest;
mod option;
mod profile;
mod providers;
mod requirement;
mod scalar;
mod sensitive;
mod target;

pub use backend::{
    Backend, BackendReason, BackendSuggestion, ClassRange, ConnectionShape, Deprecation, Failure,
    Format, Kwarg, Lookup, Match, MovedClassPath, Origin, Passthrough, Payload, Releases, Stage,
    ThirdParty, ThirdPartyKwarg, UnknownKwargs, UnknownKwargsChange, Via, backend, backends,
    compare_releases, moved_class_paths, suggest_backend, third_party_backend,
    third_party_backends,
};
pub use command::{RemovedCommand, removed_command};
pub use conn_type::{
    ArbitraryExtras, ConnType, DefaultPort, DefaultPortBy, Driver, Extra, ExtraSuggestion, Field,
    Fields, Host, Reason, RemovedConnType, Required, Standing, Status, Suggestion, TypeHint,
    TypesFrom, conn_type, conn_type_hint, conn_types, removed_conn_type, removed_conn_types,
    scheme_alias, suggest_conn_type,
};
pub use executor::executors;
pub use nearest::nearest;
pub use option::{
    ConfigOption, MovedOption, OptionKind, config_option, moved_option, suggest_option,
};
pub use profile::{
    AirflowVersion, Implementation, Profile, Python, Quirk, QuirkFacts, UnknownVersion,
};
pub use providers::{
    ProviderRelease, Providers, UnknownProvider, newest_permitted, provider_names,
};
pub use requirement::{
    Alternative, Characters, Condition, Given, KwargsView, Missing, Problem, Requirement,
    RequirementSeverity,
};
pub use scalar::{JsonType, JsonTypes, Scalar};
pub use sensitive::is_sensitive_name;
pub use target::Target;
