//! Finds the places where connections are written, and says where each decoded byte came from.
//!
//! A *host document* is the file around a connection: a `.env`, an export, a Vault dump. This crate
//! knows how those formats quote, not what a connection is.
//!
//! ```
//! use connlint_hosts::{HostFormat, Options, Role, extract};
//!
//! let file = "AIRFLOW_CONN_PG='postgres://u:p@h/d'\n";
//! let document = extract(HostFormat::Dotenv, file, Options::default());
//! let site = &document.sites[0];
//! assert_eq!((site.role, site.id.as_deref()), (Role::Connection, Some("pg")));
//! assert_eq!(site.value.text(), "postgres://u:p@h/d");
//! assert_eq!(site.value.raw().of(file), "postgres://u:p@h/d");
//! ```

pub mod airflow_cfg;
mod airflow_settings;
mod base64;
mod batch;
mod command;
mod config_file;
mod connections_env;
mod connections_json;
mod connections_yaml;
mod dockerfile;
mod document;
pub mod dotenv;
mod env_files;
mod env_json;
mod env_yaml;
mod environment;
mod fields;
mod formats;
mod jenkinsfile;
mod json;
mod makefile;
mod markdown;
mod names;
mod nested;
mod policy_file;
mod powershell;
mod python;
mod quoting;
mod reference;
mod references;
mod requirements;
pub mod secrets_file;
mod shell;
mod systemd;
mod templates;
mod terraform;
#[cfg(test)]
mod testing;
mod uri_lines;
mod vault_json;
mod yaml;
mod yaml_json;
mod yaml_regular;
mod yaml_scalar;

pub use base64::decode as decode_base64;
pub use command::{Command, Word};
pub use document::{
    Consumer, Document, Form, HostIssue, HostIssueKind, Mark, MarkKind, Name, Options, Quoting,
    Role, Site, Surface,
};
pub use env_files::{env_files, may_name_env_files};
pub use environment::{ENVIRONMENT, environment};
pub use formats::{HostFormat, detect, extract};
pub use reference::Reference;
pub use yaml_scalar::is_plain_text;
