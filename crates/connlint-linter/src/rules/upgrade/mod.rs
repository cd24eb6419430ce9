//! What newer Airflows no longer know.

pub(crate) mod moved_option;
pub(crate) mod removed_command;
pub(crate) mod removed_flag;
pub(crate) mod removed_option;
pub(crate) mod unknown_executor;
