//! `cargo xtask docs`: what of the handbook is known from the sources.
//!
//! The pages of the rules and their index in `docs/rules/`, the rules in the table of contents, how
//! Airflows differ, and the host formats.

#![expect(clippy::disallowed_methods, reason = "a developer task reads and writes the sources")]

mod hosts;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use connlint_catalog::{AirflowVersion, Implementation, Python, Quirk};
use connlint_linter::{FixAvailability, RULES, Rule, Stability};

use crate::{check, reference};

/// Where the generated part of the table of contents starts and ends.
const MARKS: [&str; 2] =
    ["<!-- rules: made by `cargo xtask docs` -->\n", "<!-- end of rules -->\n"];

/// Writes the pages, or with `--check` says which are out of date.
pub(crate) fn run(flags: &[String]) -> Result<ExitCode> {
    match flags.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let rules = check::root().join("docs/rules");
            fs::create_dir_all(&rules).context("cannot make docs/rules")?;
            for name in strangers()? {
                fs::remove_file(rules.join(&name)).with_context(|| name)?;
            }
            for (name, text) in pages()? {
                let path = check::root().join("docs").join(&name);
                fs::write(path, text).with_context(|| name)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        ["--check"] => Ok(check::verdict("docs", &faults()?)),
        _ => bail!("usage: cargo xtask docs [--check]"),
    }
}

/// The pages that are out of date.
pub(crate) fn faults() -> Result<Vec<String>> {
    let docs = check::root().join("docs");
    let stale = pages()?.into_iter().filter(|(name, text)| {
        fs::read_to_string(docs.join(name)).map_or(true, |written| written != *text)
    });
    let stale = stale.map(|(name, _)| format!("docs/{name} is out of date: `cargo xtask docs`"));
    let strangers = strangers()?.into_iter().map(|name| format!("docs/rules/{name} has no rule"));
    Ok(stale.chain(strangers).collect())
}

/// Files of `docs/rules/` that no rule has.
fn strangers() -> Result<Vec<String>> {
    let Ok(files) = fs::read_dir(check::root().join("docs/rules")) else { return Ok(Vec::new()) };
    let mut strangers = Vec::new();
    for file in files {
        let name = file?.file_name().to_string_lossy().into_owned();
        let is_known =
            name == "README.md" || RULES.iter().any(|rule| name == format!("{}.md", rule.name));
        if !is_known {
            strangers.push(name);
        }
    }
    Ok(strangers)
}

/// Every generated file: its name below `docs/`, and its text.
fn pages() -> Result<BTreeMap<String, String>> {
    let mut pages: BTreeMap<_, _> =
        RULES.iter().map(|rule| (format!("rules/{}.md", rule.name), page(rule))).collect();
    pages.insert("rules/README.md".to_owned(), index());
    pages.insert("airflow.md".to_owned(), quirks());
    pages.insert("backends.md".to_owned(), reference::backends_page());
    pages.insert("conn-types.md".to_owned(), reference::conn_types_page());
    pages.insert("hosts.md".to_owned(), hosts::page());
    let summary =
        fs::read_to_string(check::root().join("docs/SUMMARY.md")).context("docs/SUMMARY.md")?;
    let contents = contents(&summary).context("docs/SUMMARY.md has lost its marks")?;
    pages.insert("SUMMARY.md".to_owned(), contents);
    Ok(pages)
}

/// The page of a rule, with what its declaration says below the title.
fn page(rule: &Rule) -> String {
    let (title, body) = rule.page.split_once('\n').unwrap_or((rule.page, ""));
    format!(
        "{title}\n\n`{}` · {} · {} · confidence {} · {} · since {}{}\n{body}",
        rule.code,
        rule.severity,
        rule.category,
        rule.confidence,
        fixes(rule.fix),
        rule.since,
        match rule.stability {
            Stability::Stable => "",
            Stability::Preview => " · [preview](../versioning.md)",
        }
    )
}

