//! The kinds of events.

use std::fmt;

macro_rules! kinds {
    ($($name:ident = $text:literal,)*) => {
        /// The kind of an event. Kinds that are new to this version are kept as strings.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum EventKind {
            $(
                #[doc = concat!("`", $text, "`.")]
                $name,
            )*
            /// Another kind.
            Other(String),
        }

        impl EventKind {
            /// The kinds that this version knows.
            #[cfg(test)]
            pub(super) const KNOWN: &[&str] = &[$($text),*];

            /// Reads a kind; an unknown one is kept.
            #[must_use]
            pub fn parse(text: &str) -> Self {
                match text {
                    $($text => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }

            /// Returns the kind as Truto writes it: `integrated_account:created`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(other) => other,
                }
            }
        }
    };
}

kinds! {
    IntegratedAccountCreated = "integrated_account:created",
    IntegratedAccountUpdated = "integrated_account:updated",
    IntegratedAccountDeleted = "integrated_account:deleted",
    IntegratedAccountActive = "integrated_account:active",
    IntegratedAccountReactivated = "integrated_account:reactivated",
    IntegratedAccountPostConnectFormSubmitted = "integrated_account:post_connect_form_submitted",
    IntegratedAccountPostInstallError = "integrated_account:post_install_error",
    IntegratedAccountValidationError = "integrated_account:validation_error",
    IntegratedAccountAuthenticationError = "integrated_account:authentication_error",
    IntegratedAccountForbiddenError = "integrated_account:forbidden_error",
    LinkTokenConnectionError = "link_token:connection_error",
    EnvironmentIntegrationCreated = "environment_integration:created",
    EnvironmentIntegrationUpdated = "environment_integration:updated",
    EnvironmentIntegrationDeleted = "environment_integration:deleted",
    EnvironmentUnifiedModelCreated = "environment_unified_model:created",
    EnvironmentUnifiedModelUpdated = "environment_unified_model:updated",
    EnvironmentUnifiedModelDeleted = "environment_unified_model:deleted",
    ApiTokenCreated = "api_token:created",
    ApiTokenDeleted = "api_token:deleted",
    SyncJobRunCreated = "sync_job_run:created",
    SyncJobRunUpdated = "sync_job_run:updated",
    SyncJobRunStarted = "sync_job_run:started",
    SyncJobRunCompleted = "sync_job_run:completed",
    SyncJobRunFailed = "sync_job_run:failed",
    SyncJobRunDeleted = "sync_job_run:deleted",
    SyncJobRunRecord = "sync_job_run:record",
    SyncJobRunRecordError = "sync_job_run:record_error",
    SyncJobRunRateLimited = "sync_job_run:rate_limited",
    SyncJobCronTriggerFailed = "sync_job_cron_trigger:failed",
    RecordCreated = "record:created",
    RecordUpdated = "record:updated",
    RecordDeleted = "record:deleted",
    RecordMeta = "record:meta",
    BatchJobDryRunCompleted = "batch_job:dry_run_completed",
    BatchJobDryRunFailed = "batch_job:dry_run_failed",
    BatchJobCompleted = "batch_job:completed",
    BatchJobFailed = "batch_job:failed",
    Test = "test",
}

impl EventKind {
    /// Returns the resource at Truto that the event concerns: `integrated_account`.
    #[must_use]
    pub fn entity(&self) -> &str {
        let text = self.as_str();
        text.split_once(':').map_or(text, |(entity, _)| entity)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
