//! Server-sent events.

use std::time::Duration;

/// An event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// The data, its lines joined.
    pub(crate) data: String,
    /// The identifier, from which a broken stream can be resumed.
    pub(crate) id: Option<String>,
}

/// Reads events from the pieces of a stream.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// The bytes of an incomplete line.
    line: Vec<u8>,
    /// `true` if the last line ended with a carriage return, which a line feed may follow.
    is_after_return: bool,
    data: Vec<String>,
    id: Option<String>,
    /// The wait before the stream is resumed, if the server named one.
    pub(crate) retry: Option<Duration>,
    /// The size of the incomplete event.
    size: usize,
}

impl Events {
    /// Adds a piece of the stream. Returns the events that are complete.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for byte in piece {
            let follows_return = std::mem::take(&mut self.is_after_return);
            match byte {
                b'\n' if follows_return => {}
                b'\n' | b'\r' => {
                    self.is_after_return = *byte == b'\r';
                    events.extend(self.end_line());
                }
                other => {
                    self.line.push(*other);
                    self.size += 1;
                }
            }
        }
        events
    }

    /// Discards the incomplete event of a stream that broke.
    pub(crate) fn discard(&mut self) {
        *self = Self {
            retry: self.retry,
            ..Self::default()
        };
    }

    /// Returns the last event, which some servers do not end with an empty line.
    pub(crate) fn finish(&mut self) -> Option<Event> {
        let event = self.end_line();
        event.or_else(|| self.end_event())
    }

    /// Returns the size of the incomplete event in bytes.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    fn end_line(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_start_matches('\u{feff}');
        if line.is_empty() {
            return self.end_event();
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => self.data.push(value.to_owned()),
            "id" => self.id = Some(value.to_owned()),
            "retry" => {
                let milliseconds = value.trim().parse().ok();
                self.retry = milliseconds.map(Duration::from_millis).or(self.retry);
            }
            // A comment, or a name that has no meaning here.
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<Event> {
        self.size = 0;
        let data = std::mem::take(&mut self.data);
        let id = self.id.take();
        (!data.is_empty() || id.is_some()).then(|| Event {
            data: data.join("\n"),
            id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_events_with_any_line_ends_and_in_any_pieces() {
        let stream = "\u{feff}: hello\r\n\r\nid: 1\rretry: 20\rdata: a\r\r\ndata:b\ndata: caf\u{e9}\nevent: message\n\ndata\n\nid:2\n\n\ndata: last";
        let event = |data: &str, id: Option<&str>| Event {
            data: data.to_owned(),
            id: id.map(str::to_owned),
        };
        let right = [
            event("a", Some("1")),
            event("b\ncaf\u{e9}", None),
            event("", None),
            event("", Some("2")),
            event("last", None),
        ];
        for size in [1, 2, 3, 7, 1000] {
            let mut events = Events::default();
            let mut read = Vec::new();
            for piece in stream.as_bytes().chunks(size) {
                read.extend(events.push(piece));
            }
            read.extend(events.finish());
            assert_eq!(read, right, "{size}");
            assert_eq!(events.retry, Some(Duration::from_millis(20)));
        }
    }
}
