//! Recording calls against the real thing, and playing them back without a network.

mod recorder;
mod replayer;
mod tape;

pub use recorder::Recorder;
pub use replayer::Replayer;
