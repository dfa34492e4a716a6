//! The values that a generated enum can be compared with.

use std::mem;

use super::Choice;
use super::choice::{encode_choice, is_written_as};

/// A value that a generated enum can be compared with: another one of the same type, or the literal on
/// the wire as a string.
///
/// A generated enum implements `PartialEq` once, for all of them. The compiler does less work for that
/// than for an impl for each.
#[diagnostic::on_unimplemented(
    message = "can't compare `{C}` with `{Self}`",
    label = "`{C}` is compared with another `{C}` or with a string"
)]
pub trait ComparesWith<C: Choice> {
    /// Returns `true` if this is `choice`.
    fn is_choice(&self, choice: &C) -> bool;
}

impl<C: Choice> ComparesWith<C> for C {
    fn is_choice(&self, choice: &C) -> bool {
        mem::discriminant(self) == mem::discriminant(choice)
    }
}

/// Compares with the literal on the wire, as `Display` writes it.
impl<C: Choice> ComparesWith<C> for str {
    fn is_choice(&self, choice: &C) -> bool {
        encode_choice(*choice).is_some_and(|literal| is_written_as(&literal, self))
    }
}

impl<C: Choice> ComparesWith<C> for &str {
    fn is_choice(&self, choice: &C) -> bool {
        (**self).is_choice(choice)
    }
}
