//! Environment variables, and the `.env` files they are set in.

pub(crate) mod byte_order_mark;
pub(crate) mod carriage_return;
pub(crate) mod celery_result_prefix;
pub(crate) mod database_dialect;
pub(crate) mod database_url_at;
pub(crate) mod divergent_value;
pub(crate) mod duplicate_conn_id;
pub(crate) mod invalid_fernet_key;
pub(crate) mod invisible_character;
pub(crate) mod lowercase_env_name;
pub(crate) mod misnamed_variable;
pub(crate) mod option_type;
pub(crate) mod per_key_kwarg;
pub(crate) mod smart_quotes;
pub(crate) mod unexportable_name;
pub(crate) mod unknown_option;
pub(crate) mod unread_command_option;
