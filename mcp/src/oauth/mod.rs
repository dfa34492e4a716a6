//! Authorization of remote MCP servers with OAuth 2.1, as the MCP specification describes it.
//!
//! [`OAuthClient`] finds the authorization server of an MCP server (RFC 9728, RFC 8414, `OpenID` Connect
//! Discovery), registers the program if it has no identity there (RFC 7591), asks a person in a browser,
//! and renews the tokens. [`TokenStore`] is where the program keeps them.
//!
//! An authorization server without PKCE (`S256`) is refused, and so is plain HTTP beyond this machine. URLs
//! that servers name may not lead to this machine, or into a private network, unless the MCP server is
//! there. A response in the browser must have the state of its request, and the issuer that was asked
//! (RFC 9207). Tokens, codes and secrets appear in no error.

mod address;
mod callback;
mod client;
mod credentials;
mod discover;
mod error;
mod grant;
mod http;
mod metadata;
mod pkce;
mod register;
mod renewal;
mod request;
mod store;
#[cfg(test)]
mod tests;
mod text;

pub use client::OAuthClient;
pub use credentials::Credentials;
pub use error::{OAuthError, OAuthErrorKind};
pub use store::{FileStore, MemoryStore, StoreFuture, StoreLock, TokenStore};
