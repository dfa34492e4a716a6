//! The messages of a client, as they are read before the protocol sees them.
//!
//! rmcp drops a message that it cannot read, and takes a known method with unreadable parameters for an
//! unknown method. Here, every request gets a response: the result, or an error with the reason.

use rmcp::model::{
    CallToolRequestParams, ClientJsonRpcMessage, ErrorCode, InitializeRequestParams,
    PaginatedRequestParams, ProtocolVersion, RequestId, RequestMetaObject,
};
use serde::Deserialize;
use serde_json::json;

use crate::agent::Arguments;
use crate::codec::Json;

/// The default of the length of a message in bytes.
pub(super) const MAX_MESSAGE_BYTES: usize = 4 << 20;

/// The number of messages of a batch.
const MAX_BATCH: usize = 100;

/// A message that can be read.
#[derive(Debug)]
pub(super) struct Incoming {
    /// The message, with arguments that were a string as an object.
    pub(super) json: Json,
    /// `true` if the message differs from what was received.
    pub(super) is_changed: bool,
}

/// An error response to a message.
#[derive(Debug)]
pub(super) struct Rejection {
    /// The identifier of the request; null if it cannot be read.
    pub(super) id: Json,
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Rejection {
    /// Rejects a message whose identifier cannot be read.
    pub(super) fn unreadable(message: impl Into<String>) -> Self {
        Self::new(Json::Null, ErrorCode::PARSE_ERROR, message)
    }

    /// Rejects a message that is too long to be read.
    pub(super) fn too_long(limit: usize) -> Self {
        Self::unreadable(format!(
            "the message is longer than {limit} bytes; send less in one message"
        ))
    }

    pub(super) fn new(id: Json, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            id,
            code,
            message: message.into(),
        }
    }

    fn invalid_request(id: Json, message: &str) -> Self {
        Self::new(id, ErrorCode::INVALID_REQUEST, message)
    }

    /// Returns the response.
    pub(super) fn to_json(&self) -> Json {
        let error = json!({"code": self.code, "message": self.message});
        json!({"jsonrpc": "2.0", "id": self.id, "error": error})
    }
}

