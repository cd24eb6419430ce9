//! Each line of the guide's table has the finding that it names.
#![expect(clippy::disallowed_methods, reason = "the test reads the table")]

use std::fs;

use connlint_tests::{root, run, stdout};

const EXAMPLE: &str = "examples/astro-vault";

#[test]
fn every_line_of_the_table_is_found() {
    let (findings, _) = stdout(run(root(), &["check", "--output-format", "concise", EXAMPLE]));
    let table = fs::read_to_string(root().join("docs/astro-vault.md")).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    let mut numbers = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, .., found_by] = cells[..] else { panic!("no row: {row}") };
        numbers.extend(number.parse::<usize>().ok());
        if found_by == "nothing" {
            continue;
        }
        let [_, code, _, file, _] = found_by.split('`').collect::<Vec<_>>()[..] else {
            panic!("neither `CODE` in `FILE` nor nothing: {row}");
        };
        let start = format!("{EXAMPLE}/{file}:");
        let is_there = |line: &str| line.starts_with(&start) && line.contains(&format!(" {code} "));
        assert!(findings.lines().any(is_there), "{row}\n{findings}");
    }
    assert_eq!(numbers, (1..=31).collect::<Vec<_>>(), "every line of the guide has a row");
}
