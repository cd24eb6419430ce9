//! Every rule is complete: file, page, code, examples.

use std::path::Path;

use connlint_testing::meta;

#[test]
fn rules_are_complete() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("connlint-linter");
    let faults = meta::faults(&crates).expect("the sources are there");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
