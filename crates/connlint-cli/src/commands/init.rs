use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use connlint::hosts::Consumer;

use crate::args::Init;
use crate::output;
use crate::project::{self, is_within, printable, shown};

/// What a folder looks like.
struct Kind {
    what: &'static str,
    /// Any of these, or a file of this beginning, makes it one.
    marks: &'static [&'static str],
    consumer: Consumer,
    exclude: &'static [&'static str],
}

/// The first one that fits counts.
const KINDS: &[Kind] = &[
    Kind {
        what: "an Astro project",
        marks: &[".astro", "airflow_settings.yaml"],
        consumer: Consumer::Compose,
        exclude: &[],
    },
    Kind {
        what: "a Helm chart",
        marks: &["Chart.yaml"],
        consumer: Consumer::Compose,
        exclude: &["charts"],
    },
    Kind {
        what: "a compose project",
        marks: &["docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"],
        consumer: Consumer::Compose,
        exclude: &[],
    },
];

/// The hook, as an entry of `repos`.
const HOOK: &str = "  - repo: https://github.com/connlint/connlint-pre-commit
    rev: v0.1.0
    hooks:
      - id: connlint
";

/// Writes a configuration that fits the project, and a hook where there are hooks.
pub(crate) fn run(args: &Init) -> Result<ExitCode> {
    let folder = &args.path;
    if !folder.is_dir() {
        bail!("{} is no folder", folder.display());
    }
    let path = folder.join("connlint.toml");
    for name in ["connlint.toml", ".connlint.toml"] {
        if folder.join(name).symlink_metadata().is_ok() {
            bail!("{} exists already", shown(&folder.join(name)).display());
        }
    }
    let kind = KINDS.iter().find(|kind| kind.marks.iter().any(|mark| folder.join(mark).exists()));
    output::create_public(&path, configuration(kind).as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = io::stdout().lock();
    let what = kind.map_or("a project", |kind| kind.what);
    writeln!(out, "Wrote {} for {what}.", printable(&path))?;

    let hooks = folder.join(".pre-commit-config.yaml");
    if args.pre_commit || hooks.exists() {
        if !is_within(folder, &hooks) {
            bail!("{} leads out of the project", shown(&hooks).display());
        }
        writeln!(out, "{}", add_hook(&hooks)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of a new `connlint.toml`.
fn configuration(kind: Option<&Kind>) -> String {
    let consumer = kind.map_or_else(Consumer::default, |kind| kind.consumer);
    let readers: Vec<_> = Consumer::ALL.iter().map(|consumer| consumer.name()).collect();
    let exclude: Vec<_> =
        kind.map_or(&[][..], |kind| kind.exclude).iter().map(|it| format!("\"{it}\"")).collect();
    let exclude = exclude.join(", ");
    format!(
        r#"# How connlint looks at this project; https://connlint.github.io/connlint/config.html has all keys.

# The Airflow that reads the connections: a version, or a range such as ">=2.10,<3.2".
# airflow-version = "3.1"

# Who reads `.env` files: {}.
consumer = "{}"

# Files and folders that are not looked at, as in `.gitignore`.
exclude = [{exclude}]

# Findings that are known: `connlint baseline` writes the file.
# baseline = "connlint-baseline.json"

# How bad it is what a rule finds: "off", "info", "warning" or "error".
[rules]
# unknown-conn-type = "off"

# Secrets backends and connection types of your own.
[backends]
# "acme.secrets.AcmeBackend" = {{ kwargs = ["url", "token"] }}
[conn-types]
# acme_lake = {{ extra = ["region"] }}

# What holds for some files only.
# [[overrides]]
# files = ["tests/**"]
# ignore = ["placeholder"]
"#,
        readers.join(", "),
        consumer.name(),
    )
}

/// Adds the hook; what happened, in a sentence.
fn add_hook(path: &Path) -> Result<String> {
    let name = printable(path);
    if !path.exists() {
        output::create_public(path, format!("repos:\n{HOOK}").as_bytes())
            .with_context(|| format!("cannot write {name}"))?;
        return Ok(format!("Wrote {name} with the hook."));
    }
    let text = project::read(path).with_context(|| format!("cannot read {name}"))?;
    if text.contains("id: connlint") {
        return Ok(format!("{name} has the hook already."));
    }
    let Some(new) = with_hook(&text) else {
        return Ok(format!("{name} is not written as usual; add the hook yourself:\n{HOOK}"));
    };
    output::rewrite(path, text.as_bytes(), new.as_bytes())
        .with_context(|| format!("cannot write {name}"))?;
    Ok(format!("Added the hook to {name}."))
}

/// The hooks with ours at the end of `repos`, indented as the others are; `None` where that list
/// is not the last thing in the file, or not a block.
fn with_hook(text: &str) -> Option<String> {
    let (_, list) =
        text.split_once("\nrepos:\n").or_else(|| Some(("", text.strip_prefix("repos:\n")?)))?;
    let is_item = |line: &str| line.trim_start().starts_with("- ");
    let indent =
        list.lines().find(|line| is_item(line)).map(|line| line.len() - line.trim_start().len())?;
    // Another key of the top may follow.
    let is_key = |line: &str| line.starts_with(|char: char| char.is_alphanumeric());
    if list.lines().any(is_key) {
        return None;
    }
    let mut hook = String::new();
    for line in HOOK.lines() {
        hook.push_str(&" ".repeat(indent));
        hook.push_str(line.get(2..).unwrap_or_default());
        hook.push('\n');
    }
    let end = if text.ends_with('\n') { "" } else { "\n" };
    Some(format!("{text}{end}{hook}"))
}

#[cfg(test)]
mod tests {
    use connlint::config::{Config, Kind as ConfigKind};

    use super::*;

    #[test]
    fn what_is_written_is_a_configuration() {
        for kind in KINDS.iter().map(Some).chain([None]) {
            let text = configuration(kind);
            assert!(Config::parse(&text, ConfigKind::Own).is_ok(), "{text}");
            // And so it is with every example taken as it stands.
            let all: Vec<_> = text
                .lines()
                .map(|line| {
                    line.strip_prefix("# ").filter(|line| line.contains(['=', '['])).unwrap_or(line)
                })
                .filter(|line| line.is_empty() || line.contains(" = ") || line.starts_with('['))
                .collect();
            let all = all.join("\n");
            assert!(Config::parse(&all, ConfigKind::Own).is_ok(), "{all}");
        }
    }

    #[test]
    fn hooks_are_added_at_the_end() {
        let with = with_hook("repos:\n- repo: x\n  hooks: []\n").unwrap();
        assert!(with.ends_with("  hooks: []\n- repo: https://github.com/connlint/connlint-pre-commit\n  rev: v0.1.0\n  hooks:\n    - id: connlint\n"), "{with}");
        let with = with_hook("# top\nrepos:\n  - repo: x").unwrap();
        assert!(with.contains("\n  - repo: x\n  - repo: https"), "{with}");
        assert_eq!(with_hook("repos: []\n"), None);
        assert_eq!(with_hook("repos:\n- repo: x\nci:\n  a: b\n"), None);
    }
}
