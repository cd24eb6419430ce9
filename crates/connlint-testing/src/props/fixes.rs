use std::collections::BTreeMap;

use connlint_hosts::HostFormat;
use connlint_linter::{Applicability, Finding, Linted, Linter, fix};

use super::{Held, hold};

/// Fixing settles: a second run has nothing to do, no finding is new, and what nobody objected to
/// stays what it is.
pub fn fix_settles(linter: &Linter, text: &str, least: Applicability) -> Held {
    let before = linter.lint("file", text);
    let fixed = fix(linter, "file", text, least);
    let again = fix(linter, "file", &fixed.text, least);
    hold!(again.text == fixed.text, "a second run changes the text again, to\n{}", again.text);
    hold!(again.count() == 0, "a second run says that it settled something");
    hold!(
        (fixed.count() == 0) == (fixed.text == text),
        "the text changed without a fix, or stayed"
    );
    let after = linter.lint("file", &fixed.text);
    let had = tally(&before.findings);
    for (rule, count) in tally(&after.findings) {
        let had = had.get(rule).copied().unwrap_or_default();
        hold!(count <= had, "{rule}: {count} findings after fixing, {had} before\n{}", fixed.text);
    }
    others_stay(&before, &after)
}

fn tally(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for finding in findings {
        *tally.entry(finding.rule.name).or_default() += 1;
    }
    tally
}

/// Sites without a finding keep their values, and what is no site keeps its text.
fn others_stay(before: &Linted<'_>, after: &Linted<'_>) -> Held {
    let (Some(old), Some(new)) = (&before.document, &after.document) else { return Ok(()) };
    // A key of a Vault secret that has its right name is a site; with its wrong name it was none.
    if old.format == HostFormat::VaultJson && old.sites.len() < new.sites.len() {
        return Ok(());
    }
    hold!(old.sites.len() == new.sites.len(), "fixing made or lost a site\n{}", after.text);
    let has_finding = |span| {
        let sites = before.findings.iter().filter_map(|finding| finding.site.as_ref());
        sites.into_iter().any(|site| site.span == span)
    };
    for (one, other) in old.sites.iter().zip(&new.sites) {
        let is_other = !has_finding(one.span);
        let contains =
            old.sites.iter().any(|site| site.span != one.span && one.span.covers(site.span));
        if is_other && !contains {
            // A policy of Vault is a value with comments in it.
            let (old, new) =
                (without_ignores(one.value.text()), without_ignores(other.value.text()));
            hold!(old == new, "a value that was fine is another");
            hold!(one.name.text == other.name.text, "a name that was fine is another");
        }
    }
    // What a shell has cut off a value stands outside of it, and is taken in.
    let takes_in = before.findings.iter().any(|it| it.rule.name == "shell-unquoted-metachar");
    let same = takes_in || between(before) == between(after);
    hold!(same, "a fix reached beyond its site\n{}", after.text);
    Ok(())
}

/// What stands between the sites of a document, without the blanks that a site may lose to it,
/// without what is the file's (its line ends and its byte order mark), and without the comments that
/// ignore findings: those that are idle go.
fn between(linted: &Linted<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    let part = |range: std::ops::Range<usize>| {
        let text = linted.text.get(range).unwrap_or_default();
        without_ignores(&text.replace(['\r', '\u{FEFF}'], ""))
    };
    for site in linted.document.iter().flat_map(|document| &document.sites) {
        let range = site.span.range();
        if range.start >= at {
            found.push(part(at..range.start));
        }
        at = at.max(range.end);
    }
    found.push(part(at..linted.text.len()));
    found
}

fn without_ignores(text: &str) -> String {
    let mut rest = String::new();
    for line in text.lines() {
        let before = line.split_once("connlint: ignore").map(|(before, _)| before);
        let before = before.map(|before| {
            let before = before.trim_end();
            let mut signs = ["#", "//", ";"].iter();
            let without = signs.find_map(|sign| before.strip_suffix(sign));
            without.unwrap_or(before).trim_end()
        });
        // A line that was nothing but the comment goes as a whole.
        if before != Some("") {
            rest.push_str(before.unwrap_or(line));
            rest.push('\n');
        }
    }
    rest.trim().to_owned()
}
