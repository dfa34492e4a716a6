//! Recording calls against the real thing, and playing them back without a network.

mod player;
mod recorder;
mod tape;

pub use player::Player;
pub use recorder::Recorder;
