//! Programs that must compile, and programs that must not, with messages that help.
//!
//! What must compile is a module here. `TRYBUILD=overwrite cargo test -p toolsmith-tests --test
//! compile` writes the messages of the others anew.

mod right_calls;

#[test]
fn wrong_calls_say_what_to_do() {
    // Nothing that must compile is among them: all that the programs need is then only checked,
    // not built, which takes half the time.
    trybuild::TestCases::new().compile_fail("tests/compile/fail/*.rs");
}