/// How Airflows differ.
fn quirks() -> String {
    let known: Vec<_> = AirflowVersion::KNOWN.iter().map(ToString::to_string).collect();
    let mut out = format!(
        "# How Airflows differ\n\n\
         connlint knows Airflow {}. `--airflow-version 2.10` names one; the newest is the default.\n\
         Airflow has two `Connection` classes. Scheduler, API server and command line use the core one; task\n\
         workers of 3.2 and newer use the one of the task SDK, which `--airflow-version 3.3-sdk` names.\n\
         A `*` behind it stands for a Python before 3.11.12, 3.12.9 or 3.13.2, whose `urllib.parse` does not\n\
         check what stands around brackets.\n\n\
         Each row is a behaviour that not all of them share. The evidence is the case in `tests/oracle/` that\n\
         shows it.\n\n\
         | quirk | since | until | class | what it is | evidence |\n| --- | --- | --- | --- | --- | --- |\n",
        known.join(", ")
    );
    let version = |version: Option<AirflowVersion>| {
        version.map_or_else(String::new, |version| version.to_string())
    };
    for quirk in Quirk::ALL {
        let facts = quirk.facts();
        let class = match facts.implementation {
            None => "both",
            Some(Implementation::Core) => "core",
            Some(Implementation::TaskSdk) => "task SDK",
        };
        let python = match facts.python {
            None => "",
            Some(Python::Patched) => ", newer Python",
            Some(Python::Unpatched) => ", older Python",
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {class}{python} | {} | {} |",
            facts.name,
            version(facts.since),
            version(facts.until),
            facts.summary.replace('|', "\\|"),
            facts.evidence,
        );
    }
    out
}

/// One row a rule.
fn index() -> String {
    let mut out = "# Rules\n\n\
        Each rule has a page with the problem, what Airflow does about it, and examples. The examples are\n\
        run as tests, so they hold. `connlint rule NAME` prints the same page.\n\n\
        | code | name | severity | fix | what it finds |\n| --- | --- | --- | --- | --- |\n"
        .to_owned();
    for rule in RULES {
        let summary = rule.summary().replace('\n', " ").replace('|', "\\|");
        let _ = writeln!(
            out,
            "| {} | [{name}]({name}.md) | {} | {} | {}{summary} |",
            rule.code,
            rule.severity,
            match rule.fix {
                FixAvailability::None => "",
                FixAvailability::Sometimes => "sometimes",
                FixAvailability::Always => "always",
            },
            match rule.stability {
                Stability::Stable => "",
                Stability::Preview => "(preview) ",
            },
            name = rule.name,
        );
    }
    out
}

/// The table of contents with the rules between the marks.
fn contents(summary: &str) -> Option<String> {
    let (before, rest) = summary.split_once(MARKS[0])?;
    let (_, behind) = rest.split_once(MARKS[1])?;
    let mut out = format!("{before}{}", MARKS[0]);
    for rule in RULES {
        let _ = writeln!(out, "  - [{} {name}](rules/{name}.md)", rule.code, name = rule.name);
    }
    out.push_str(MARKS[1]);
    out.push_str(behind);
    Some(out)
}

const fn fixes(fix: FixAvailability) -> &'static str {
    match fix {
        FixAvailability::None => "no fix",
        FixAvailability::Sometimes => "fix sometimes",
        FixAvailability::Always => "fix always",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_keep_what_is_written_by_hand() {
        let summary = format!("# A\n{}stale\n{}- [B](b.md)\n", MARKS[0], MARKS[1]);
        let contents = contents(&summary).unwrap();
        assert!(contents.starts_with("# A\n") && contents.ends_with("- [B](b.md)\n"));
        assert!(
            contents.contains("](rules/unencoded-delimiter.md)\n") && !contents.contains("stale")
        );
        assert_eq!(super::contents("# A\n"), None);
    }

    #[test]
    fn pages_are_fresh() {
        assert_eq!(faults().unwrap(), [""; 0]);
    }
}
