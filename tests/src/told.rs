//! Everything that every crate tells while a test runs, at every level, so that it can be looked
//! through for what must not be told.
//!
//! Where the variable `TOOLSMITH_TEST_LOG` names a folder, each program of tests that starts a fake
//! server writes a file there; `.ci/run` does so and looks for the token of all tests.

use std::fmt::{Debug, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The variable that names the folder of the logs.
const FOLDER: &str = "TOOLSMITH_TEST_LOG";

/// What was told, in memory if a test asks for it and on disk if the variable does.
struct Kept {
    memory: Option<String>,
    file: Option<File>,
}

static KEPT: Mutex<Kept> = Mutex::new(Kept {
    memory: None,
    file: None,
});

/// Listens from now on, if the variable is set.
pub(crate) fn listen_if_asked() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        listen(Some(Path::new(&folder)));
    }
}

/// Listens from now on and keeps what is told, also by the tests beside this one.
pub fn keep() {
    with(|kept| {
        kept.memory.get_or_insert_default();
    });
    let folder = std::env::var_os(FOLDER);
    listen(folder.as_deref().map(Path::new));
}

/// What was told since [`keep`].
#[must_use]
pub fn kept() -> String {
    with(|kept| kept.memory.clone().unwrap_or_default())
}

fn listen(folder: Option<&Path>) {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let name = format!("{}.log", std::process::id());
        let file = folder.and_then(|folder| File::create(folder.join(name)).ok());
        with(|kept| kept.file = file);
        // A program that listens already has a reason to.
        let _ = tracing::subscriber::set_global_default(Listener);
        if log::set_logger(&Listener).is_ok() {
            log::set_max_level(log::LevelFilter::Trace);
        }
    });
}

fn with<T>(work: impl FnOnce(&mut Kept) -> T) -> T {
    work(&mut KEPT.lock().unwrap_or_else(PoisonError::into_inner))
}

fn tell(line: &str) {
    with(|kept| {
        if let Some(memory) = &mut kept.memory {
            memory.push_str(line);
        }
        if let Some(file) = &mut kept.file {
            let _ = file.write_all(line.as_bytes());
        }
    });
}

/// Hears `tracing` and `log`.
struct Listener;

/// The fields of one event or span.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut line = Line(attributes.metadata().name().to_owned());
        attributes.record(&mut line);
        tell(&(line.0 + "\n"));
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        tell(&(line.0 + "\n"));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        tell(&(line.0 + "\n"));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

impl log::Log for Listener {
    fn enabled(&self, _metadata: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        tell(&format!("{} {}\n", record.target(), record.args()));
    }

    fn flush(&self) {}
}
