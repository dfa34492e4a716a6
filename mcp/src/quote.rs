//! Quotes of what a server sent.

/// The number of characters that a message quotes.
const MAX_QUOTED: usize = 400;

/// Returns the beginning of a text from outside, on one line.
pub(crate) fn quote(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut line = words.next().unwrap_or_default().to_owned();
    for word in words {
        if line.len() > MAX_QUOTED {
            break;
        }
        line.push(' ');
        line.push_str(word);
    }
    match line.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
