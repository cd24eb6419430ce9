//! `cargo xtask new-rule FAMILY NAME CODE`: a file, a page, a `mod` line and a list entry.

#![expect(clippy::disallowed_methods, reason = "a developer task writes the sources")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use connlint_linter::RULES;
use connlint_testing::meta::{is_code, is_kebab_case};
use connlint_testing::page::HEADINGS;

use crate::check;

/// Makes the four, and says where.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let [family, name, code] = arguments else {
        bail!("usage: cargo xtask new-rule FAMILY NAME CODE, such as `uri empty-host CL113`");
    };
    let linter = check::root().join("crates/connlint-linter");
    for path in add(&linter, family, name, code)? {
        println!("{path}");
    }
    println!(
        "\nWrite the examples of the page first; `cargo nextest run -p connlint-testing` runs them."
    );
    Ok(ExitCode::SUCCESS)
}

/// Adds the rule to a checkout of `connlint-linter`; gives the files it made or changed.
fn add(linter: &Path, family: &str, name: &str, code: &str) -> Result<Vec<String>> {
    ensure!(is_code(code), "a code is CL and three digits, not {code}");
    ensure!(is_kebab_case(name), "a name is kebab-case, not {name}");
    ensure!(is_kebab_case(&family.replace('_', "-")), "a family is snake_case, not {family}");
    let list = fs::read_to_string(linter.join("codes.txt")).context("codes.txt")?;
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        ensure!(words.next() != Some(code), "the code is taken: {line}");
        ensure!(words.next() != Some(name), "the name is taken: {line}");
    }
    let rules = linter.join("src/rules");
    let module = name.replace('-', "_");
    let folder = rules.join(family);
    if !folder.is_dir() {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("mod.rs"), "//! What its rules have in common.\n\n")?;
        edit(&rules.join("mod.rs"), |text| Some(with_mod(text, family)))?;
    }
    fs::write(folder.join(format!("{module}.rs")), source(name, code))?;
    fs::write(folder.join(format!("{name}.md")), page(name))?;
    edit(&folder.join("mod.rs"), |text| Some(with_mod(text, &module)))?;
    edit(&linter.join("src/registry.rs"), |text| with_entry(text, family, &module, code))?;
    edit(&linter.join("codes.txt"), |text| Some(with_code(text, code, name)))?;
    Ok(vec![
        format!("src/rules/{family}/{module}.rs"),
        format!("src/rules/{family}/{name}.md"),
        format!("src/rules/{family}/mod.rs"),
        "src/registry.rs".to_owned(),
        "codes.txt".to_owned(),
    ])
}

fn edit(path: &Path, change: impl FnOnce(&str) -> Option<String>) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let text =
        change(&text).with_context(|| format!("cannot find my way in {}", path.display()))?;
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// The `mod` lines with one more, in order.
fn with_mod(text: &str, module: &str) -> String {
    const START: &str = "pub(crate) mod ";
    let new = format!("{START}{module};");
    let mut lines: Vec<&str> = text.lines().collect();
    let is_mod = |line: &&str| line.starts_with(START);
    let at = match lines.iter().position(|line| is_mod(line) && *line > new.as_str()) {
        Some(at) => at,
        None => lines.iter().rposition(is_mod).map_or(lines.len(), |last| last + 1),
    };
    lines.insert(at, &new);
    lines.join("\n") + "\n"
}

/// The list of codes with one more, in order.
fn with_code(list: &str, code: &str, name: &str) -> String {
    let new = format!("{code} {name}");
    let mut lines: Vec<&str> = list.lines().collect();
    let at = lines.iter().position(|line| !line.starts_with('#') && *line > new.as_str());
    lines.insert(at.unwrap_or(lines.len()), &new);
    lines.join("\n") + "\n"
}

/// The registry with one more entry, in the order of the codes.
fn with_entry(registry: &str, family: &str, module: &str, code: &str) -> Option<String> {
    const START: &str = "\nrules![\n";
    let start = registry.find(START)? + START.len();
    let end = start + registry[start..].find("];")?;
    let mut families: Vec<(&str, Vec<&str>)> = Vec::new();
    for part in registry[start..end].split_inclusive("},") {
        let Some((name, rest)) = part.split_once("::{") else { continue };
        let modules = rest.trim_end_matches("},").split(',').map(str::trim);
        families.push((name.trim(), modules.filter(|module| !module.is_empty()).collect()));
    }
    let code_of = |module: &str| {
        let name = module.replace('_', "-");
        RULES.iter().find(|rule| rule.name == name).map_or("", |rule| rule.code)
    };
    let is_behind = |module: &str| code_of(module) > code;
    if let Some((_, modules)) = families.iter_mut().find(|(name, _)| *name == family) {
        let at = modules.iter().position(|module| is_behind(module)).unwrap_or(modules.len());
        modules.insert(at, module);
    } else {
        let first_is_behind = |(_, modules): &(&str, Vec<&str>)| {
            modules.first().is_some_and(|first| is_behind(first))
        };
        let at = families.iter().position(first_is_behind);
        families.insert(at.unwrap_or(families.len()), (family, vec![module]));
    }
    let mut out = registry[..start].to_owned();
    for (name, modules) in families {
        write_family(&mut out, name, &modules);
    }
    out.push_str(&registry[end..]);
    Some(out)
}

