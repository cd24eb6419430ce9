#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| connlint_testing::fuzz::hcl(bytes).unwrap());
