//! Places at which a test kills the process.
//!
//! With `DURABLE_AGENT_CHECKPOINTS` the process prints every place that it reaches. It stops at the one that
//! `DURABLE_AGENT_STOP_AT` names, or at the first one that `DURABLE_AGENT_PASS` does not name, so that it can be
//! killed exactly there.

use std::env;
use std::future::pending;
use std::io::Write as _;

/// The variable that turns the output on.
pub const PRINT: &str = "DURABLE_AGENT_CHECKPOINTS";

/// The variable that names the place at which the process stops.
pub const STOP_AT: &str = "DURABLE_AGENT_STOP_AT";

/// The variable that names the places which the process passes, with commas between them.
pub const PASS: &str = "DURABLE_AGENT_PASS";

/// The words before a place that is reached, and before the one at which the process stops.
pub const REACHED: &str = "reached ";
/// See [`REACHED`].
pub const STOPPED: &str = "stopped at ";

/// Reports that the process is at a place in a step, and stops there if it has to.
pub async fn reach(place: &str, step: &str) {
    if env::var_os(PRINT).is_none() {
        return;
    }
    let name = format!("{place} {step}");
    let is_new = |passed: String| passed.split(',').all(|passed| passed != name);
    let stops =
        env::var(STOP_AT).is_ok_and(|stop| stop == name) || env::var(PASS).is_ok_and(is_new);
    let verb = if stops { STOPPED } else { REACHED };
    // No one may be listening.
    let _printed = writeln!(std::io::stdout(), "{verb}{name}");
    if stops {
        pending::<()>().await;
    }
}
