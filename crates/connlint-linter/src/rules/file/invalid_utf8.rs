use crate::declare_rule;

declare_rule! {
    "CL002" "invalid-utf8", Host, Error,
    since: "0.1.0", fix: None, Reading
}
