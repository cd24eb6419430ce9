//! What the files of a project say about each other.

pub(crate) mod deploy_by_flag;
pub(crate) mod enabled_twice;
pub(crate) mod invalid_policy;
pub(crate) mod local_host;
pub(crate) mod missing_provider;
pub(crate) mod misspelled_id;
pub(crate) mod mount_mismatch;
pub(crate) mod policy_misses_mount;
pub(crate) mod policy_too_wide;
pub(crate) mod policy_without_data;
pub(crate) mod shadowed_definition;
pub(crate) mod undefined_conn_id;
pub(crate) mod unknown_policy;
pub(crate) mod unused_connection;
pub(crate) mod vault_path_mismatch;
