//! The client: what calls share.

mod builder;
mod call;
mod classify;
mod deleted;
mod download;
mod environment;
mod exchange;
pub mod functions;
mod list;
mod observe;
mod options;
mod request;
mod resource;
mod retry_policy;
mod settings;
pub(crate) mod toolset;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

pub use builder::ClientBuilder;
pub use call::{Call, CallFuture};
pub use deleted::Deleted;
pub use download::Download;
pub use list::{Collected, Items, Listing, Page, Pages, Rejected};
#[cfg(test)]
pub(crate) use list::{read_page, read_page_from_tree, read_quickly};
pub use resource::Resource;
pub use retry_policy::RetryPolicy;

use crate::clock::Clock;
use crate::codec::Json;
use crate::error::Error;
use crate::http::{BaseUrl, Response, Token, Transport};
use crate::randomness::Randomness;
use crate::rate_limit::{Gate, RateLimiter};
use crate::tools::{
    Access, CanDestroy, CanWrite, CatalogSpec, Full, ReadOnly, ReadWrite, ToolSpec,
};
use observe::Payloads;

/// A client of one account, for the tools of one catalog.
///
/// Cheap to clone; clones share connections and what is known of the rate limit. `A` is what it
/// may do: [`ReadOnly`], [`ReadWrite`] or [`Full`].
pub struct Client<A = Full> {
    shared: Arc<Shared>,
    access: PhantomData<A>,
}

/// What clones of a client share.
pub(crate) struct Shared {
    pub(crate) catalog: &'static CatalogSpec,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    token: Token,
    pub(crate) account: String,
    base_url: BaseUrl,
    /// Those that every request has.
    headers: HeaderMap,
    timeout: Duration,
    attempt_timeout: Duration,
    max_response_size: usize,
    retry: RetryPolicy,
    gate: Arc<Gate>,
    payloads: Payloads,
}

impl Shared {
    fn rate_limiter(&self) -> RateLimiter {
        RateLimiter(Arc::clone(&self.gate))
    }

    /// What a body says, without the token; null if it is no JSON.
    fn told(&self, body: &[u8]) -> Json {
        let mut json = serde_json::from_slice(body).unwrap_or_default();
        self.token.scrub_json(&mut json);
        json
    }

    /// An answer without the token, if it has it in its body.
    pub(crate) fn without_token(&self, response: &Response) -> Option<Response> {
        let body = self.token.scrub(response.body());
        (body != response.body()).then(|| response.with_body(body))
    }

    /// What it waits with.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }
}

impl Client {
    /// Sets a client up from the environment variables that the catalog names.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with the variable that is missing or wrong, and what belongs there.
    pub fn from_env(catalog: &'static CatalogSpec) -> Result<Self, Error> {
        ClientBuilder::from_env(catalog).build()
    }

    /// Sets a client up step by step.
    pub fn builder(catalog: &'static CatalogSpec) -> ClientBuilder<Self> {
        ClientBuilder::new(catalog)
    }
}

impl<A> Client<A> {
    /// The same client, for tools that only read.
    #[must_use]
    pub fn read_only(&self) -> Client<ReadOnly>
    where
        A: CanWrite,
    {
        self.restricted()
    }

    /// The same client, for tools that destroy nothing.
    #[must_use]
    pub fn read_write(&self) -> Client<ReadWrite>
    where
        A: CanDestroy,
    {
        self.restricted()
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What is left of the rate limit, to read and to watch.
    #[must_use]
    pub fn rate_limiter(&self) -> RateLimiter {
        self.shared.rate_limiter()
    }

    fn restricted<B>(&self) -> Client<B> {
        Client {
            shared: Arc::clone(&self.shared),
            access: PhantomData,
        }
    }
}

impl<A: Access> Client<A> {
    /// The tools that this client may call, sorted by name.
    pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + use<A> {
        let tools = self.shared.catalog.tools.iter().copied();
        tools.filter(|tool| A::allows(tool.effect))
    }

    /// The tool of this name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTool`] with the nearest name; [`Error::AccessDenied`] if this client may
    /// not call it.
    pub fn tool(&self, name: &str) -> Result<&'static ToolSpec, Error> {
        let catalog = self.shared.catalog;
        match catalog.tool(name) {
            Some(tool) if A::allows(tool.effect) => Ok(tool),
            Some(tool) => Err(Error::AccessDenied {
                tool: tool.name,
                effect: tool.effect,
            }),
            None => Err(Error::UnknownTool {
                name: name.to_owned(),
                nearest: catalog.nearest_name(name),
            }),
        }
    }
}

impl<A> Clone for Client<A> {
    fn clone(&self) -> Self {
        self.restricted()
    }
}

impl<A> fmt::Debug for Client<A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("catalog", &self.shared.catalog.name)
            .field("account", &self.shared.account)
            .field("base_url", &self.shared.base_url.as_str())
            .finish_non_exhaustive()
    }
}
