//! Environment variables, and the `.env` files they are set in.

pub(crate) mod divergent_value;
pub(crate) mod duplicate_conn_id;
pub(crate) mod lowercase_env_name;
