use std::collections::HashMap;

use connlint_linter::{Finding, Linted};

use crate::printable;

/// What a finding is known by from run to run: rule, file, site, and which of its like it is.
///
/// Lines may move and values may change without making another finding of it. No byte of a value
/// goes into it, so it can be stored anywhere.
#[derive(Debug)]
pub(crate) struct Fingerprints<'a> {
    path: String,
    seen: HashMap<(&'static str, &'a str), usize>,
}

impl<'a> Fingerprints<'a> {
    /// Those of a file's findings.
    pub(crate) fn of(linted: &Linted<'_>) -> Self {
        let path = linted.path.strip_prefix("./").unwrap_or(&linted.path);
        Self { path: printable(path), seen: HashMap::new() }
    }

    /// The fingerprint of the next finding in the order of the file.
    pub(crate) fn next(&mut self, finding: &'a Finding) -> String {
        let site = finding.site.as_ref().map_or("", |site| site.name.as_str());
        let code = finding.rule.code;
        let nr = self.seen.entry((code, site)).or_default();
        let fingerprint = format!("{code}:{}:{site}:{nr}", self.path);
        *nr += 1;
        fingerprint
    }
}
