use std::collections::BTreeMap;

use connlint_linter::{Finding, rule};
use connlint_text::{Grounds, Public, message};
use serde::{Deserialize, Serialize};

use crate::{Date, Fault};

/// The version of the file. It changes when a field changes its meaning.
const VERSION: u32 = 1;

/// The findings that are known, so that only new ones are reported.
///
/// A finding is known by its rule, its file and the name of its site, and by how many there are of
/// these. Neither lines nor values have a part in it: it stays right when lines move, and holds
/// nothing of a secret.
///
/// ```
/// use connlint_config::{Baseline, Date};
/// use connlint_linter::Linter;
///
/// let text = "AIRFLOW_CONN_PG=postgres://app:s3/cr3t@db/app\n";
/// let mut linted = Linter::default().lint(".env", text);
/// let mut baseline = Baseline::default();
/// baseline.add(".env", &linted.findings, None);
///
/// let today = Date::from_unix(0);
/// let (covered, known) = baseline.cover(".env", &mut linted.findings, today);
/// assert_eq!((covered.known, known.len()), (1, 1));
/// assert!(linted.findings.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    entries: BTreeMap<Key, Entry>,
}

/// What makes findings the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    file: String,
    rule: &'static str,
    site: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    count: usize,
    expires: Option<Date>,
    reason: Option<String>,
}

/// What a baseline knew of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Covered {
    /// How many findings it knew.
    pub known: usize,
    /// How many of its entries know more findings than there are.
    pub stale: usize,
    /// How many of its entries hold no longer.
    pub expired: usize,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    entries: Vec<Line>,
}

/// An entry of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    file: String,
    rule: String,
    /// For people.
    #[serde(default)]
    name: String,
    /// Empty where the finding is about the file.
    site: String,
    count: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Baseline {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let at = |error: &serde_json::Error| {
            let before = text.split_inclusive('\n').take(error.line().saturating_sub(1));
            let start = before.map(str::len).sum::<usize>();
            let column = error.column().saturating_sub(1);
            let start = start + text.get(start..).map_or(0, |line| column.min(line.len()));
            let end = text.len().min(start + 1);
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                start..end
            } else {
                0..0
            }
        };
        let file: File = serde_json::from_str(text).map_err(|error| {
            let message = if error.is_data() {
                message!["this does not belong into a baseline"]
            } else {
                message!["this is not JSON"]
            };
            Fault::new(at(&error), message).help("`connlint baseline` writes a new one")
        })?;
        if file.version != VERSION {
            let fault = Fault::new(0..0, message!["a baseline of version ", file.version]);
            return Err(fault.help("it was written by another release of connlint"));
        }
        let mut entries = BTreeMap::new();
        for line in file.entries {
            // A rule that is gone finds nothing.
            let Some(rule) = rule(&line.rule) else { continue };
            let expires = line.expires.map(|day| day.parse()).transpose().map_err(|_| {
                Fault::new(0..0, message!["`expires` of a baseline is no day"])
                    .help("write it as `2026-12-31`")
            })?;
            let key = Key { file: line.file, rule: rule.code, site: line.site };
            let entry = Entry { count: line.count, expires, reason: line.reason };
            entries.insert(key, entry);
        }
        Ok(Self { entries })
    }

    /// The file, sorted.
    pub fn to_json(&self) -> String {
        let entries = self.entries.iter().map(|(key, entry)| Line {
            file: key.file.clone(),
            rule: key.rule.to_owned(),
            name: rule(key.rule).map_or("", |rule| rule.name).to_owned(),
            site: key.site.clone(),
            count: entry.count,
            expires: entry.expires.map(|day| day.to_string()),
            reason: entry.reason.clone(),
        });
        let file = File { version: VERSION, entries: entries.collect() };
        let json = serde_json::to_string_pretty(&file);
        json.expect("texts and numbers have a JSON form") + "\n"
    }

    /// The number of findings that it knows.
    pub fn findings(&self) -> usize {
        self.entries.values().map(|entry| entry.count).sum()
    }

    /// Takes out the findings of a file that are known, and gives them. Where there are more of a
    /// kind than are known, all of the kind stay: nobody can tell which of them is new.
    pub fn cover(
        &self,
        file: &str,
        findings: &mut Vec<Finding>,
        today: Date,
    ) -> (Covered, Vec<Finding>) {
        let mut covered = Covered::default();
        let known = self.of(file);
        if known.is_empty() {
            return (covered, Vec::new());
        }
        let counts = counts(file, findings);
        for (key, entry) in &known {
            let count = counts.get(*key).copied().unwrap_or(0);
            covered.stale += usize::from(count < entry.count);
            covered.expired += usize::from(count > 0 && entry.is_over(today));
        }
        let is_known = |finding: &mut Finding| {
            let key = Key::of(file, finding);
            let Some(entry) = self.entries.get(&key) else { return false };
            let count = counts[&key];
            if let Some(day) = entry.expires.filter(|_| entry.is_over(today)) {
                let day = Public::vouch(day.to_string(), Grounds::Computed);
                finding.notes.push(message!["the baseline knows it, until ", day]);
                return false;
            }
            if count > entry.count {
                let (known, count) = (entry.count, count);
                finding.notes.push(message![
                    "the baseline knows ",
                    known,
                    " of these, and there are ",
                    count
                ]);
                return false;
            }
            true
        };
        let known: Vec<_> = findings.extract_if(.., is_known).collect();
        covered.known = known.len();
        (covered, known)
    }

    /// Makes the findings of a file known; what was known of it is replaced, except for days and
    /// reasons of entries that stay.
    pub fn add(&mut self, file: &str, findings: &[Finding], expires: Option<Date>) {
        let old = self.remove(file);
        for (key, count) in counts(file, findings) {
            let entry = match old.get(&key) {
                Some(entry) => Entry { count, ..entry.clone() },
                None => Entry { count, expires, reason: None },
            };
            self.entries.insert(key, entry);
        }
    }

    /// Forgets what is known of a file and not found any more.
    pub fn prune(&mut self, file: &str, findings: &[Finding]) {
        let counts = counts(file, findings);
        for (key, entry) in self.remove(file) {
            let count = counts.get(&key).copied().unwrap_or(0).min(entry.count);
            if count > 0 {
                self.entries.insert(key, Entry { count, ..entry });
            }
        }
    }

    /// Forgets the files that are not kept.
    pub fn retain_files(&mut self, keeps: impl Fn(&str) -> bool) {
        self.entries.retain(|key, _| keeps(&key.file));
    }

    fn of(&self, file: &str) -> BTreeMap<&Key, &Entry> {
        let first = Key { file: file.to_owned(), rule: "", site: String::new() };
        self.entries.range(first..).take_while(|(key, _)| key.file == file).collect()
    }

    fn remove(&mut self, file: &str) -> BTreeMap<Key, Entry> {
        let keys: Vec<Key> = self.of(file).into_keys().cloned().collect();
        keys.into_iter().filter_map(|key| self.entries.remove_entry(&key)).collect()
    }
}

