//! The file itself.

pub(crate) mod ignore_without_reason;
pub(crate) mod invalid_utf8;
pub(crate) mod malformed_host;
pub(crate) mod placeholder;
pub(crate) mod unknown_ignore;
pub(crate) mod unreadable_file;
pub(crate) mod unused_ignore;
