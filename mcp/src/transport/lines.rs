//! Messages in a stream of lines.

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

use crate::json::{self, Scan};

/// The part of a message that is kept if the message is too large.
const KEPT_OF_LARGE: usize = 4096;

/// A line of a stream.
#[derive(Debug, PartialEq)]
pub(crate) enum Line {
    /// A whole line without its end.
    Whole(String),
    /// The beginning of a line that is too large.
    TooLarge(String),
}

/// Reads a line. Bytes that are not UTF-8 become U+FFFD. Returns `None` at the end of the stream.
///
/// # Errors
///
/// The stream cannot be read.
pub(crate) async fn read_line(
    stream: &mut (impl AsyncBufRead + Unpin),
    max_size: usize,
) -> std::io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut size = 0;
    loop {
        let available = stream.fill_buf().await?;
        if available.is_empty() && size == 0 {
            return Ok(None);
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = available.get(..end.unwrap_or(available.len()));
        let part = part.unwrap_or_default();
        size += part.len();
        line.extend_from_slice(part);
        if size > max_size {
            line.truncate(KEPT_OF_LARGE);
        }
        let is_at_end = end.is_some() || available.is_empty();
        let read = part.len() + usize::from(end.is_some());
        stream.consume(read);
        if end.is_some() {
            // An empty line counts as read, too.
            size = size.max(1);
        }
        if is_at_end {
            let line = String::from_utf8_lossy(&line).into_owned();
            let is_large = size > max_size;
            return Ok(Some(if is_large {
                Line::TooLarge(line)
            } else {
                Line::Whole(line)
            }));
        }
    }
}

/// Joins the lines of messages that are written over several.
#[derive(Debug, Default)]
pub(crate) struct Framer {
    /// The lines of an incomplete message.
    text: String,
    scan: Scan,
}

/// The text of a message, or another line.
#[derive(Debug, PartialEq)]
pub(crate) enum Framed {
    Message(String),
    Noise(String),
}

impl Framer {
    /// Adds a line. Returns what is complete.
    pub(crate) fn push(&mut self, line: &str, max_size: usize) -> Vec<Framed> {
        let line = line.trim_start_matches('\u{feff}').trim();
        if self.text.is_empty() {
            return self.begin(line).into_iter().collect();
        }
        if is_message(line) && !is_batch_so_far(&self.text) {
            // The text before it was never completed.
            let unfinished = std::mem::take(&mut self.text);
            let unfinished = if unfinished.starts_with('[') {
                Framed::Noise(unfinished)
            } else {
                Framed::Message(unfinished)
            };
            return vec![unfinished, Framed::Message(line.to_owned())];
        }
        if self.text == "[" && !line.is_empty() && !line.starts_with(['{', ']']) {
            let noise = Framed::Noise(std::mem::take(&mut self.text));
            return [noise].into_iter().chain(self.begin(line)).collect();
        }
        self.text.push('\n');
        self.text.push_str(line);
        if self.scan.advance(line).is_some() || self.text.len() > max_size {
            return vec![Framed::Message(std::mem::take(&mut self.text))];
        }
        Vec::new()
    }

    fn begin(&mut self, line: &str) -> Option<Framed> {
        if line.is_empty() {
            return None;
        }
        if !line.starts_with('{') && !may_begin_batch(line) {
            return Some(Framed::Noise(line.to_owned()));
        }
        self.scan = Scan::default();
        if self.scan.advance(line).is_some() {
            return Some(Framed::Message(line.to_owned()));
        }
        line.clone_into(&mut self.text);
        None
    }
}

/// Returns `true` if a line may begin a batch of messages: other lines with a bracket belong to a log.
fn may_begin_batch(line: &str) -> bool {
    let rest = line.strip_prefix('[').map(str::trim_start);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('{'))
}

/// Returns `true` if a text is the beginning of a batch: messages, each followed by a comma.
fn is_batch_so_far(text: &str) -> bool {
    let messages = text.trim_end().strip_suffix(',');
    let messages = messages.map(|messages| format!("{messages}]"));
    let elements = messages.as_deref().and_then(json::elements);
    elements.is_some_and(|elements| elements.into_iter().all(is_message))
}

/// Returns `true` if a line is a whole message.
fn is_message(line: &str) -> bool {
    line.starts_with('{') && json::member(line, "jsonrpc").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 1000;

    #[test]
    fn messages_over_several_lines_are_joined() {
        let message = |text: &str| Framed::Message(text.to_owned());
        let mut framer = Framer::default();
        let mut messages = Vec::new();
        for line in [
            "starting",
            "",
            "\u{feff}{\"jsonrpc\":\"2.0\",\"id\":1}\r",
            "{",
            "  \"id\": 2, \"x\": \"}\",",
            "  \"result\": {}",
            "}",
            "[",
            "{\"jsonrpc\":\"2.0\",\"id\":3},",
            "{\"jsonrpc\":\"2.0\",\"id\":33}",
            "]",
            "{oops",
            "{\"jsonrpc\":\"2.0\",\"id\":4}",
        ] {
            messages.extend(framer.push(line, MAX));
        }
        let right = [
            Framed::Noise("starting".to_owned()),
            message("{\"jsonrpc\":\"2.0\",\"id\":1}"),
            message("{\n\"id\": 2, \"x\": \"}\",\n\"result\": {}\n}"),
            message("[\n{\"jsonrpc\":\"2.0\",\"id\":3},\n{\"jsonrpc\":\"2.0\",\"id\":33}\n]"),
            message("{oops"),
            message("{\"jsonrpc\":\"2.0\",\"id\":4}"),
        ];
        assert_eq!(messages, right);
    }

    #[test]
    fn an_open_bracket_in_a_log_hides_no_message() {
        let whole = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        for log in [
            &["["] as &[_],
            &["[info] started [", "[2026-11-30 02:00"],
            &["[1, 2,"],
            &["[", "1,"],
            &["[{level: info},"],
            &["[{\"level\": \"info\"}", "more"],
            &["[", "\"a\": ["],
        ] {
            let mut framer = Framer::default();
            let lines = log.iter().chain([&whole]);
            let messages: Vec<_> = lines.flat_map(|line| framer.push(line, MAX)).collect();
            let (last, noise) = messages.split_last().unwrap();
            assert_eq!(*last, Framed::Message(whole.to_owned()), "{log:?}");
            let is_noise = |framed: &Framed| matches!(framed, Framed::Noise(_));
            assert!(noise.iter().all(is_noise), "{noise:?}");
        }
    }

    #[tokio::test]
    async fn lines_are_bounded_and_never_lost() {
        let large = "x".repeat(MAX + 1);
        let text = format!("a\n\n{large}\ncaf\u{e9}\nlast");
        let mut stream = tokio::io::BufReader::with_capacity(7, text.as_bytes());
        let mut lines = Vec::new();
        while let Some(line) = read_line(&mut stream, MAX).await.unwrap() {
            lines.push(line);
        }
        let whole = |text: &str| Line::Whole(text.to_owned());
        let large = Line::TooLarge(large);
        assert_eq!(
            lines,
            [
                whole("a"),
                whole(""),
                large,
                whole("caf\u{e9}"),
                whole("last")
            ]
        );
    }
}
