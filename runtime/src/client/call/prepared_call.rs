//! A call over HTTP before it is sent, and the way from its arguments to its result.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::client::account::Account;
use crate::client::account_requests::reconnect;
use crate::client::download::{Download, OpenResponse};
use crate::client::exchange::request::RequestTemplate;
use crate::client::exchange::{Exchange, reading};
use crate::client::observe::ToolKind;
use crate::client::options::{CallOptions, NO_OPTIONS};
use crate::client::tool_call::{ToolCall, refused};
use crate::clock::boxed;
use crate::codec::{self, Object};
use crate::context::CallContext;
use crate::error::Error;
use crate::http::{CURSOR, ReadFn, RequestParts};
use crate::interrupt::Interrupt;
use crate::tools::ToolSpec;

/// A long response that is read, unless the time is over first.
type LongReading<'a, T> = Pin<Box<dyn Future<Output = Option<Result<T, Error>>> + Send + 'a>>;

/// A call over HTTP before it is sent.
pub(crate) struct PreparedCall {
    account: Arc<Account>,
    call: ToolCall,
    /// Boxed, because few calls have any.
    options: Option<Box<CallOptions>>,
}

impl PreparedCall {
    pub(in crate::client) fn new(account: &Arc<Account>, call: ToolCall) -> Self {
        Self {
            account: Arc::clone(account),
            call,
            options: None,
        }
    }

    /// Creates a call with the arguments in `request`.
    pub(in crate::client) fn from_request<T: Object>(
        account: &Arc<Account>,
        spec: &'static ToolSpec,
        request: T,
    ) -> Result<Self, Error> {
        let call = ToolCall::new(spec, codec::encode(request))?;
        Ok(Self::new(account, call))
    }

    /// Sends the call and reads its response; for a list, that of the page at `cursor`.
    pub(in crate::client) async fn call<T: Send + 'static>(
        &self,
        cursor: Option<&str>,
        read: ReadFn<T>,
    ) -> Result<T, Error> {
        let mut exchange = self.start(cursor)?;
        let outcome = self.read(&mut exchange, read).await;
        exchange.end(outcome.as_ref().err());
        outcome.map_err(|error| error.in_context(self.context()))
    }

    /// Starts the exchange of the call.
    pub(in crate::client) fn start(&self, cursor: Option<&str>) -> Result<Exchange<'_>, Error> {
        let template = self.template(cursor);
        let template = template.map_err(|error| error.in_context(self.context()))?;
        let call = (&self.call, ToolKind::Extension);
        Ok(Exchange::new(&self.account, call, self.options(), template))
    }

    async fn read<T: Send + 'static>(
        &self,
        exchange: &mut Exchange<'_>,
        read: ReadFn<T>,
    ) -> Result<T, Error> {
        // In boxes, because most calls need neither.
        let reading = match exchange.response().await {
            Ok(response) => match self.read_short(exchange, response, read) {
                Ok(outcome) => return outcome,
                Err(reading) => Ok(reading),
            },
            Err(error) => Err(self.with_link(error, exchange.time_left())),
        };
        match reading {
            Ok(reading) => {
                let outcome = reading.await;
                outcome.unwrap_or_else(|| Err(exchange.out_of_time_to_read()))
            }
            Err(linked) => Err(linked.await),
        }
    }

    /// Reads a short response. For a long one, returns the future that reads it.
    fn read_short<T: Send + 'static>(
        &self,
        exchange: &mut Exchange<'_>,
        response: Box<OpenResponse>,
        read: ReadFn<T>,
    ) -> Result<Result<T, Error>, LongReading<'_, T>> {
        let mut response = exchange.finish(response);
        response.set_context(self.call.context.as_ref());
        let shared = &self.account.shared;
        if reading::is_short(&response) {
            let interrupt = Interrupt::after_readings(reading::MAX_READ_AGAIN);
            let outcome = shared.read(&response, read, &interrupt);
            if !interrupt.is_raised() {
                return Ok(outcome);
            }
            // Its unions can be read in many ways, which takes as much time as a long response.
        }
        let time = exchange.time_left();
        Err(boxed(|| reading::read_long(shared, response, read, time)))
    }

    fn options(&self) -> &CallOptions {
        self.options.as_deref().unwrap_or(&NO_OPTIONS)
    }

    pub(in crate::client) fn options_mut(&mut self) -> &mut CallOptions {
        self.options.get_or_insert_default()
    }

    /// Returns `true` if the method of the tool is a custom one.
    pub(in crate::client) fn is_custom(&self) -> bool {
        self.call.spec.is_custom()
    }

    /// Returns the name of the tool.
    pub(in crate::client) fn tool(&self) -> &'static str {
        self.call.spec.name
    }

    /// Returns the context of the call, to share it.
    pub(in crate::client) fn shared_context(&self) -> Option<&Arc<CallContext>> {
        self.call.context.as_ref()
    }

    /// Returns the context of the call, if it has one.
    pub(in crate::client) fn context(&self) -> Option<&CallContext> {
        self.call.context.as_deref()
    }

    /// Returns the cursor among the arguments.
    pub(in crate::client) fn first_cursor(&self) -> Option<&str> {
        self.call.arguments.get(CURSOR)?.as_str()
    }

    pub(in crate::client) async fn download(&self) -> Result<Download, Error> {
        let mut exchange = self.start(None)?;
        let outcome = exchange.download().await;
        exchange.end(outcome.as_ref().err());
        match outcome {
            Ok(download) => Ok(download.in_context(self.call.context.as_ref())),
            Err(error) => {
                let error = self.with_link(error, exchange.time_left()).await;
                Err(error.in_context(self.context()))
            }
        }
    }

    /// Adds a link to the error of an account that has to be reconnected, if the client makes links.
    #[cold]
    fn with_link(
        &self,
        error: Error,
        left: Duration,
    ) -> Pin<Box<dyn Future<Output = Error> + Send + '_>> {
        boxed(|| reconnect::with_link(&self.account, error, left))
    }

    /// Builds the request that every attempt sends.
    fn template(&self, cursor: Option<&str>) -> Result<RequestTemplate, Error> {
        let ToolCall {
            spec, arguments, ..
        } = &self.call;
        let mut parts = RequestParts::build(spec, self.account.id_for(spec)?, arguments, cursor)
            .map_err(|source| refused(spec, source))?;
        if self.options().upload.is_some() {
            parts
                .pass_body_through()
                .map_err(|()| Error::unfit(spec.name, "this tool has no request body"))?;
        }
        self.account
            .shared
            .template(&self.call, parts, self.options())
    }
}

/// Sets the context of a call, or of the error for which it cannot be sent.
pub(in crate::client) fn set_context(
    prepared: &mut Result<PreparedCall, Error>,
    context: CallContext,
) {
    match prepared {
        Ok(prepared) => prepared.call.context = Some(Arc::new(context)),
        Err(error) => error.set_context(&context),
    }
}

/// Sets an option, unless the call cannot be sent anyway.
pub(in crate::client) fn set(
    prepared: &mut Result<PreparedCall, Error>,
    set: impl FnOnce(&mut CallOptions),
) {
    if let Ok(prepared) = prepared {
        set(prepared.options_mut());
    }
}

pub(in crate::client) fn debug(
    name: &str,
    prepared: &Result<PreparedCall, Error>,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut printed = formatter.debug_struct(name);
    match prepared {
        Ok(prepared) => printed
            .field("tool", &prepared.call.spec.name)
            .field("options", prepared.options()),
        Err(error) => printed.field("error", error),
    };
    printed.finish_non_exhaustive()
}
