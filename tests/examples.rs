//! The example project, from end to end.

use connlint_tests::{root, run, stdout};

#[test]
fn astro_vault() {
    let arguments = ["check", "--output-format", "concise", "examples/astro-vault"];
    let (text, code) = stdout(run(root(), &arguments));
    // The rest of the last line says how long it took.
    let (findings, summary) = text.trim_end().rsplit_once('\n').unwrap();
    let (summary, _) = summary.split_once(" in ").unwrap();
    insta::assert_snapshot!(format!("{findings}\n{summary}"));
    assert_eq!(code, Some(1));
}
