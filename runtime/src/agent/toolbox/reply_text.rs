//! The texts that a model sees after a call.

use crate::agent::api_errors::error_text::FailureText;
use crate::agent::call::checked_call::CheckedCall;
use crate::agent::reply::ReplyOutcome;
use crate::agent::response::response_notes;
use crate::agent::tool_set::ToolEntry;
use crate::agent::tool_set::offered::OfferedTools;
use crate::agent::toolbox::Toolbox;
use crate::codec::Json;
use crate::error::Error;
use crate::redactor::Redactor;
use crate::scrubber::Scrubber;

impl Toolbox {
    /// Returns a response as the model sees it.
    pub(in crate::agent) fn show(
        &self,
        entry: ToolEntry<'_>,
        call: &CheckedCall,
        mut response: Json,
        scrubber: &Scrubber,
    ) -> (ReplyOutcome, String) {
        let memory = &self.decider.memory;
        memory.learn(call.tool, &call.arguments, &response);
        scrubber.json(&mut response);
        let hidden = self.decider.policy.hidden_characters;
        hidden.json(&mut response);
        response = response_notes::stated(call.tool, response);
        let redactor = self.decider.policy.redactor_for(entry.view());
        if let Some(redactor) = with_marked(redactor, entry) {
            redactor.redact(&mut response);
        }
        let notes = response_notes::notes(call.tool, &call.arguments, &response);
        let mut text = self.output.render_with_notes(call.tool, &response, &notes);
        if !call.repairs.is_empty() {
            let repairs: Vec<String> = call.repairs.iter().map(ToString::to_string).collect();
            let repairs = repairs.join("; ");
            text.extend(["\n[the arguments were corrected: ", &repairs, "]"]);
        }
        // The note and the repairs may quote arguments.
        let text = hidden.text(&text).into_owned();
        (ReplyOutcome::Succeeded(response), text)
    }

    /// Tells the model what to do about an error.
    pub(in crate::agent) fn explain(
        &self,
        entry: ToolEntry<'_>,
        call: &CheckedCall,
        error: &Error,
    ) -> String {
        let redactor = self.decider.policy.error_redactor_for(entry.view());
        let redactor = with_marked(redactor, entry);
        let offers = |entry: ToolEntry<'_>| self.decider.offers(entry);
        let failed = FailureText {
            tool: call.tool,
            arguments: &call.arguments,
            error,
            identifiers: &self.decider.memory.identifiers(),
            redactor: redactor.as_ref(),
            tools: OfferedTools::new(&self.decider.tools, entry.source, &offers),
        };
        let hidden = self.decider.policy.hidden_characters;
        hidden.text(&failed.text()).into_owned()
    }
}

/// Returns a redactor that also knows the fields that the catalog marks as secrets.
fn with_marked(redactor: Option<&Redactor>, entry: ToolEntry<'_>) -> Option<Redactor> {
    let marked = entry.source.backend.catalog().secrets;
    redactor.map(|redactor| redactor.with_fields(marked))
}
