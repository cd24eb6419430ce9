//! What each rule's page rests its claim about Airflow on.
//!
//! The section "What Airflow does" names its evidence, in one of these forms at least:
//!
//! ```text
//! case   = "`" ID "`"                                   ; recorded in tests/oracle or tests/kwargs
//! suite  = "`cargo xtask e2e " NAME "`"
//! run    = "real run of " PROGRAM " " VERSION           ; or "real runs of", with more behind it
//! source = "source: `" PATH "` of " PROGRAM " " VERSION
//! ```

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};
use connlint_linter::RULES;

use crate::{e2e, oracle};

/// A page that names no evidence, or one that there is not.
pub(crate) fn faults() -> Result<Vec<String>> {
    let recorded = recorded()?;
    let faults = RULES.iter().flat_map(|rule| {
        let faults = in_section(section(rule.page), &recorded);
        faults.into_iter().map(|fault| format!("{}: {fault}", rule.name))
    });
    Ok(faults.collect())
}

/// The ids of all cases.
#[expect(clippy::disallowed_methods, reason = "a developer task reads the recordings")]
fn recorded() -> Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    for folder in ["tests/oracle", "tests/kwargs"] {
        for file in oracle::recordings(folder)? {
            let context = || file.display().to_string();
            for line in fs::read_to_string(&file).with_context(context)?.lines() {
                // Answers may hold halves of surrogates, which no text of Rust's can.
                let id = line.strip_prefix("{\"id\": \"").and_then(|rest| rest.split_once('"'));
                ids.insert(id.with_context(context)?.0.to_owned());
            }
        }
    }
    Ok(ids)
}

/// What stands under "What Airflow does".
fn section(page: &str) -> &str {
    let (_, behind) = page.split_once("\n## What Airflow does\n").unwrap_or_default();
    behind.split("\n## ").next().unwrap_or_default()
}

/// What is wrong with the evidence of a section.
fn in_section(section: &str, recorded: &BTreeSet<String>) -> Vec<String> {
    let text = section.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut faults = Vec::new();
    let mut is_evident = false;
    let mut judge = |is_there: bool, fault: String| {
        is_evident |= is_there;
        faults.extend((!is_there).then_some(fault));
    };
    // Every other piece stands between backticks.
    for code in text.split('`').skip(1).step_by(2) {
        if let Some(name) = code.strip_prefix("cargo xtask e2e ") {
            judge(e2e::is_suite(name), format!("`cargo xtask e2e` has no suite `{name}`"));
        } else if is_id(code) {
            judge(recorded.contains(code), format!("no case `{code}` is recorded"));
        }
    }
    for kind in ["real run of ", "real runs of ", "source: "] {
        for (at, _) in text.match_indices(kind) {
            let rest = &text[at + kind.len()..];
            let program = match kind {
                "source: " => rest.strip_prefix('`').and_then(|path| path.split_once("` of ")),
                _ => Some(("", rest)),
            };
            let is_named = program.is_some_and(|(_, program)| names_version(program));
            judge(is_named, format!("no program and version behind `{}`", kind.trim_end()));
        }
    }
    if !is_evident && faults.is_empty() {
        faults.push(
            "nothing under \"What Airflow does\" says what it rests on: a case, a suite, a real \
             run or a source"
                .to_owned(),
        );
    }
    faults
}

/// Whether a text begins with a program and its version: `bash 5.2`, `the Kubernetes client 37.0`.
fn names_version(text: &str) -> bool {
    let is_version = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    text.split(' ').take(4).position(is_version).is_some_and(|index| index > 0)
}

/// Whether a word has the form of a case's id: `uri-001`, `bk0001`, `L3.3.2-00`.
fn is_id(word: &str) -> bool {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_file = |stem: &str| stem.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    word.strip_prefix("bk").is_some_and(|number| digits(number, 4))
        || word.rsplit_once('-').is_some_and(|(stem, number)| {
            let is_start_of_airflow = stem.starts_with('L') && digits(number, 2);
            is_start_of_airflow || (!stem.is_empty() && is_file(stem) && digits(number, 3))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_of_a_section() {
        let recorded = BTreeSet::from(["uri-001", "bk0001", "L3.3.2-00"].map(str::to_owned));
        for (section, expected) in [
            ("All versions: it raises (`uri-001`).", &[][..]),
            ("With hashicorp 4.8.4 (`bk0001`), at the start (`L3.3.2-00`).", &[]),
            ("Vault answers 403: `cargo xtask e2e\nvault` asks.", &[]),
            ("It ends (seen in a real\nrun of bash 5.2.15).", &[]),
            ("It ends (seen in real runs of Airflow 2.10.5 and 3.3.2).", &[]),
            ("It is a text (source: `v1.py` of the Kubernetes client 37.0.2).", &[]),
            ("All versions raise `ValueError`, seen in 2.7.", &["nothing under"]),
            ("All versions (`uri-999`).", &["no case `uri-999`"]),
            ("All versions (`uri-001`, `uri-999`).", &["no case `uri-999`"]),
            ("Vault answers: `cargo xtask e2e safe` asks.", &["`cargo xtask e2e` has no suite"]),
            ("It ends (seen in a real run of bash).", &["no program and version"]),
            ("It ends (seen in a real run of 5.2).", &["no program and version"]),
            ("It is a text (source: `v1.py`).", &["no program and version"]),
        ] {
            let faults = in_section(section, &recorded);
            assert_eq!(faults.len(), expected.len(), "{section}: {faults:?}");
            for (fault, start) in faults.iter().zip(expected) {
                assert!(fault.starts_with(start), "{section}: {fault}");
            }
        }
    }

    #[test]
    fn every_page_names_its_evidence() {
        assert_eq!(faults().unwrap(), [""; 0]);
    }
}
