//! The table of forms in the documentation is the list of forms.

use connlint_convert::Target;

#[test]
fn the_table_of_forms_is_complete() {
    let page = include_str!("../../../docs/convert.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let found: Vec<_> =
        rows.map(|(name, rest)| (name, rest.split(" | ").next().unwrap_or_default())).collect();
    let expected: Vec<_> =
        Target::ALL.iter().map(|target| (target.name(), target.summary())).collect();
    assert_eq!(found, expected);
}
