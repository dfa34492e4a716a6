//! Captures what every crate of the process logs, at every level, so that tests can search it for
//! what must not be logged.
//!
//! If the variable `TOOLSMITH_TEST_LOG` names a folder, each test program that starts a fake server
//! writes its log to a file there. `.ci/canary` sets the variable and searches the files for the
//! token of the tests.

use std::fmt::{Debug, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The variable that names the folder for log files.
const FOLDER_VARIABLE: &str = "TOOLSMITH_TEST_LOG";

/// The places that lines are written to.
struct Sinks {
    memory: Option<String>,
    file: Option<File>,
}

static SINKS: Mutex<Sinks> = Mutex::new(Sinks {
    memory: None,
    file: None,
});

/// Starts logging to a file if the variable is set.
pub(crate) fn start_if_requested() {
    if let Some(folder) = std::env::var_os(FOLDER_VARIABLE) {
        install(Some(Path::new(&folder)));
    }
}

/// Starts capturing in memory, for all tests of the process.
pub fn start() {
    with_sinks(|sinks| {
        sinks.memory.get_or_insert_default();
    });
    let folder = std::env::var_os(FOLDER_VARIABLE);
    install(folder.as_deref().map(Path::new));
}

/// Returns what was logged since [`start`].
#[must_use]
pub fn captured() -> String {
    with_sinks(|sinks| sinks.memory.clone().unwrap_or_default())
}

fn install(folder: Option<&Path>) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let name = format!("{}.log", std::process::id());
        let file = folder.and_then(|folder| File::create(folder.join(name)).ok());
        with_sinks(|sinks| sinks.file = file);
        // A program that has a subscriber or logger keeps it.
        let _ = tracing::subscriber::set_global_default(Collector);
        if log::set_logger(&Collector).is_ok() {
            log::set_max_level(log::LevelFilter::Trace);
        }
    });
}

fn with_sinks<T>(work: impl FnOnce(&mut Sinks) -> T) -> T {
    work(&mut SINKS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn write_line(line: &str) {
    with_sinks(|sinks| {
        if let Some(memory) = &mut sinks.memory {
            memory.push_str(line);
        }
        if let Some(file) = &mut sinks.file {
            let _ = file.write_all(line.as_bytes());
        }
    });
}

/// Receives the events and spans of `tracing` and the records of `log`.
struct Collector;

/// The fields of one event or span, as a line.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Collector {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut line = Line(attributes.metadata().name().to_owned());
        attributes.record(&mut line);
        write_line(&(line.0 + "\n"));
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        write_line(&(line.0 + "\n"));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        write_line(&(line.0 + "\n"));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

impl log::Log for Collector {
    fn enabled(&self, _metadata: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        write_line(&format!("{} {}\n", record.target(), record.args()));
    }

    fn flush(&self) {}
}
