//! Calls that an earlier process made.

use crate::agent::arguments::Arguments;
use crate::agent::toolbox::Toolbox;
use crate::codec::Json;

impl Toolbox {
    /// Takes over a call that an earlier process made: it counts for the limits of the policy, and the
    /// toolbox knows the identifiers in its arguments and its response. Nothing is sent.
    ///
    /// A durable run keeps its calls in a journal. When it continues in another process, it restores them in
    /// their order, so that the toolbox decides about the next call as the first process would have.
    /// `response` is that of [`ReplyOutcome::Succeeded`](crate::agent::ReplyOutcome::Succeeded), or `None` if the
    /// call was sent and failed.
    ///
    /// The call counts for the principal of the [context](Self::context), as made now. It counts also beyond a limit.
    ///
    /// ```
    /// use toolsmith_runtime::Json;
    /// use toolsmith_runtime::agent::Toolbox;
    ///
    /// /// A call in the journal of a run.
    /// struct Journaled {
    ///     tool: String,
    ///     arguments: Json,
    ///     response: Option<Json>,
    /// }
    ///
    /// fn resume(tools: &Toolbox, journal: &[Journaled]) {
    ///     for call in journal {
    ///         tools.restore(&call.tool, call.arguments.clone(), call.response.as_ref());
    ///     }
    /// }
    /// ```
    pub fn restore(&self, name: &str, arguments: impl Into<Arguments>, response: Option<&Json>) {
        let Some(entry) = self.decider.tools.find(name) else {
            return;
        };
        let memory = &self.decider.memory;
        let label = self.decider.label(&self.base.context);
        memory.restore(&self.decider.policy, entry, &label, &*self.clock);
        let arguments = arguments.into();
        if let (Some(arguments), Some(response)) = (arguments.json(), response) {
            memory.learn(entry.spec, arguments, response);
        }
    }
}
