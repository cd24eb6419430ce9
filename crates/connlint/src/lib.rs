//! Finds, validates, lints, fixes and converts Apache Airflow connections.
//!
//! ```
//! use connlint::{Linter, Source};
//!
//! let file = b"AIRFLOW_CONN_PG=postgres://app:s3/cr#t@db:5432/app\n";
//! let source = Source::of(file);
//! let linted = Linter::default().lint_source(".env", &source);
//!
//! let finding = &linted.findings[0];
//! assert_eq!(finding.rule.name, "unencoded-delimiter");
//! assert_eq!(finding.span.of(source.text()), "/");
//! ```
//!
//! The modules are the crates connlint is made of:
//!
//! - [`text`]: spans, source maps, edits, disclosure.
//! - [`backends`]: what secrets backends do with their arguments, and the names they ask for.
//! - [`catalog`]: what is known of Airflow, its connection types and secrets backends.
//! - [`json`], [`parser`]: connections and kwargs as Airflow reads them.
//! - [`hosts`]: the files they are written in.
//! - [`config`]: what a team decides: configuration and baseline.
//! - [`convert`]: writing them in another form, with proof.
//! - [`report`]: findings for people and machines.

mod lookup;
mod show;

pub use lookup::{LookedUp, Place, configured_backends, last_backends, lookups};
pub use show::{Secrets, sites};

pub use connlint_backends as backends;
pub use connlint_catalog as catalog;
pub use connlint_config as config;
pub use connlint_convert as convert;
pub use connlint_hosts as hosts;
pub use connlint_json as json;
pub use connlint_linter as linter;
pub use connlint_parser as parser;
pub use connlint_report as report;
pub use connlint_text as text;

pub use connlint_catalog::{AirflowVersion, Profile};
pub use connlint_linter::{
    Applicability, Finding, Fixed, Linted, Linter, NewLine, ProjectFacts, ProjectFiles, RULES,
    Rule, Severity, Source, Tracking, add_ignores, add_lines, fix, fix_in, nearest_rule, rule,
};
