//! What is known of connection types.

pub(crate) mod blank_in_host;
pub(crate) mod databricks_token_login;
pub(crate) mod foreign_port;
pub(crate) mod half_key_pair;
pub(crate) mod ignored_field;
pub(crate) mod invalid_account_id;
pub(crate) mod lost_https;
pub(crate) mod missing_conn_type;
pub(crate) mod missing_setting;
pub(crate) mod path_as_scheme;
pub(crate) mod port_in_host;
pub(crate) mod port_with_srv;
pub(crate) mod protocol_in_host;
pub(crate) mod redis_path_database;
pub(crate) mod smtp_tls_port;
pub(crate) mod snowflake_account_in_host;
pub(crate) mod snowflake_account_url;
pub(crate) mod snowflake_database_in_path;
pub(crate) mod spark_master_without_scheme;
pub(crate) mod sqlite_path_in_schema;
pub(crate) mod unknown_conn_type;
pub(crate) mod version_dependent_value;

use connlint_catalog::ConnType;

/// Whether hooks of this type pass the host on to a library that takes the name of one machine.
pub(crate) fn takes_bare_host(of: &ConnType) -> bool {
    matches!(
        of.name,
        "ftp" | "imap" | "mysql" | "postgres" | "redis" | "redshift" | "sftp" | "smtp" | "ssh"
    )
}
