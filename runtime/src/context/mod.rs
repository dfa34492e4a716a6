//! The context of a call: its identifier, its principal, its idempotency key and its trace.
//!
//! A [`Toolbox`](crate::agent::Toolbox) takes it with [`call_in`](crate::agent::Toolbox::call_in), and a typed call with
//! [`Call::context`](crate::Call::context). [`current`] returns it inside a function of the program.

mod canonical;
mod current;
mod idempotency_key;
mod trace;

use serde::de::Error as _;
use serde_json::{Map, Value as Json};

pub(crate) use canonical::canonical;
pub(crate) use current::InContext;
pub use current::current;
pub(crate) use idempotency_key::hex;
pub use idempotency_key::{IdempotencyKey, InvalidKey};
pub use trace::{InvalidTrace, TraceContext};

/// The context of a call. Everything in it is optional, and a model sees none of it.
///
/// It is in the audit, in spans and in errors. Serialized, it is an object of the fields that are set.
///
/// ```
/// use toolsmith_runtime::agent::{Reply, Toolbox};
/// use toolsmith_runtime::CallContext;
///
/// /// Makes a call of a model for a user. A second call with the same identifier sends nothing.
/// async fn call(tools: &Toolbox, user: &str, call_id: &str, name: &str, arguments: &str) -> Reply {
///     let context = CallContext::new().call_id(call_id).principal(user);
///     tools.call_in(context, name, arguments).await
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallContext {
    /// The identifier that the provider of the model gave to the call.
    pub call_id: Option<String>,
    /// The person or program on whose behalf the call is made.
    pub principal: Option<String>,
    /// The conversation or session to which the call belongs.
    pub session: Option<String>,
    /// The idempotency key of a call that changes data. Calls that read are sent without one.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The trace to which the call belongs.
    pub trace: Option<TraceContext>,
}

impl CallContext {
    /// Creates an empty context.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the identifier of the call. An empty one counts as none, because some providers send one for
    /// every call.
    #[must_use]
    pub fn call_id(mut self, call_id: impl Into<String>) -> Self {
        self.call_id = Some(call_id.into()).filter(|id| !id.is_empty());
        self
    }

    /// Sets the person or program on whose behalf the call is made.
    #[must_use]
    pub fn principal(mut self, principal: impl Into<String>) -> Self {
        self.principal = Some(principal.into());
        self
    }

    /// Sets the conversation or session to which the call belongs.
    #[must_use]
    pub fn session(mut self, session: impl Into<String>) -> Self {
        self.session = Some(session.into());
        self
    }

    /// Sets the idempotency key of a call that changes data.
    #[must_use]
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// Sets the trace to which the call belongs.
    #[must_use]
    pub fn trace(mut self, trace: TraceContext) -> Self {
        self.trace = Some(trace);
        self
    }

    /// Returns this context, with the fields of `other` where this one has none.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            call_id: self.call_id.or_else(|| other.call_id.clone()),
            principal: self.principal.or_else(|| other.principal.clone()),
            session: self.session.or_else(|| other.session.clone()),
            idempotency_key: self
                .idempotency_key
                .or_else(|| other.idempotency_key.clone()),
            trace: self.trace.or_else(|| other.trace.clone()),
        }
    }

    /// Returns the fields that are set, by name.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, String)> {
        let key = self.idempotency_key.as_ref();
        let trace = self.trace.as_ref();
        let fields = [
            ("call_id", self.call_id.clone()),
            ("principal", self.principal.clone()),
            ("session", self.session.clone()),
            ("idempotency_key", key.map(ToString::to_string)),
            ("traceparent", trace.map(|trace| trace.parent().to_owned())),
            (
                "tracestate",
                trace.and_then(|trace| trace.state().map(str::to_owned)),
            ),
        ];
        let set = |(name, value): (_, Option<String>)| Some((name, value?));
        fields.into_iter().filter_map(set)
    }

    /// Takes the fields of a context out of an object.
    ///
    /// # Errors
    ///
    /// A field is not a string, or not a valid one; the error names it.
    pub(crate) fn take(fields: &mut Map<String, Json>) -> Result<Self, String> {
        let mut text = |name: &str| match fields.remove(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{name}` is not a string")),
        };
        let (call_id, principal, session) =
            (text("call_id")?, text("principal")?, text("session")?);
        let (key, parent, state) = (
            text("idempotency_key")?,
            text("traceparent")?,
            text("tracestate")?,
        );
        let key = key.map(IdempotencyKey::new).transpose();
        let trace = parent.map(|parent| match state {
            Some(state) => TraceContext::new(&parent)?.with_state(&state),
            None => TraceContext::new(&parent),
        });
        Ok(Self {
            call_id,
            principal,
            session,
            idempotency_key: key.map_err(|error| error.to_string())?,
            trace: trace.transpose().map_err(|error| error.to_string())?,
        })
    }
}

impl serde::Serialize for CallContext {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields())
    }
}

impl<'de> serde::Deserialize<'de> for CallContext {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(deserializer)?;
        Self::take(&mut fields).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_an_object_of_its_fields() {
        let trace = TraceContext::new("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        let context = CallContext::new()
            .call_id("call_1")
            .principal("ann")
            .trace(trace.unwrap().with_state("a=1").unwrap());
        let json = serde_json::to_value(&context).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "call_id": "call_1", "principal": "ann", "tracestate": "a=1",
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            })
        );
        assert_eq!(
            serde_json::from_value::<CallContext>(json).unwrap(),
            context
        );
        for wrong in [r#"{"call_id": 5}"#, r#"{"traceparent": "x"}"#, "[]"] {
            assert!(
                serde_json::from_str::<CallContext>(wrong).is_err(),
                "{wrong}"
            );
        }
        let base = CallContext::new().principal("bob").session("s");
        let merged = context.or(&base);
        assert_eq!(merged.principal.as_deref(), Some("ann"));
        assert_eq!(merged.session.as_deref(), Some("s"));
        assert_eq!(CallContext::new().call_id("").call_id, None);
    }
}
