//! The client of the shop.

use toolsmith_runtime::codegen::{
    self, Access, Call, ClientBuilder, Error, Full, Json, RateLimiter, ReadOnly, ReadWrite,
    ToolSpec,
};

use super::CATALOG;
use super::orders::Orders;
use super::projects::Projects;

/// A client of one shop account.
#[derive(Debug, Clone)]
pub struct Client<Access = Full>(codegen::Client<Access>);

impl Client {
    /// Sets a client up from `SHOP_TOKEN`, `SHOP_ACCOUNT_ID` and `SHOP_BASE_URL`.
    ///
    /// # Errors
    ///
    /// The variable that is missing or wrong, and what belongs there.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env(&CATALOG).build()
    }

    /// Sets a client up step by step.
    pub fn builder() -> ClientBuilder<Self> {
        ClientBuilder::new(&CATALOG)
    }

    /// The same client, for tools that only read.
    #[must_use]
    pub fn read_only(&self) -> Client<ReadOnly> {
        Client(self.0.read_only())
    }

    /// The same client, for tools that destroy nothing.
    #[must_use]
    pub fn read_write(&self) -> Client<ReadWrite> {
        Client(self.0.read_write())
    }
}

impl Client<ReadWrite> {
    /// The same client, for tools that only read.
    #[must_use]
    pub fn read_only(&self) -> Client<ReadOnly> {
        Client(self.0.read_only())
    }
}

impl<A> Client<A> {
    /// What is left of the rate limit, to read and to watch.
    #[must_use]
    pub fn rate_limiter(&self) -> RateLimiter {
        self.0.rate_limiter()
    }

    /// Orders.
    #[must_use]
    pub fn orders(&self) -> Orders<'_, A> {
        Orders(self.0.resource())
    }

    /// Projects.
    #[must_use]
    pub fn projects(&self) -> Projects<'_, A> {
        Projects(self.0.resource())
    }
}

impl<A: Access> Client<A> {
    /// The tools that this client may call, sorted by name.
    pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + use<A> {
        self.0.tools()
    }

    /// The tool of this name.
    ///
    /// # Errors
    ///
    /// There is none, or this client may not call it.
    pub fn tool(&self, name: &str) -> Result<&'static ToolSpec, Error> {
        self.0.tool(name)
    }

    /// Calls a tool by its name, with arguments as a model gives them.
    pub fn call_tool(&self, name: &str, arguments: Json) -> Call<Json> {
        self.0.call_tool(name, arguments)
    }
}

impl<A> From<codegen::Client<A>> for Client<A> {
    fn from(client: codegen::Client<A>) -> Self {
        Self(client)
    }
}