impl Incoming {
    /// Reads a message. Returns `None` for one that is ignored: an empty one, or a notification or a
    /// response without a meaning.
    ///
    /// # Errors
    ///
    /// The message is not a message of the protocol, or its parameters are invalid.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, Rejection> {
        let text = without_mark(bytes);
        if text.is_empty() {
            return Ok(None);
        }
        let json: Json = serde_json::from_slice(text).map_err(|error| {
            Rejection::unreadable(format!("the message is not valid JSON: {error}"))
        })?;
        let mut incoming = Self {
            json,
            is_changed: text.len() < bytes.len(),
        };
        Ok(incoming.normalize()?.then_some(incoming))
    }

    /// Returns the messages of a batch, which clients up to 2025-03-26 may send. Returns `None` for one message,
    /// and for what is not a batch of messages.
    ///
    /// # Errors
    ///
    /// There are too many messages, or one of them opens a session.
    pub(super) fn batch(bytes: &[u8]) -> Result<Option<Vec<Json>>, Rejection> {
        let text = without_mark(bytes);
        if !text.starts_with(b"[") {
            return Ok(None);
        }
        let Ok(messages) = serde_json::from_slice::<Vec<Json>>(text) else {
            return Ok(None);
        };
        let invalid = |message: &str| Err(Rejection::invalid_request(Json::Null, message));
        let opens = |message: &Json| message.get("method").is_some_and(|it| it == "initialize");
        if messages.is_empty() {
            return invalid("a batch has at least one message");
        }
        if messages.len() > MAX_BATCH {
            return invalid("a batch has more than 100 messages; send fewer at a time");
        }
        if messages.iter().any(opens) {
            return invalid("initialize is not sent in a batch");
        }
        Ok(Some(messages))
    }

    /// Returns the method of a request or a notification.
    pub(super) fn method(&self) -> Option<&str> {
        self.json.get("method").and_then(Json::as_str)
    }

    /// Returns `true` for a request that opens a session of a version that has batches.
    pub(super) fn opens_with_batches(&self) -> bool {
        let version = self.json.pointer("/params/protocolVersion");
        let version = version.and_then(Json::as_str);
        self.method() == Some("initialize") && version.is_some_and(has_batches)
    }

    /// Returns `true` for a request that carries the metadata of 2026-07-28, which has no handshake.
    pub(super) fn has_modern_metadata(&self) -> bool {
        let meta = self.meta();
        let modern = ProtocolVersion::V_2026_07_28;
        let is_modern = |version: ProtocolVersion| version >= modern;
        meta.missing_required_keys(&modern).is_empty()
            && meta.protocol_version().is_some_and(is_modern)
    }

    /// Returns the `_meta` of a request.
    pub(super) fn meta(&self) -> RequestMetaObject {
        let meta = self.json.pointer("/params/_meta");
        meta.and_then(|meta| RequestMetaObject::deserialize(meta).ok())
            .unwrap_or_default()
    }

    /// Returns the message in the types of rmcp.
    ///
    /// # Errors
    ///
    /// rmcp cannot read it.
    pub(super) fn into_message(self) -> Result<ClientJsonRpcMessage, Rejection> {
        let id = self.json.get("id").cloned().unwrap_or_default();
        serde_json::from_value(self.json)
            .map_err(|error| Rejection::invalid_request(id, &error.to_string()))
    }

    /// Checks the message, and returns `false` if it is to be ignored.
    fn normalize(&mut self) -> Result<bool, Rejection> {
        let fields = match &self.json {
            Json::Object(fields) => fields,
            Json::Array(_) => {
                let message =
                    "this version of the protocol has no batches; send one message at a time";
                return Err(Rejection::invalid_request(Json::Null, message));
            }
            _ => {
                let message = "the message is not an object";
                return Err(Rejection::invalid_request(Json::Null, message));
            }
        };
        let id = fields.get("id");
        let readable_id = id.filter(|id| RequestId::deserialize(*id).is_ok());
        let invalid = |message: &str| {
            let id = readable_id.cloned().unwrap_or_default();
            Err(Rejection::invalid_request(id, message))
        };
        if fields.get("jsonrpc").is_none_or(|version| version != "2.0") {
            return invalid(r#"the message does not have "jsonrpc": "2.0""#);
        }
        match (fields.get("method"), id) {
            (Some(Json::String(_)), Some(id)) if readable_id.is_some() => {
                let id = id.clone();
                self.normalize_request()
                    .map_err(|message| Rejection::new(id, ErrorCode::INVALID_PARAMS, message))?;
                Ok(true)
            }
            (Some(Json::String(_)), Some(_)) => invalid("the id is not a string or an integer"),
            (Some(Json::String(_)), None) => Ok(self.is_understood()),
            (Some(_), _) => invalid("the method is not a string"),
            (None, _) if fields.contains_key("result") || fields.contains_key("error") => {
                Ok(self.normalize_response())
            }
            (None, _) => invalid("the message is neither a request nor a response"),
        }
    }

    fn is_understood(&self) -> bool {
        ClientJsonRpcMessage::deserialize(&self.json).is_ok()
    }

    /// Turns a response that rmcp cannot read into an error, so that its request does not wait forever.
    fn normalize_response(&mut self) -> bool {
        if self.is_understood() {
            return true;
        }
        let Some(id) = self.json.get("id").cloned() else {
            return false;
        };
        let unreadable = Rejection::new(
            id,
            ErrorCode::INTERNAL_ERROR,
            "the response of the client cannot be read",
        );
        self.json = unreadable.to_json();
        self.is_changed = true;
        self.is_understood()
    }

    /// Checks the parameters of a request.
    ///
    /// # Errors
    ///
    /// They are invalid; the error is the reason.
    fn normalize_request(&mut self) -> Result<(), String> {
        let method = self.method().unwrap_or_default().to_owned();
        let has_handshake = !self.has_modern_metadata();
        let Json::Object(fields) = &mut self.json else {
            return Ok(());
        };
        if fields.get("params").is_some_and(Json::is_null) {
            fields.remove("params");
            self.is_changed = true;
        }
        let mut nothing = Json::Null;
        let params = fields.get_mut("params").unwrap_or(&mut nothing);
        if !matches!(params, Json::Object(_) | Json::Null) {
            return Err("params is not an object".to_owned());
        }
        // Clients that write every member of their types write null for what is absent.
        if let Json::Object(members) = params
            && members.get("_meta").is_some_and(Json::is_null)
        {
            members.remove("_meta");
            self.is_changed = true;
        }
        if let Some(meta) = params.get("_meta")
            && !meta.is_object()
        {
            return Err("params._meta is not an object".to_owned());
        }
        match method.as_str() {
            "tools/call" => {
                self.is_changed |= read_arguments(params)?;
                check::<CallToolRequestParams>(params)
            }
            // There is no such method in 2026-07-28, as rmcp says.
            "initialize" if has_handshake => check::<InitializeRequestParams>(params),
            "tools/list" => check::<Option<PaginatedRequestParams>>(params),
            _ => Ok(()),
        }
    }
}

/// Returns `true` if a version of the protocol has batches.
pub(super) fn has_batches(version: &str) -> bool {
    version <= ProtocolVersion::V_2025_03_26.as_str()
}

/// Returns a message without the byte order mark and the space around it.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    let bytes = bytes.trim_ascii();
    bytes
        .strip_prefix(BYTE_ORDER_MARK)
        .unwrap_or(bytes)
        .trim_ascii()
}

/// Checks the type of parameters.
fn check<'json, T: Deserialize<'json>>(params: &'json Json) -> Result<(), String> {
    match T::deserialize(params) {
        Ok(_) => Ok(()),
        Err(_) if params.is_null() => Err("params is missing".to_owned()),
        Err(error) => Err(format!("params: {error}")),
    }
}

/// Reads the arguments of a call, which models and clients also write as a string of JSON. Returns
/// `true` if they were changed.
///
/// # Errors
///
/// The arguments are not an object, and cannot be read as one.
fn read_arguments(params: &mut Json) -> Result<bool, String> {
    let Some(arguments) = params.get_mut("arguments") else {
        return Ok(false);
    };
    let read = match &*arguments {
        Json::Object(_) => return Ok(false),
        Json::String(text) => Arguments::from(text.as_str()),
        other => Arguments::from(other),
    };
    let object = "write one JSON object with the arguments by name";
    match read.parsed() {
        Ok(json @ Json::Object(_)) => {
            *arguments = json.clone();
            Ok(true)
        }
        Ok(_) => Err(format!("params.arguments is not an object; {object}")),
        Err(problem) => Err(format!(
            "params.arguments is a string that is not valid JSON ({problem}); {object}"
        )),
    }
}
