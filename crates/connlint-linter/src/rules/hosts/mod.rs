//! Values that the file around them changes.

pub(crate) mod config_comment;
pub(crate) mod dollar_in_password;
pub(crate) mod encoded_twice;
pub(crate) mod folded_blank;
pub(crate) mod kubernetes_number;
pub(crate) mod old_env_form;
pub(crate) mod shell_bare_json;
pub(crate) mod shell_process_id;
pub(crate) mod single_percent;
pub(crate) mod trailing_line_end;
pub(crate) mod yaml_comment;
