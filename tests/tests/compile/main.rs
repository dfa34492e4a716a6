//! Programs that must compile, and programs that must not, with messages that help.
//!
//! `TRYBUILD=overwrite cargo test -p toolsmith-tests --test compile` writes the messages anew.

#[test]
fn right_calls_compile_and_wrong_ones_say_what_to_do() {
    let programs = trybuild::TestCases::new();
    programs.pass("tests/compile/pass/*.rs");
    programs.compile_fail("tests/compile/fail/*.rs");
}
