//! A toolbox with all tools of The Auth API, as a model uses it.

mod hostile;
mod replies;
mod table;
mod toolbox;
mod wrong_calls;
