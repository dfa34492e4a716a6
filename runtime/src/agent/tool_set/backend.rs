//! The client of a toolbox, of any kind.

use crate::agent::preview::Preview;
use crate::client::{CallFuture, Client};
use crate::codec::Json;
use crate::context::CallContext;
use crate::error::Error;
use crate::functions;
use crate::scrubber::Scrubber;
use crate::tools::{Access, CatalogSpec, Effect, ToolSpec};

/// A client of any kind, as a trait object.
pub(in crate::agent) trait AnyClient: Send + Sync {
    /// Returns the catalog.
    fn catalog(&self) -> &'static CatalogSpec;

    /// Returns `true` if the client may call tools with this effect.
    fn allows(&self, effect: Effect) -> bool;

    /// Calls a tool with arguments that have been checked, in a context.
    fn call(
        &self,
        spec: &'static ToolSpec,
        arguments: Json,
        context: &CallContext,
    ) -> CallFuture<Json>;

    /// Returns the account on which a tool acts, if the client has one.
    fn account(&self, _spec: &ToolSpec) -> Option<&str> {
        None
    }

    /// Returns the request that such a call would send.
    fn preview(&self, spec: &'static ToolSpec, arguments: &Json) -> Result<Preview, Error>;

    /// Checks that valid arguments can be sent.
    ///
    /// # Errors
    ///
    /// An argument cannot be a part of a request.
    fn check_request(&self, _spec: &'static ToolSpec, _arguments: &Json) -> Result<(), Error> {
        Ok(())
    }

    /// Returns the scrubber of the client's secrets.
    fn scrubber(&self) -> Scrubber;
}

impl<A: Access> AnyClient for Client<A> {
    fn catalog(&self) -> &'static CatalogSpec {
        self.catalog()
    }

    fn allows(&self, effect: Effect) -> bool {
        A::allows(effect)
    }

    fn call(
        &self,
        spec: &'static ToolSpec,
        arguments: Json,
        context: &CallContext,
    ) -> CallFuture<Json> {
        let call = self.call_checked(spec, arguments);
        Box::pin(call.context(context.clone()))
    }

    fn preview(&self, spec: &'static ToolSpec, arguments: &Json) -> Result<Preview, Error> {
        let request = self.request_parts(spec, arguments)?;
        let body = request.body.filter(|body| !body.is_empty());
        Ok(Preview::Request {
            method: request.method.as_str().to_owned(),
            target: request.path_and_query,
            body: body.and_then(|body| serde_json::from_slice(&body).ok()),
        })
    }

    fn check_request(&self, spec: &'static ToolSpec, arguments: &Json) -> Result<(), Error> {
        self.request_parts(spec, arguments).map(drop)
    }

    fn account(&self, _spec: &ToolSpec) -> Option<&str> {
        Some(self.account())
    }

    fn scrubber(&self) -> Scrubber {
        self.scrubber().clone()
    }
}

impl<A: Access> AnyClient for functions::Client<A> {
    fn catalog(&self) -> &'static CatalogSpec {
        self.catalog()
    }

    fn allows(&self, effect: Effect) -> bool {
        A::allows(effect)
    }

    fn call(
        &self,
        spec: &'static ToolSpec,
        arguments: Json,
        context: &CallContext,
    ) -> CallFuture<Json> {
        let call = self.call_checked(spec, arguments);
        Box::pin(call.context(context.clone()))
    }

    fn preview(&self, spec: &'static ToolSpec, arguments: &Json) -> Result<Preview, Error> {
        Ok(Preview::Call {
            name: spec.name,
            arguments: arguments.clone(),
        })
    }

    fn scrubber(&self) -> Scrubber {
        Scrubber::default()
    }
}

#[cfg(feature = "mcp-client")]
impl<A: Access> AnyClient for crate::mcp::Client<A> {
    fn catalog(&self) -> &'static CatalogSpec {
        self.catalog()
    }

    fn allows(&self, effect: Effect) -> bool {
        A::allows(effect)
    }

    fn call(
        &self,
        spec: &'static ToolSpec,
        arguments: Json,
        context: &CallContext,
    ) -> CallFuture<Json> {
        let call = self.call_checked(spec, arguments).context(context.clone());
        Box::pin(async move { Ok(call.await?.to_model()) })
    }

    fn preview(&self, spec: &'static ToolSpec, arguments: &Json) -> Result<Preview, Error> {
        Ok(Preview::Call {
            name: spec.name,
            arguments: arguments.clone(),
        })
    }

    fn scrubber(&self) -> Scrubber {
        self.scrubber()
    }
}
