//! We foretell what the real secrets backends did.

use connlint_testing::kwargs::replay;

#[test]
fn starts_load_what_they_loaded() {
    let report = replay(include_str!("../../../tests/kwargs/backend_loader.jsonl")).unwrap();
    let disagreements: Vec<_> = report.disagreements.iter().map(ToString::to_string).collect();
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
    assert_eq!(report.tallies["start"].calls, 72);
}

#[test]
fn calls_fail_where_they_failed() {
    let report = replay(include_str!("../../../tests/kwargs/backend_kwargs.jsonl")).unwrap();
    let disagreements: Vec<_> = report.disagreements.iter().map(ToString::to_string).collect();
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
    let calls: usize = report.tallies.values().map(|tally| tally.calls).sum();
    let environmental: usize = report.tallies.values().map(|tally| tally.environmental).sum();
    let lookups: usize = report.tallies.values().map(|tally| tally.lookups).sum();
    assert_eq!((calls + environmental, lookups), (418, 225));
}
