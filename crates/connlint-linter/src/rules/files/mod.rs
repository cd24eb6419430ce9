//! The files and commands that connections are imported with.

pub(crate) mod import_extension;
pub(crate) mod json_in_lines;
pub(crate) mod refused_conn_id;
pub(crate) mod unimportable_export;
pub(crate) mod uri_beside_options;
