//! Conversions into identifiers.

/// A value that can be passed where the identifier `Id` is expected: the identifier itself, a
/// reference to it, or a string that holds one.
///
/// An identifier of another kind is rejected by the compiler, with this message.
/// Implemented for everything that converts into `Id` with [`From`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as `{Id}`",
    label = "expected `{Id}`, a reference to one, or a string"
)]
pub trait IntoId<Id> {
    /// Converts the value into the identifier.
    fn into_id(self) -> Id;
}

#[diagnostic::do_not_recommend]
impl<Id, T> IntoId<Id> for T
where
    Id: From<T>,
{
    fn into_id(self) -> Id {
        Id::from(self)
    }
}
