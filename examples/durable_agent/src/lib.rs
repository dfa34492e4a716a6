//! An agent whose runs survive their process, on [Restate](https://restate.dev).
//!
//! Every answer of the model and every call of a tool is a step in the journal of the run. A process that is
//! killed loses nothing: another one replays the journal and goes on. The step that was under way is
//! carried out again, and its write has the same idempotency key, so that the API carries it out once.
//!
//! | module | has |
//! |---|---|
//! | [`agent`] | the loop of model and tools |
//! | [`run`] | the steps, the waits and the questions of one run |
//! | [`tools`] | the tools of a run, and the outcome of a call |
//! | [`model`] | the model |
//! | [`desk`] | the place where people approve calls |
//! | [`restate`] | the server of Restate |
//! | [`settings`] | the environment, and the account that it names |
//! | [`service`] | the process that runs the agent |
//! | [`supervisor`] | the start of that process, again if it is killed |

pub mod agent;
pub mod checkpoint;
pub mod desk;
pub mod http;
pub mod model;
pub mod restate;
pub mod run;
pub mod service;
pub mod settings;
pub mod supervisor;
pub mod tools;

/// An error of any kind.
pub type AnyError = Box<dyn std::error::Error + Send + Sync>;
