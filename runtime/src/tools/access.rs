//! The access of a client, as a type.

use super::Effect;

/// The access of a client: [`ReadOnly`], [`ReadWrite`] or [`Full`].
pub trait Access: sealed::Sealed + Copy + Default + Send + Sync + 'static {
    /// Returns `true` if tools with this effect may be called.
    fn allows(effect: Effect) -> bool;
}

/// Access to tools that change something.
///
/// It is a bound of the method rather than of the `impl`: only then, the compiler shows this
/// message.
#[diagnostic::on_unimplemented(
    message = "this client may only read",
    label = "this tool changes something",
    note = "call it on a `Client<ReadWrite>` or a `Client<Full>`, as returned by `Client::from_env()`"
)]
pub trait CanWrite: Access {}

/// Access to tools that destroy something; also a bound of the method.
#[diagnostic::on_unimplemented(
    message = "this client may not call destructive tools",
    label = "this tool is destructive",
    note = "call it on a `Client<Full>`, as returned by `Client::from_env()`"
)]
pub trait CanDestroy: CanWrite {}

/// Access to tools that read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOnly;

/// Access to tools that read or write, but do not destroy.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadWrite;

/// Access to every tool.
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
