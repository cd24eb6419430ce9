//! What a team decides for connlint: configuration, and the baseline of known findings.
//!
//! [`Config::parse`] reads `connlint.toml`, or `[tool.connlint]` of a `pyproject.toml`, and says
//! everything that is wrong with it, each with its place. [`Config::linter`] makes the linter for
//! a file of the project out of it. No I/O.
//!
//! ```
//! use connlint_config::{Config, Flags, Kind};
//!
//! let text = "
//!     consumer = 'astro-load'
//!     [[overrides]]
//!     files = ['tests/**']
//!     ignore = ['unencoded-delimiter']
//! ";
//! let config = Config::parse(text, Kind::Own).unwrap();
//! let file = "AIRFLOW_CONN_PG=postgres://app:s3/cr3t@db/app\n";
//! let linter = config.linter("tests/.env", &Flags::default());
//! assert!(linter.lint("tests/.env", file).findings.is_empty());
//! let linter = config.linter(".env", &Flags::default());
//! assert_eq!(linter.lint(".env", file).findings[0].rule.name, "unencoded-delimiter");
//! ```

mod baseline;
mod config;
mod date;
mod fault;
mod globs;
mod keys;
mod read;

pub use baseline::{Baseline, Covered};
pub use config::{Config, Flags};
pub use date::Date;
pub use fault::Fault;
pub use keys::schema;
pub use read::Kind;