/// `family::{a, b},`, over several lines where one is too short.
fn write_family(out: &mut String, family: &str, modules: &[&str]) {
    const WIDTH: usize = 100;
    let line = format!("    {family}::{{{}}},\n", modules.join(", "));
    if line.len() <= WIDTH {
        out.push_str(&line);
        return;
    }
    let _ = write!(out, "    {family}::{{");
    let mut column = WIDTH;
    for module in modules {
        if column + module.len() + 2 > WIDTH {
            out.push_str("\n       ");
            column = 7;
        }
        let _ = write!(out, " {module},");
        column += module.len() + 2;
    }
    out.push_str("\n    },\n");
}

fn source(name: &str, code: &str) -> String {
    let since = env!("CARGO_PKG_VERSION");
    format!(
        r#"use connlint_text::{{Span, message}};

use crate::{{Reporter, SiteCx, declare_rule}};

declare_rule! {{
    "{code}" "{name}", Correctness, Error,
    since: "{since}", fix: None, Site => check, stability: Preview
}}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {{
    // Return early until only the problem is left; report it once, at the narrowest span.
    let text = cx.site.value.text();
    let Some(at) = text.find('\u{{0}}') else {{ return }};
    report
        .report(Span::from_range(at..at + 1), message!["a NUL in the value"])
        .label("the reason at this spot, in a few words")
        .help("what to do, as an imperative");
}}
"#
    )
}

fn page(name: &str) -> String {
    let mut out = format!("# {name}\n");
    for heading in HEADINGS {
        let body = match *heading {
            "What it does" => "Finds …",
            "Why is this bad?" => "…",
            "Example" => "```dotenv fail\nAIRFLOW_CONN_PG=…\n```\n\n```expect\n1:17 error …\n```",
            "Use instead" => "```dotenv pass\nAIRFLOW_CONN_PG=postgres://app:s3cr3t@db/app\n```",
            "What Airflow does" => "All versions …",
            "Fix safety" => "There is no fix.",
            _ => "- […](…)",
        };
        let _ = write!(out, "\n## {heading}\n\n{body}\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A copy of what the task changes.
    fn copy() -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        let linter = check::root().join("crates/connlint-linter");
        for file in ["codes.txt", "src/registry.rs", "src/rules/mod.rs", "src/rules/uri/mod.rs"] {
            let target = copy.path().join(file);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(linter.join(file), target).unwrap();
        }
        copy
    }

    fn read(copy: &tempfile::TempDir, file: &str) -> String {
        fs::read_to_string(copy.path().join(file)).unwrap()
    }

    #[test]
    fn a_rule_of_a_known_family() {
        let copy = copy();
        add(copy.path(), "uri", "empty-host", "CL199").unwrap();
        let registry = read(&copy, "src/registry.rs");
        let list = registry.split_once("uri::{").unwrap().1.split_once('}').unwrap().0;
        assert!(list.trim_end().ends_with(" empty_host,"), "{list}");
        assert!(
            read(&copy, "src/rules/uri/mod.rs")
                .contains("dropped_fragment;\npub(crate) mod empty_host;\n")
        );
        assert!(read(&copy, "codes.txt").contains("\nCL199 empty-host\nCL201 "));
        assert!(read(&copy, "src/rules/uri/empty_host.rs").contains(r#""CL199" "empty-host""#));
        assert!(read(&copy, "src/rules/uri/empty_host.rs").contains("check, stability: Preview\n"));
        assert!(
            read(&copy, "src/rules/uri/empty-host.md")
                .starts_with("# empty-host\n\n## What it does\n")
        );
    }

    #[test]
    fn a_rule_of_a_new_family() {
        let copy = copy();
        add(copy.path(), "compose", "shared-secret", "CL650").unwrap();
        assert!(read(&copy, "src/registry.rs").contains("    compose::{shared_secret},\n"));
        assert!(read(&copy, "src/rules/mod.rs").contains("\npub(crate) mod compose;\n"));
        assert!(
            read(&copy, "src/rules/compose/mod.rs").contains("\npub(crate) mod shared_secret;\n")
        );
    }

    #[test]
    fn taken_or_misspelt() {
        let copy = copy();
        for (family, name, code) in [
            ("uri", "new", "CL104"),
            ("uri", "unencoded-delimiter", "CL199"),
            ("uri", "New", "CL199"),
            ("uri", "new", "CL1"),
            ("../uri", "new", "CL199"),
        ] {
            assert!(add(copy.path(), family, name, code).is_err(), "{family} {name} {code}");
        }
    }
}
