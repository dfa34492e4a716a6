//! One call: awaited after options for it, if need be.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::download::Download;
use super::exchange::{Exchange, Request};
use super::options::{Options, Upload};
use super::request::Outline;
use super::retry_policy::RetryPolicy;
use super::{Client, Shared};
use crate::clock::boxed;
use crate::codec::{self, ArgumentError, Json, Object, Value};
use crate::error::Error;
use crate::http::{Body, CURSOR, Response, Target, read_record, read_result};
use crate::tools::{Access, ToolSpec};

/// One call of a tool. Nothing is sent until it is awaited.
///
/// Arguments that the tool refuses are found before anything is sent, and come out when it is
/// awaited. Dropping the future gives the call up.
#[must_use = "nothing is sent until the call is awaited"]
pub struct Call<T> {
    prepared: Result<Prepared, Error>,
    read: fn(&Response) -> Result<T, Error>,
}

/// A future that ends with the result of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T> Call<T> {
    /// How long this call may take over all its tries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        set(&mut self.prepared, |options| {
            options.timeout = Some(timeout);
        });
        self
    }

    /// How long one try of this call may take.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        set(&mut self.prepared, |options| {
            options.attempt_timeout = Some(timeout);
        });
        self
    }

    /// Sends this key with the call: calls with the same key are carried out once. Without it a
    /// write that may be tried again carries a key that is made for it.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        set(&mut self.prepared, |options| {
            options.idempotency_key = Some(key.into());
        });
        self
    }

    /// When this call is tried again.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        set(&mut self.prepared, |options| options.retry = Some(retry));
        self
    }

    /// The same call, which gives the answer as it came.
    pub fn raw(self) -> Call<Response> {
        Call::new_raw(self.prepared)
    }

    /// Sends a body that is not JSON instead of the arguments that stand in the body, and asks
    /// Truto to pass it on as it is (`truto_body_passthrough`). A type that cannot stand in a
    /// header is an [`Error::Config`] when the call is awaited.
    ///
    /// Bytes are sent with each try; a stream can be sent only once, so that its call has one try.
    /// Only a tool that has a body takes one.
    pub fn upload(self, content_type: &str, body: impl Into<Body>) -> Self {
        let Ok(content_type) = HeaderValue::from_str(content_type) else {
            let refuse = |prepared: Prepared| {
                let message = "the content type cannot stand in a header";
                Err(Error::unfit(prepared.spec.name, message))
            };
            return Self {
                prepared: self.prepared.and_then(refuse),
                ..self
            };
        };
        let upload = Box::new(Upload::new(content_type, body.into()));
        let mut call = self;
        set(&mut call.prepared, |options| options.upload = Some(upload));
        call
    }

    /// Sends the call and gives its answer, of whatever type it is, before its body is there.
    ///
    /// # Errors
    ///
    /// As the call itself has them, until the head of the answer is there.
    pub async fn download(self) -> Result<Download, Error> {
        let mut prepared = self.prepared?;
        prepared.options.is_any_type_welcome = true;
        prepared.open().await
    }
}

impl Call<Response> {
    pub(crate) fn new_raw(prepared: Result<Prepared, Error>) -> Self {
        Self {
            prepared,
            read: |response| Ok(response.clone()),
        }
    }
}

impl<T: Value> Call<T> {
    pub(crate) fn new(prepared: Result<Prepared, Error>) -> Self {
        let is_custom = prepared
            .as_ref()
            .is_ok_and(|prepared| prepared.spec.is_custom());
        let read = if is_custom { read_result } else { read_record };
        Self { prepared, read }
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        boxed(|| async move {
            match self.prepared {
                // By reference: what is moved here has a place in the future of its own.
                Ok(ref prepared) => prepared.read(&prepared.send(None).await?, self.read),
                Err(error) => Err(error),
            }
        })
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("Call", &self.prepared, formatter)
    }
}

impl<A: Access> Client<A> {
    /// Calls a tool by its name, with arguments as a model gives them.
    ///
    /// The arguments are checked as those of a typed call are. A list answers with one page as
    /// it came: `{"result": […], "next_cursor": …}`.
    pub fn call_tool(&self, name: &str, arguments: Json) -> Call<Json> {
        let prepare =
            |spec: &'static ToolSpec| Prepared::new(self.shared(), spec, (spec.check)(arguments));
        Call::new(self.tool(name).and_then(prepare))
    }
}

