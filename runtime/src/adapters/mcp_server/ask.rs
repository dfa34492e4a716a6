//! Approval by the person at the client.

use rmcp::RoleServer;
use rmcp::model::{ElicitRequestParams, ElicitationAction, ElicitationSchema};
use rmcp::service::{ElicitationMode, Peer};

use crate::agent::ApprovalRequest;
use crate::tools::Effect;

/// The decision of the person.
pub(super) enum Elicited {
    Granted {
        /// The person, for the audit.
        by: String,
    },
    Declined {
        /// The person, for the audit.
        by: String,
    },
    /// The client cannot ask for approval.
    Unavailable,
}

/// Asks the person at the client to approve a call.
pub(super) async fn ask(peer: &Peer<RoleServer>, request: &ApprovalRequest) -> Elicited {
    if !peer
        .supported_elicitation_modes()
        .contains(&ElicitationMode::Form)
    {
        return Elicited::Unavailable;
    }
    let params = ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message(request),
        requested_schema: ElicitationSchema::new(std::collections::BTreeMap::new()),
    };
    match peer.create_elicitation(params).await {
        Ok(result) => {
            let client = peer.peer_info().map(|info| info.client_info.name.clone());
            let by = format!("the user of {}", client.unwrap_or_default());
            match result.action {
                ElicitationAction::Accept => Elicited::Granted { by },
                _ => Elicited::Declined { by },
            }
        }
        Err(error) => {
            tracing::debug!(target: "toolsmith", %error, tool = request.tool.name, "the client could not be asked for approval");
            Elicited::Unavailable
        }
    }
}

fn message(request: &ApprovalRequest) -> String {
    let ApprovalRequest { tool, arguments } = request;
    let title = tool.title;
    let effect = match tool.effect {
        Effect::Reads => "only reads data",
        Effect::Writes => "changes data",
        Effect::Destroys => "is destructive",
    };
    format!("Allow this call? {title} with {arguments}. This tool {effect}.")
}
