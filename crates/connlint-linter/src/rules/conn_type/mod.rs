//! What is known of connection types.

pub(crate) mod lost_https;
pub(crate) mod missing_conn_type;
pub(crate) mod unknown_conn_type;
pub(crate) mod version_dependent_value;