impl<A> Client<A> {
    /// The call of a tool with arguments that have been checked.
    pub(crate) fn call_checked(&self, spec: &'static ToolSpec, arguments: Json) -> Call<Json> {
        Call::new(Prepared::new(self.shared(), spec, Ok(arguments)))
    }

    /// What such a call would send.
    pub(crate) fn target_of(
        &self,
        spec: &'static ToolSpec,
        arguments: &Json,
    ) -> Result<Target, Error> {
        Target::build(spec, &self.shared().account, arguments, None)
            .map_err(|problems| refused(spec, problems))
    }
}

/// A call before it is sent, whatever its answer will be.
pub(crate) struct Prepared {
    shared: Arc<Shared>,
    spec: &'static ToolSpec,
    arguments: Json,
    options: Options,
}

impl Prepared {
    /// A call with the arguments that `request` is.
    pub(crate) fn from_request<T: Object>(
        shared: &Arc<Shared>,
        spec: &'static ToolSpec,
        request: T,
    ) -> Result<Self, Error> {
        Self::new(shared, spec, codec::encode(request))
    }

    fn new(
        shared: &Arc<Shared>,
        spec: &'static ToolSpec,
        arguments: Result<Json, ArgumentError>,
    ) -> Result<Self, Error> {
        Ok(Self {
            shared: Arc::clone(shared),
            spec,
            arguments: arguments.map_err(|problems| refused(spec, problems))?,
            options: Options::default(),
        })
    }

    /// Sends the call; for a list, the one of the page at `cursor`.
    pub(crate) async fn send(&self, cursor: Option<&str>) -> Result<Response, Error> {
        let outline = self.outline(cursor)?;
        let mut exchange = Exchange::new(&self.shared, self.request(), outline);
        exchange.answer().await
    }

    /// Reads an answer. One that is not what the catalog promises has the token in no error, should
    /// the server have sent it back.
    pub(crate) fn read<T>(
        &self,
        response: &Response,
        read: fn(&Response) -> Result<T, Error>,
    ) -> Result<T, Error> {
        read(response).or_else(|error| match self.shared.without_token(response) {
            Some(response) => read(&response),
            None => Err(error),
        })
    }

    /// The cursor that is among its arguments.
    pub(crate) fn first_cursor(&self) -> Option<&str> {
        self.arguments.get(CURSOR)?.as_str()
    }

    async fn open(&self) -> Result<Download, Error> {
        let outline = self.outline(None)?;
        let mut exchange = Exchange::new(&self.shared, self.request(), outline);
        exchange.download().await
    }

    fn request(&self) -> Request<'_> {
        Request {
            spec: self.spec,
            arguments: &self.arguments,
            options: &self.options,
        }
    }

    /// What its tries send.
    fn outline(&self, cursor: Option<&str>) -> Result<Outline, Error> {
        let mut target = Target::build(self.spec, &self.shared.account, &self.arguments, cursor)
            .map_err(|problems| refused(self.spec, problems))?;
        if self.options.upload.is_some() {
            target.pass_body_through().map_err(|()| {
                Error::unfit(self.spec.name, "this tool has no body that could be sent")
            })?;
        }
        self.shared.outline(self.spec, target, &self.options)
    }
}

fn refused(spec: &'static ToolSpec, source: ArgumentError) -> Error {
    Error::Arguments {
        tool: spec.name,
        source,
    }
}

/// Sets an option, unless it is known already that nothing will be sent.
pub(crate) fn set(prepared: &mut Result<Prepared, Error>, set: impl FnOnce(&mut Options)) {
    if let Ok(prepared) = prepared {
        set(&mut prepared.options);
    }
}

pub(crate) fn debug(
    name: &str,
    prepared: &Result<Prepared, Error>,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut printed = formatter.debug_struct(name);
    match prepared {
        Ok(prepared) => printed
            .field("tool", &prepared.spec.name)
            .field("options", &prepared.options),
        Err(error) => printed.field("error", error),
    };
    printed.finish_non_exhaustive()
}
