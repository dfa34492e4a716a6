//! The access of a client, as a type.

use super::effect::Effect;

/// The access of a client: [`ReadOnly`], [`ReadWrite`] or [`Full`].
pub trait Access: sealed::Sealed + Copy + Default + Send + Sync + 'static {
    /// Returns `true` if tools with this effect may be called.
    fn allows(effect: Effect) -> bool;
}

/// Access to tools that change something.
///
/// It is a bound of the method, not of the `impl` around it: only so does the compiler show the
/// words below where it is not met.
#[diagnostic::on_unimplemented(
    message = "this client may only read",
    label = "this tool changes something",
    note = "call it on a `Client<ReadWrite>` or a `Client<Full>`, as `Client::from_env()` gives it"
)]
pub trait CanWrite: Access {}

/// Access to tools that destroy something; a bound of the method, as [`CanWrite`] is.
#[diagnostic::on_unimplemented(
    message = "this client may not destroy anything",
    label = "this tool destroys what it acts on",
    note = "call it on a `Client<Full>`, as `Client::from_env()` gives it"
)]
pub trait CanDestroy: CanWrite {}

/// Only tools that read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOnly;

/// Tools that read or write, but none that destroys.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadWrite;

/// Every tool.
#[derive(Debug, Clone, Copy, Default)]
pub struct Full;

impl Access for ReadOnly {
    fn allows(effect: Effect) -> bool {
        effect == Effect::Reads
    }
}

impl Access for ReadWrite {
    fn allows(effect: Effect) -> bool {
        effect != Effect::Destroys
    }
}

impl Access for Full {
    fn allows(_effect: Effect) -> bool {
        true
    }
}

impl CanWrite for ReadWrite {}
impl CanWrite for Full {}
impl CanDestroy for Full {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ReadOnly {}
    impl Sealed for super::ReadWrite {}
    impl Sealed for super::Full {}
}
