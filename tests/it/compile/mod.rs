//! Programs that compile, and programs that do not and whose messages help.

mod right_calls;
mod wrong_calls;
