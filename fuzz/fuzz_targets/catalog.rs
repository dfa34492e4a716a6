//! Runs the target `catalog` with libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| toolsmith_tests::fuzz::catalog(bytes));
