//! The cases in `cmd/`.

#[test]
fn cases() {
    trycmd::TestCases::new()
        .register_bin("connlint", connlint_tests::connlint())
        .env("NO_COLOR", "1")
        .case("cmd/*.toml");
}
