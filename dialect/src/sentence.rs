//! Texts from outside in the sentences of a reply or a description.

/// The characters that end a sentence.
const ENDS: [char; 4] = ['.', '?', '!', '…'];

/// The characters that may follow the end of a sentence.
const CLOSING: [char; 5] = ['"', '\'', ')', ']', '`'];

/// Returns a text as a part of a sentence: without whitespace around it and the full stop at its end.
#[must_use]
pub fn clause(text: &str) -> &str {
    let text = text.trim();
    match text.strip_suffix('.') {
        Some(clause) if !clause.ends_with('.') => clause.trim_end(),
        _ => text,
    }
}

/// Appends `next` to a text after `separator`, such as `". "` or `"; "`. A text that ends a sentence needs no
/// separator.
pub fn append(text: &mut String, separator: &str, next: &str) {
    let end = text.trim_end_matches(CLOSING);
    if !end.ends_with(ENDS) {
        text.push_str(separator);
        text.push_str(next);
        return;
    }
    text.push(' ');
    let mut characters = next.chars();
    text.extend(characters.next().into_iter().flat_map(char::to_uppercase));
    text.push_str(characters.as_str());
}

/// Joins texts with `separator`, each without the full stop at its end.
#[must_use]
pub fn join<S: AsRef<str>>(texts: impl IntoIterator<Item = S>, separator: &str) -> String {
    let mut joined = String::new();
    for text in texts {
        match clause(text.as_ref()) {
            "" => {}
            text if joined.is_empty() => joined.push_str(text),
            text => append(&mut joined, separator, text),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{clause, join};

    #[test]
    fn no_punctuation_is_doubled() {
        for (texts, separator, joined) in [
            (&["Done.", "tell the user"][..], "; ", "Done; tell the user"),
            (&["Why?", "tell the user."], "; ", "Why? Tell the user"),
            (&["Wait...", "call it"], ". ", "Wait... Call it"),
            (&["Wait…", "call it"], ". ", "Wait… Call it"),
            (
                &["it says \"Sure?\"", "call it"],
                ". ",
                "it says \"Sure?\" Call it",
            ),
            (
                &["it says \"Sure\"", "Call it"],
                ". ",
                "it says \"Sure\". Call it",
            ),
            (&["a. ", "", " b. "], "; ", "a; b"),
            (&["", "b"], "; ", "b"),
        ] {
            assert_eq!(join(texts, separator), joined);
        }
        assert_eq!(clause("..."), "...");
        assert_eq!(clause("."), "");
    }
}
