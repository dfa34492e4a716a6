//! The steps, the waits and the questions of one run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use generated::runtime::agent::{Approval, ApprovalRequest};
use restate_sdk::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::checkpoint::reach;
use crate::desk::{Decision, Desk, Question};

/// One run, and its journal.
pub struct Run<'a, 'ctx> {
    context: &'a WorkflowContext<'ctx>,
}

/// The result of a step.
pub struct Step<T> {
    /// The value, which the journal keeps.
    pub value: T,
    /// `true` if an earlier process carried the step out, and this one has only read the journal.
    pub is_replayed: bool,
}

impl<'a, 'ctx> Run<'a, 'ctx> {
    /// Starts or continues a run.
    #[must_use]
    pub fn new(context: &'a WorkflowContext<'ctx>) -> Self {
        Self { context }
    }

    /// Returns the identifier of the run, which is the same in every process.
    #[must_use]
    pub fn id(&self) -> &str {
        self.context.invocation_id()
    }

    /// Carries out a step, unless its result is in the journal. If the process is killed before that, the next
    /// one carries the step out again.
    ///
    /// # Errors
    ///
    /// The step has failed permanently.
    pub async fn step<T, F>(&self, name: &str, action: F) -> Result<Step<T>, TerminalError>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Future<Output = Result<T, HandlerError>> + Send + 'ctx,
    {
        reach("before", name).await;
        let is_replayed = Arc::new(AtomicBool::new(true));
        let (carried_out, label) = (Arc::clone(&is_replayed), name.to_owned());
        let carry_out = move || async move {
            reach("begin", &label).await;
            let value = action.await?;
            carried_out.store(false, Ordering::Relaxed);
            reach("done", &label).await;
            Ok(Json(value))
        };
        let Json(value) = self.context.run(carry_out).name(name).await?;
        reach("after", name).await;
        Ok(Step {
            value,
            is_replayed: is_replayed.load(Ordering::Relaxed),
        })
    }

    /// Waits. No process is needed meanwhile.
    ///
    /// # Errors
    ///
    /// The run was cancelled.
    pub async fn sleep(&self, name: &str, time: Duration) -> Result<(), TerminalError> {
        let sleep = self.context.sleep(time);
        reach("asleep", name).await;
        sleep.await?;
        reach("awake", name).await;
        Ok(())
    }

    /// Asks a person about a call, and waits for the decision. No process is needed meanwhile.
    ///
    /// # Errors
    ///
    /// The run was cancelled.
    pub async fn ask(
        &self,
        name: &str,
        desk: &Desk,
        request: &ApprovalRequest,
    ) -> Result<Approval, TerminalError> {
        let (awakeable, decision) = self.context.awakeable::<Json<Decision>>();
        let question = Question::new(request, awakeable);
        let desk = desk.clone();
        let ask = async move { Ok(desk.ask(&question).await?) };
        self.step(&format!("{name} ask"), ask).await?;
        reach("waiting", name).await;
        let Json(decision) = decision.await?;
        reach("decided", name).await;
        Ok(decision.into())
    }
}
