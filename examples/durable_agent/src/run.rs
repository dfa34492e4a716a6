//! The steps, the waits and the questions of one run.

use std::error::Error;
use std::time::Duration;

use generated::runtime::agent::{Approval, ApprovalRequest};
use restate_sdk::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::checkpoint::reach;
use crate::desk::{Decision, Desk, Question};

/// The status of a run that has failed. It is not 5xx, the statuses of a server that is not ready.
const FAILED: u16 = 422;

/// The first and the longest wait before a step that failed is carried out again.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Returns an error that ends a run.
pub fn failure(reason: impl Into<String>) -> TerminalError {
    TerminalError::new_with_code(FAILED, reason)
}

/// One run, and its journal.
pub struct Run<'a, 'ctx> {
    context: &'a WorkflowContext<'ctx>,
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
    /// one carries the step out again. A step that fails is repeated without end, after waits of at most a minute.
    ///
    /// # Errors
    ///
    /// The step has failed permanently.
    pub async fn step<T, F>(&self, name: &str, action: F) -> Result<T, TerminalError>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Future<Output = Result<T, HandlerError>> + Send + 'ctx,
    {
        reach("before", name).await;
        let label = name.to_owned();
        let carry_out = move || async move {
            reach("begin", &label).await;
            let value = action.await.inspect_err(|error| {
                let error: &(dyn Error + Send + Sync) = error.as_ref();
                eprintln!("the step {label} has failed: {error}");
            })?;
            reach("done", &label).await;
            Ok(Json(value))
        };
        let repeat = RunRetryPolicy::new()
            .initial_delay(FIRST_WAIT)
            .exponentiation_factor(2.0)
            .max_delay(LONGEST_WAIT);
        let step = self.context.run(carry_out).retry_policy(repeat).name(name);
        let Json(value) = step.await?;
        reach("after", name).await;
        Ok(value)
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
