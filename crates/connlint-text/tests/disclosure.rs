//! Secrets cannot be put into a message: these programs do not compile.

#[test]
fn secrets_cannot_be_shown() {
    trybuild::TestCases::new().compile_fail("tests/disclosure/*.rs");
}
