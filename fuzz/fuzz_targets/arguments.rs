//! Runs the target `arguments` with libFuzzer: strict decoding compared with a validator.

#![no_main]

use std::sync::LazyLock;

use toolsmith_tests::fuzz::Referee;

#[path = "../../tests/golden/strict/src/strict/mod.rs"]
#[allow(dead_code, unused_imports, reason = "made for other crates")]
mod strict;

static REFEREE: LazyLock<Option<Referee>> =
    LazyLock::new(|| Referee::new(strict::TOOLS.first()?));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let referee = REFEREE.as_ref().expect("the schema is one");
    referee.feed(bytes);
});
