//! Scripts, the commands in them, and Dockerfiles.

pub(crate) mod conn_id_is_env_name;
pub(crate) mod dockerfile_unexpanded_variable;
pub(crate) mod missing_secret_flag;
pub(crate) mod removed_cli;
pub(crate) mod shell_brace_typo;
pub(crate) mod shell_unquoted_metachar;
