use connlint_json::Node;
use connlint_text::{Edit, Span, message};

use crate::rules::kwargs::call_of;
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL509" "path-with-data", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend.filter(|backend| backend.id == "hashicorp-vault") else {
        return;
    };
    if call_of(cx, backend).is_none() {
        return;
    }
    let text = cx.kwargs.text;
    let is_version_2 =
        cx.kwargs.get("kv_engine_version").is_none_or(|node| node.span.of(text) != "1");
    let mount = match cx.kwargs.get("mount_point").map(Node::as_text) {
        None => Some("secret".to_owned()),
        Some(mount) => {
            mount.map(|it| it.to_lossy().trim_matches('/').to_owned()).filter(|it| !it.is_empty())
        }
    };
    for member in cx.kwargs.entries() {
        let is_path = ["connections_path", "variables_path", "config_path"]
            .iter()
            .any(|name| member.key.is(name));
        let nodes = member.value.as_array().unwrap_or(std::slice::from_ref(&member.value));
        for node in nodes.iter().filter(|_| is_path) {
            let Some(path) = node.as_text() else { continue };
            let Some(path) = path.as_str() else { continue };
            let trimmed = path.trim_start_matches('/');
            let below = mount.as_deref().and_then(|mount| trimmed.strip_prefix(mount));
            let below = below.and_then(|rest| rest.strip_prefix('/'));
            let (prefix, headline, note) = if let Some(below) = below {
                let rest = below.strip_prefix("data/").filter(|_| is_version_2).unwrap_or(below);
                (
                    path.len() - rest.len(),
                    message!["the path begins with the mount"],
                    "the mount is put in front of the path in any case: the backend looks in `<mount>/data/<mount>/…`",
                )
            } else if let Some(rest) = trimmed.strip_prefix("data/").filter(|_| is_version_2) {
                (
                    path.len() - rest.len(),
                    message!["the path begins with `data/`"],
                    "the backend writes `data/` itself for version 2 of the engine: it looks in `<mount>/data/data/…`",
                )
            } else {
                continue;
            };
            let draft = report
                .report(node.span, headline)
                .help("write the path below the mount, as `vault kv get -mount=…` takes it")
                .note(note)
                .note(
                    "nothing is found there, and nothing says so: every connection isn't defined",
                );
            // What an escape stands for is not where it stands.
            let raw = node.span.of(text);
            if raw.get(1..=prefix) == path.get(..prefix) {
                let start = node.span.start() + 1;
                let end = start + u32::try_from(prefix).unwrap_or(0);
                draft.unsafe_fix("write the rest of it", vec![Edit::delete(Span::new(start, end))]);
            }
        }
    }
}
