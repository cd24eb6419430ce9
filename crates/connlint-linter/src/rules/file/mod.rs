//! The file itself.

pub(crate) mod invalid_utf8;
pub(crate) mod malformed_host;
pub(crate) mod placeholder;
pub(crate) mod unreadable_file;
