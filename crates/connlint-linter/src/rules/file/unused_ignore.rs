use crate::declare_rule;

declare_rule! {
    "CL005" "unused-ignore", Host, Warning,
    since: "0.1.0", fix: Sometimes, Reading
}