impl Key {
    fn of(file: &str, finding: &Finding) -> Self {
        let site = finding.site.as_ref().map_or("", |site| site.name.as_str());
        Self { file: file.to_owned(), rule: finding.rule.code, site: site.to_owned() }
    }
}

impl Entry {
    /// The day itself is the last one on which it holds.
    fn is_over(&self, today: Date) -> bool {
        self.expires.is_some_and(|day| day < today)
    }
}

fn counts(file: &str, findings: &[Finding]) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(Key::of(file, finding)).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use connlint_linter::Linter;

    use super::*;

    fn findings(text: &str) -> Vec<Finding> {
        Linter::default().lint(".env", text).findings
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    const BAD: &str = "AIRFLOW_CONN_A=postgres://u:s3cr3t/x@h\n";

    #[test]
    fn known_findings_move_and_change_their_secret() {
        let mut baseline = Baseline::default();
        baseline.add(".env", &findings(BAD), None);
        let written = baseline.to_json();
        assert!(!written.contains("s3cr3t"), "{written}");
        assert_eq!(Baseline::parse(&written).unwrap(), baseline);
        let moved = format!("# moved\n{}", BAD.replace("s3cr3t/x", "0th3r/y/z"));
        let mut found = findings(&moved);
        let (covered, _) = baseline.cover(".env", &mut found, day("2026-01-01"));
        assert_eq!((covered.known, covered.stale, found.len()), (1, 0, 0));
        assert_eq!(
            baseline.cover("b.env", &mut findings(BAD), day("2026-01-01")),
            Default::default()
        );
    }

    #[test]
    fn more_than_is_known_is_new_as_a_whole() {
        let mut baseline = Baseline::default();
        baseline.add(".env", &findings(BAD), None);
        let mut found = findings(&format!("{BAD}{BAD}"));
        let of_rule = |found: &[Finding]| found.iter().filter(|it| it.rule.code == "CL104").count();
        let before = of_rule(&found);
        baseline.cover(".env", &mut found, day("2026-01-01"));
        assert_eq!((before, of_rule(&found)), (2, 2));
        let note = found.iter().find(|it| it.rule.code == "CL104").unwrap().notes.last().unwrap();
        assert_eq!(note.as_str(), "the baseline knows 1 of these, and there are 2");
    }

    #[test]
    fn entries_end_after_their_day() {
        let mut baseline = Baseline::default();
        baseline.add(".env", &findings(BAD), Some(day("2026-06-30")));
        for (today, known, expired) in [("2026-06-30", 1, 0), ("2026-07-01", 0, 1)] {
            let (covered, _) = baseline.cover(".env", &mut findings(BAD), day(today));
            assert_eq!((covered.known, covered.expired), (known, expired), "{today}");
        }
    }

    #[test]
    fn stale_entries_are_pruned_and_others_keep_their_words() {
        let text = r#"{"version": 1, "entries": [
            {"file": ".env", "rule": "CL104", "site": "AIRFLOW_CONN_A", "count": 3, "reason": "legacy"},
            {"file": ".env", "rule": "CL102", "site": "AIRFLOW_CONN_B", "count": 1},
            {"file": "gone.env", "rule": "CL102", "site": "", "count": 1}]}"#;
        let mut baseline = Baseline::parse(text).unwrap();
        assert_eq!(baseline.cover(".env", &mut findings(BAD), day("2026-01-01")).0.stale, 2);
        baseline.prune(".env", &findings(BAD));
        baseline.retain_files(|file| file != "gone.env");
        assert_eq!(baseline.findings(), 1);
        baseline.add(".env", &findings(BAD), None);
        assert!(baseline.to_json().contains(r#""reason": "legacy""#));
    }

    #[test]
    fn faults_of_the_file() {
        for (text, message) in [
            ("{", "this is not JSON"),
            ("{\n \"version\": 1,\n \"entires\": []}", "this does not belong into a baseline"),
            (r#"{"version": 2, "entries": []}"#, "a baseline of version 2"),
            (
                r#"{"version": 1, "entries": [{"file": "a", "rule": "CL104", "site": "", "count": 1, "expires": "soon"}]}"#,
                "`expires` of a baseline is no day",
            ),
        ] {
            assert_eq!(Baseline::parse(text).unwrap_err().message.as_str(), message, "{text}");
        }
    }
}
