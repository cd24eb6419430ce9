//! Files of variables that other files name: `env_file` of compose, `EnvironmentFile` of systemd.

use crate::yaml::{Node, Source, Yaml};

/// Whether a file of that name may name files of variables.
pub fn may_name_env_files(path: &str) -> bool {
    kind(path).is_some()
}

/// The files of variables that a file names: relative to its folder, or, where they start with a
/// `/`, from the top of the machine that it is for. A name with something to fill in is left out.
///
/// ```
/// use connlint_hosts::env_files;
///
/// let compose = "services:\n  web:\n    env_file: [airflow.settings, {path: ./more}]\n";
/// assert_eq!(env_files("compose.yaml", compose), ["airflow.settings", "./more"]);
/// let unit = "[Service]\nEnvironmentFile=-/etc/sysconfig/airflow\n";
/// assert_eq!(env_files("airflow.service", unit), ["/etc/sysconfig/airflow"]);
/// ```
pub fn env_files(path: &str, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    match kind(path) {
        Some(Kind::Compose) if text.contains("env_file") => {
            let source = Source::plain(text);
            let yaml = Yaml::load(&source);
            for root in &yaml.documents {
                in_node(&yaml, &root.node, &mut names);
            }
        }
        Some(Kind::Systemd) => {
            let values =
                text.lines().filter_map(|line| line.trim().strip_prefix("EnvironmentFile="));
            names.extend(values.map(|value| value.trim_start_matches('-').to_owned()));
        }
        _ => {}
    }
    names.retain(|name| !name.is_empty() && !name.contains(['$', '%', '{']));
    names
}

enum Kind {
    Compose,
    Systemd,
}

fn kind(path: &str) -> Option<Kind> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    match name.rsplit_once('.')? {
        (stem, "yml" | "yaml") if stem.contains("compose") => Some(Kind::Compose),
        (_, "service" | "conf") => Some(Kind::Systemd),
        _ => None,
    }
}

/// What stands under `env_file` anywhere: a name, a list of names, or of mappings with a `path`.
fn in_node(yaml: &Yaml<'_, '_>, node: &Node<'_>, names: &mut Vec<String>) {
    match yaml.written(node) {
        Some(Node::Mapping { members, .. }) => {
            for (key, value) in members {
                if yaml.scalar(key).is_none_or(|key| key.value != "env_file") {
                    in_node(yaml, value, names);
                    continue;
                }
                let items = match yaml.written(value) {
                    Some(Node::Sequence { items, .. }) => &items[..],
                    _ => std::slice::from_ref(value),
                };
                let files = items.iter().map(|item| yaml.get(item, "path").unwrap_or(item));
                let texts = files.filter_map(|file| yaml.scalar(file));
                names.extend(texts.map(|text| text.value.clone().into_owned()));
            }
        }
        Some(Node::Sequence { items, .. }) => {
            for item in items {
                in_node(yaml, item, names);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (path, text, expected) in [
            ("compose.yml", "services:\n  a:\n    env_file: a.txt\n", &["a.txt"][..]),
            (
                "x/docker-compose.dev.yaml",
                "x-a: &a\n  env_file:\n    - b\n    - path: c\n",
                &["b", "c"],
            ),
            ("compose.yml", "services:\n  a:\n    env_file: ${A}.txt\n", &[]),
            ("values.yaml", "a:\n  env_file: a.txt\n", &[]),
            (
                "airflow.service",
                "[Service]\nEnvironmentFile=/a\nEnvironmentFile=-/b\n",
                &["/a", "/b"],
            ),
            ("airflow.service", "[Service]\nEnvironmentFile=%h/a\n#EnvironmentFile=/b\n", &[]),
            ("compose.yml", "env_file: [[[a", &[]),
        ] {
            assert_eq!(env_files(path, text), expected, "{path}: {text}");
        }
    }
}
