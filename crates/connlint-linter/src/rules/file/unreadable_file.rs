use crate::declare_rule;

declare_rule! {
    "CL001" "unreadable-file", Host, Error,
    since: "0.1.0", fix: None, Reading
}
