//! Each rule's page is a test.

use std::process::ExitCode;

use connlint_linter::RULES;
use connlint_testing::page;
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let trials = RULES
        .iter()
        .map(|rule| Trial::test(rule.name, || page::run(rule).map_err(Into::into)))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
