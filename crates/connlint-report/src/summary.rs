use std::fmt::Write as _;
use std::time::Duration;

use connlint_linter::{Applicability, Linted, Severity};

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files that were looked at.
    pub files: usize,
    /// Files with a finding.
    pub files_with_findings: usize,
    /// Places where something of Airflow's is written.
    pub sites: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that a comment says are meant.
    pub suppressed: usize,
    /// Findings that the baseline knows.
    pub baselined: usize,
    /// Findings that are counted and not shown.
    pub hidden: usize,
    /// Findings with a safe fix.
    pub fixable: usize,
    /// Findings with a fix, but none that is safe.
    pub unsafely_fixable: usize,
    /// How long it took.
    pub elapsed: Duration,
}

impl Summary {
    /// The summary of some files, without a time.
    pub fn of<'l, 't: 'l>(files: impl IntoIterator<Item = &'l Linted<'t>>) -> Self {
        let mut summary = Self::default();
        for linted in files {
            summary.add(linted);
        }
        summary
    }

    /// Counts a file in.
    pub fn add(&mut self, linted: &Linted<'_>) {
        self.files += 1;
        self.files_with_findings += usize::from(!linted.findings.is_empty());
        self.sites += linted.document.as_ref().map_or(0, |document| document.sites.len());
        self.suppressed += linted.suppressed;
        for finding in &linted.findings {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Info => self.infos += 1,
            }
            if finding.is_fixable(Applicability::Safe) {
                self.fixable += 1;
            } else if finding.is_fixable(Applicability::Unsafe) {
                self.unsafely_fixable += 1;
            }
        }
    }

    /// The sum of two runs over different files; the longer time counts.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            files_with_findings: self.files_with_findings + other.files_with_findings,
            sites: self.sites + other.sites,
            errors: self.errors + other.errors,
            warnings: self.warnings + other.warnings,
            infos: self.infos + other.infos,
            suppressed: self.suppressed + other.suppressed,
            baselined: self.baselined + other.baselined,
            hidden: self.hidden + other.hidden,
            fixable: self.fixable + other.fixable,
            unsafely_fixable: self.unsafely_fixable + other.unsafely_fixable,
            elapsed: self.elapsed.max(other.elapsed),
        }
    }

    /// The number of findings.
    pub const fn findings(&self) -> usize {
        self.errors + self.warnings + self.infos
    }

    /// The summary in a sentence.
    ///
    /// ```
    /// use connlint_report::Summary;
    ///
    /// let summary = Summary { files: 2, sites: 14, ..Summary::default() };
    /// assert_eq!(summary.sentence(), "All clean: 14 sites in 2 files in 0 ms.");
    /// ```
    pub fn sentence(&self) -> String {
        let sites = count(self.sites, "site");
        let time = time(self.elapsed);
        let mut suppressed = String::new();
        for (number, word) in [(self.suppressed, "suppressed"), (self.baselined, "in the baseline")]
        {
            if number > 0 {
                // Writing to a string does not fail.
                let _ = write!(suppressed, ", {number} {word}");
            }
        }
        if self.findings() == 0 {
            let files = count(self.files, "file");
            return format!("All clean: {sites} in {files}{suppressed} in {time}.");
        }
        let severities: Vec<String> =
            [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "info")]
                .into_iter()
                .filter(|&(number, _)| number > 0)
                .map(|(number, word)| match word {
                    // An info is no thing that can be counted.
                    "info" => count(number, "remark"),
                    _ => count(number, word),
                })
                .collect();
        let files = if self.files_with_findings == self.files {
            count(self.files, "file")
        } else {
            format!("{} of {}", self.files_with_findings, count(self.files, "file"))
        };
        let found = enumerate(&severities);
        let fixes = self.fixes();
        let hidden = match self.hidden {
            0 => String::new(),
            number => format!("; {number} of them not shown"),
        };
        format!("Found {found} in {files} ({sites}{suppressed}) in {time}{hidden}{fixes}.")
    }

    /// What `--fix` would do, if anything.
    fn fixes(&self) -> String {
        match (self.fixable, self.unsafely_fixable) {
            (0, 0) => String::new(),
            (0, risky) => format!("; {risky} fixable with --fix --unsafe-fixes"),
            (safe, 0) => format!("; {safe} fixable with --fix"),
            (safe, risky) => {
                format!("; {safe} fixable with --fix, {risky} more with --unsafe-fixes")
            }
        }
    }
}

fn count(number: usize, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {word}{plural}")
}

/// `a`, `a and b`, `a, b and c`.
fn enumerate(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

fn time(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(10) {
        format!("{} ms", elapsed.as_millis())
    } else {
        format!("{:.1} s", elapsed.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        let some = Summary { files: 5, files_with_findings: 2, sites: 14, ..Summary::default() };
        let ms = Duration::from_millis;
        for (summary, sentence) in [
            (
                Summary {
                    errors: 3,
                    warnings: 1,
                    suppressed: 1,
                    fixable: 2,
                    elapsed: ms(12),
                    ..some
                },
                "Found 3 errors and 1 warning in 2 of 5 files (14 sites, 1 suppressed) in 12 ms; 2 fixable with --fix.",
            ),
            (
                Summary { errors: 1, warnings: 2, infos: 2, files: 2, unsafely_fixable: 1, ..some },
                "Found 1 error, 2 warnings and 2 remarks in 2 files (14 sites) in 0 ms; 1 fixable with --fix --unsafe-fixes.",
            ),
            (
                Summary {
                    infos: 1,
                    sites: 1,
                    fixable: 1,
                    unsafely_fixable: 3,
                    elapsed: ms(61_040),
                    ..some
                },
                "Found 1 remark in 2 of 5 files (1 site) in 61.0 s; 1 fixable with --fix, 3 more with --unsafe-fixes.",
            ),
            (
                Summary { files: 1, sites: 0, suppressed: 2, elapsed: ms(3), ..Summary::default() },
                "All clean: 0 sites in 1 file, 2 suppressed in 3 ms.",
            ),
            (
                Summary { errors: 9, hidden: 4, baselined: 3, ..some },
                "Found 9 errors in 2 of 5 files (14 sites, 3 in the baseline) in 0 ms; 4 of them not shown.",
            ),
        ] {
            assert_eq!(summary.sentence(), sentence);
        }
    }
}
