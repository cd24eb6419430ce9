//! Secrets in places where they do not belong.

pub(crate) mod copied_secret;
pub(crate) mod known_secret_key;
pub(crate) mod live_token;
pub(crate) mod secret_in_config_map;
pub(crate) mod secret_in_image;
pub(crate) mod tracked_secret;
