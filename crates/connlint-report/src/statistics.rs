use std::collections::BTreeMap;
use std::fmt::Write as _;

use connlint_linter::{Linted, Rule, Severity};
use serde::Serialize;

use crate::json::{VERSION, line};
use crate::style::Paint;
use crate::{RunInfo, Style, Summary, json};

/// How often each rule found something.
///
/// ```
/// use connlint_linter::Linter;
/// use connlint_report::{Statistics, Style, Summary};
///
/// let linted = Linter::default().lint(".env", "AIRFLOW_CONN_A=a_b://\nAIRFLOW_CONN_B=a_b://\n");
/// let mut statistics = Statistics::default();
/// statistics.add(&linted);
/// let table = statistics.table(Style::PLAIN, &Summary::of([&linted]));
/// assert!(table.starts_with("2  CL102  error    [*]  underscore-scheme\n"), "{table}");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Statistics(BTreeMap<&'static str, Row>);

#[derive(Debug, Clone, Copy)]
struct Row {
    rule: &'static Rule,
    severity: Severity,
    count: usize,
    fixable: usize,
}

#[derive(Serialize)]
struct JsonRow {
    rule: &'static str,
    name: &'static str,
    severity: &'static str,
    count: usize,
    fixable: usize,
    url: String,
}

impl Statistics {
    /// Counts a file in.
    pub fn add(&mut self, linted: &Linted<'_>) {
        for finding in &linted.findings {
            self.count(Row {
                rule: finding.rule,
                severity: finding.severity,
                count: 1,
                fixable: usize::from(finding.safe_fix().is_some()),
            });
        }
    }

    /// The sum of two runs over different files.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        other.0.into_values().for_each(|row| self.count(row));
        self
    }

    fn count(&mut self, row: Row) {
        let sum = self.0.entry(row.rule.code).or_insert(Row { count: 0, fixable: 0, ..row });
        sum.count += row.count;
        sum.fixable += row.fixable;
        sum.severity = sum.severity.max(row.severity);
    }

    /// The most frequent first.
    fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<_> = self.0.values().copied().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        rows
    }

    /// A line for each rule, and the summary.
    pub fn table(&self, style: Style, summary: &Summary) -> String {
        let rows = self.rows();
        let width = rows.first().map_or(0, |row| row.count.to_string().len());
        let mut out = String::new();
        for row in &rows {
            let mark = match row.fixable {
                0 => "   ",
                all if all == row.count => "[*]",
                _ => "[-]",
            };
            let severity = format!("{:7}", row.severity);
            // Writing to a string does not fail.
            let _ = writeln!(
                out,
                "{:>width$}  {}  {}  {mark}  {}",
                row.count,
                row.rule.code,
                style.paint(Paint::Severity(row.severity), &severity),
                style.link(&row.rule.url(), row.rule.name),
            );
        }
        if rows.iter().any(|row| row.fixable > 0) {
            out.push_str(&style.paint(Paint::Faint, "[*] all, [-] some fixable with --fix\n"));
        }
        if !rows.is_empty() {
            out.push('\n');
        }
        out + &style.paint(Paint::Strong, &summary.sentence()) + "\n"
    }

    /// One JSON document.
    pub fn json(&self, run: &RunInfo, summary: &Summary) -> String {
        let rows: Vec<_> = self
            .rows()
            .iter()
            .map(|row| {
                line(&JsonRow {
                    rule: row.rule.code,
                    name: row.rule.name,
                    severity: row.severity.as_str(),
                    count: row.count,
                    fixable: row.fixable,
                    url: row.rule.url(),
                })
            })
            .collect();
        format!(
            "{{\"version\":{VERSION},\"airflow\":\"{}\",\"statistics\":[\n{}\n],\"summary\":{}}}\n",
            run.airflow,
            rows.join(",\n"),
            json::summary(summary)
        )
    }
}
