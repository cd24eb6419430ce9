use connlint_json::{Node, Value};
use connlint_text::{Edit, Span, message};

use super::call_of;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL413" "doubled-path", Correctness, Warning[Medium],
    since: "0.1.0", fix: Sometimes, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend.filter(|backend| backend.id == "hashicorp-vault") else {
        return;
    };
    let Some(call) = call_of(cx, backend) else { return };
    let arguments = &call.arguments;
    // Without a mount, the id begins with it.
    let mount = match arguments.get("mount_point") {
        Some(Node { value: Value::Null, .. }) => return,
        Some(_) => arguments.text("mount_point"),
        None => Some("secret".to_owned()),
    };
    let is_version_1 = arguments
        .get("kv_engine_version")
        .is_some_and(|node| matches!(&node.value, Value::Number(it) if it.as_i64() == Some(1)));
    for name in ["connections_path", "variables_path", "config_path"] {
        let Some(node) = arguments.get(name) else { continue };
        for path in node.as_array().unwrap_or(std::slice::from_ref(node)) {
            let Some(text) = path.as_string() else { continue };
            // Offsets hold where nothing is escaped.
            let raw = text.raw();
            let (doubled, headline) = if let Some(len) =
                prefix_len(raw, "data").filter(|_| !is_version_1)
            {
                (len, message!["`data/` is put in front of this path once more"])
            } else if let Some(len) = mount.as_deref().and_then(|mount| prefix_len(raw, mount)) {
                (len, message!["the mount is put in front of this path once more"])
            } else {
                continue;
            };
            let start = path.span.start() + 1;
            let edit = Edit::delete(Span::new(start, start + u32::try_from(doubled).unwrap_or(0)));
            let draft =
                report.report(path.span, headline).help("write the path below it only").note(
                    "Vault has nothing there: every connection isn't defined, and no error says so",
                );
            if doubled < raw.len() {
                draft.unsafe_fix("remove it", vec![edit]);
            }
        }
    }
}

/// The length of a first segment of that name, with the slashes around it.
fn prefix_len(path: &str, segment: &str) -> Option<usize> {
    let segment = segment.trim_matches('/');
    let rest = path.trim_start_matches('/').strip_prefix(segment)?;
    let below = rest.trim_start_matches('/');
    let is_whole = !segment.is_empty() && rest.starts_with('/') && !below.is_empty();
    is_whole.then(|| path.len() - below.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_segments() {
        for (path, segment, expected) in [
            ("data/connections", "data", Some(5)),
            ("/data//connections", "data", Some(7)),
            ("database/connections", "data", None),
            ("data", "data", None),
            ("data/", "data", None),
            ("a/b/connections", "/a/b/", Some(4)),
            ("connections", "", None),
        ] {
            assert_eq!(prefix_len(path, segment), expected, "{path} {segment}");
        }
    }
}
