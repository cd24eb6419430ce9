//! Projects and Deployments of Astro.

pub(crate) mod backend_as_mapping;
pub(crate) mod backend_set_twice;
pub(crate) mod blank_secret;
pub(crate) mod load_argument;
pub(crate) mod open_deployment_variable;
pub(crate) mod open_load;
pub(crate) mod reserved_variable;
pub(crate) mod secret_comment_as_value;
pub(crate) mod unknown_deployment_key;
pub(crate) mod unread_settings_file;
