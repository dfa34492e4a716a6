//! Asking the person at the client.

use rmcp::RoleServer;
use rmcp::model::{ElicitRequestParams, ElicitationAction, ElicitationSchema};
use rmcp::service::{ElicitationMode, Peer};

use crate::codec::Json;
use crate::tool::{Effect, ToolSpec};

/// What the person says.
pub(super) enum Verdict {
    Yes {
        /// Who, for the record.
        by: String,
    },
    No {
        /// Who, for the record.
        by: String,
    },
    /// The client cannot ask.
    Unasked,
}

/// Asks the person at the client whether a call may be made.
pub(super) async fn ask(peer: &Peer<RoleServer>, spec: &ToolSpec, arguments: &Json) -> Verdict {
    if !peer
        .supported_elicitation_modes()
        .contains(&ElicitationMode::Form)
    {
        return Verdict::Unasked;
    }
    let params = ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: question(spec, arguments),
        requested_schema: ElicitationSchema::new(std::collections::BTreeMap::new()),
    };
    match peer.create_elicitation(params).await {
        Ok(result) => {
            let client = peer.peer_info().map(|info| info.client_info.name.clone());
            let by = format!("the user of {}", client.unwrap_or_default());
            match result.action {
                ElicitationAction::Accept => Verdict::Yes { by },
                _ => Verdict::No { by },
            }
        }
        Err(error) => {
            tracing::debug!(target: "toolsmith", %error, tool = spec.name, "nobody could be asked");
            Verdict::Unasked
        }
    }
}

fn question(spec: &ToolSpec, arguments: &Json) -> String {
    let does = match spec.effect {
        Effect::Reads => "It only reads.",
        Effect::Writes => "It changes something.",
        Effect::Destroys => "It destroys something for good.",
    };
    let title = spec.title;
    format!("May this be done? {title}, with {arguments}. {does}")
}
