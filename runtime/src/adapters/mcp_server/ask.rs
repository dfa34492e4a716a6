//! Asking the person at the client.

use rmcp::RoleServer;
use rmcp::model::{ElicitRequestParams, ElicitationAction, ElicitationSchema};
use rmcp::service::{ElicitationMode, Peer};

use crate::agent::ApprovalRequest;

/// What the person says.
pub(super) enum Elicited {
    Granted {
        /// Who, for the record.
        by: String,
    },
    Denied {
        /// Who, for the record.
        by: String,
    },
    /// The client cannot ask.
    Unavailable,
}

/// Asks the person at the client whether a call may be made.
pub(super) async fn ask(peer: &Peer<RoleServer>, question: &ApprovalRequest) -> Elicited {
    if !peer
        .supported_elicitation_modes()
        .contains(&ElicitationMode::Form)
    {
        return Elicited::Unavailable;
    }
    let params = ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message(question),
        requested_schema: ElicitationSchema::new(std::collections::BTreeMap::new()),
    };
    match peer.create_elicitation(params).await {
        Ok(result) => {
            let client = peer.peer_info().map(|info| info.client_info.name.clone());
            let by = format!("the user of {}", client.unwrap_or_default());
            match result.action {
                ElicitationAction::Accept => Elicited::Granted { by },
                _ => Elicited::Denied { by },
            }
        }
        Err(error) => {
            tracing::debug!(target: "toolsmith", %error, tool = question.tool.name, "nobody could be asked");
            Elicited::Unavailable
        }
    }
}

fn message(question: &ApprovalRequest) -> String {
    let ApprovalRequest { tool, arguments } = question;
    let (title, does) = (tool.title, tool.effect.does());
    format!("May this be done? {title}, with {arguments}. It {does}.")
}
