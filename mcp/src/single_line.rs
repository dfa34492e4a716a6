//! Text of servers in messages.

/// The length of a server's text in a message, in characters.
const MAX_CHARACTERS: usize = 200;

/// Returns text on one line, shortened, without control characters.
#[must_use]
pub fn single_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    let visible = joined.chars().filter(|char| !char.is_control());
    visible.take(MAX_CHARACTERS).collect()
}
