use crate::declare_rule;

declare_rule! {
    "CL007" "ignore-without-reason", Host, Info,
    since: "0.1.0", fix: None, Reading, audience: Pedantic
}
