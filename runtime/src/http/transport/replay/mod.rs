//! Records calls of a real API, and replays them without a network.

mod recorder;
mod replayer;
mod tape;

pub use recorder::Recorder;
pub use replayer::Replayer;
