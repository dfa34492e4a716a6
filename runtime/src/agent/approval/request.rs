//! The request to a person to approve a call, as data.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::Error as _;
use serde_json::{Map, json};

use super::seal::{Binding, milliseconds};
use toolsmith_dialect::sentence;

use crate::codec::Json;
use crate::context::{CallContext, canonical};
use crate::redactor::RedactedJson;
use crate::tools::{Effect, ToolSpec};

/// A request to a person to approve a call.
///
/// It is data: a program can store it (it is `Serialize` and `Deserialize`), show it to a person, and carry the
/// call out later with [`Toolbox::resume`](super::super::Toolbox::resume), also in another process. It contains the
/// arguments in full.
///
/// ```
/// use toolsmith_runtime::agent::{Approval, ApprovalProblem, ApprovalRequest, Reply, Toolbox};
///
/// /// Carries out the stored request that Ann has approved.
/// async fn approved(tools: &Toolbox, stored: &str) -> Result<Reply, ApprovalProblem> {
///     let request: ApprovalRequest = serde_json::from_str(stored).map_err(|_| ApprovalProblem::Forged)?;
///     tools.resume(&request, Approval::granted("ann")).await
/// }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ApprovalRequest {
    /// The identifier of the request: 32 random hexadecimal digits.
    pub id: String,
    /// The tool.
    pub tool: RequestedTool,
    /// The arguments as they would be sent.
    pub arguments: Json,
    /// The name of the catalog.
    pub catalog: String,
    /// The account on which the call acts, if the client has one.
    pub account: Option<String>,
    /// The context of the call. Its idempotency key is that of the call.
    pub context: CallContext,
    /// The time from which the request is refused.
    pub expires_at: SystemTime,
    /// The seal, which binds everything else; see [`Approvals`](super::Approvals).
    pub seal: String,
}

/// The tool of an [`ApprovalRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestedTool {
    /// The name of the tool.
    pub name: String,
    /// The title of the tool, for people.
    pub title: String,
    /// The effect of the tool.
    pub effect: Effect,
}

impl From<&ToolSpec> for RequestedTool {
    fn from(tool: &ToolSpec) -> Self {
        Self {
            name: tool.name.to_owned(),
            title: tool.title.to_owned(),
            effect: tool.effect,
        }
    }
}

impl ApprovalRequest {
    /// Returns the question for a person: tool, arguments and effect in one line of English.
    #[must_use]
    pub fn question(&self) -> String {
        let effect = match self.tool.effect {
            Effect::Reads => "only reads data",
            Effect::Writes => "changes data",
            Effect::Destroys => "is destructive",
        };
        let title = sentence::clause(&self.tool.title);
        let arguments = &self.arguments;
        format!("Allow this call? {title}, with the arguments {arguments}. This tool {effect}.")
    }

    /// Returns the parts of the request that its seal binds.
    pub(super) fn binding(&self) -> Binding {
        let mut details = self.head();
        details.remove("id");
        details.remove("expires_at");
        details.remove("principal");
        let principal = canonical(&json!(self.context.principal));
        let details = canonical(&Json::Object(details));
        Binding::new(&self.tool.name, &self.arguments, &principal, &details)
    }

    /// Returns everything but the arguments and the seal as JSON.
    fn head(&self) -> Map<String, Json> {
        let tool = json!({
            "name": self.tool.name, "title": self.tool.title, "effect": self.tool.effect.as_str(),
        });
        let context = self.context.fields();
        let mut fields: Map<String, Json> = context
            .map(|(name, value)| (name.to_owned(), Json::from(value)))
            .collect();
        let mut put = |name: &str, value: Json| {
            fields.insert(name.to_owned(), value);
        };
        put("id", self.id.as_str().into());
        put("tool", tool);
        put("catalog", self.catalog.as_str().into());
        put("account", json!(self.account));
        put("expires_at", milliseconds(self.expires_at).into());
        fields
    }

    fn from_json(mut fields: Map<String, Json>) -> Result<Self, String> {
        let tool = fields.remove("tool").unwrap_or_default();
        let part = |name: &str| {
            let text = tool.get(name).and_then(Json::as_str);
            text.map(str::to_owned)
                .ok_or_else(|| format!("`tool.{name}` is not a string"))
        };
        let tool = RequestedTool {
            name: part("name")?,
            title: part("title")?,
            effect: part("effect")?
                .parse()
                .map_err(|_| "`tool.effect` is not an effect")?,
        };
        let arguments = fields.remove("arguments");
        let expires_at = fields.remove("expires_at").and_then(|at| at.as_u64());
        let expires_at = expires_at
            .and_then(|at| UNIX_EPOCH.checked_add(Duration::from_millis(at)))
            .ok_or("`expires_at` is not a number of milliseconds")?;
        let context = CallContext::take(&mut fields)?;
        let mut text = |name: &str| match fields.remove(name) {
            Some(Json::String(text)) => Ok(text),
            _ => Err(format!("`{name}` is not a string")),
        };
        Ok(Self {
            id: text("id")?,
            tool,
            arguments: arguments.ok_or("there are no `arguments`")?,
            catalog: text("catalog")?,
            seal: text("seal")?,
            account: match fields.remove("account") {
                None | Some(Json::Null) => None,
                Some(Json::String(account)) => Some(account),
                Some(_) => return Err("`account` is not a string".to_owned()),
            },
            context,
            expires_at,
        })
    }
}

impl serde::Serialize for ApprovalRequest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = self.head();
        fields.insert("arguments".to_owned(), self.arguments.clone());
        fields.insert("seal".to_owned(), self.seal.as_str().into());
        fields.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for ApprovalRequest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Omits the seal, and redacts fields whose names indicate a secret.
impl fmt::Debug for ApprovalRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApprovalRequest")
            .field("id", &self.id)
            .field("tool", &self.tool)
            .field("arguments", &RedactedJson(&self.arguments))
            .field("account", &self.account)
            .field("context", &self.context)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
