//! Signatures as text in one line.

use quote::ToTokens;

/// Prints tokens in one line, spaced as rustfmt does in signatures.
pub(super) fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    tighten(&text)
}

/// Prints an item without a body.
pub(super) fn head_text(tokens: &impl ToTokens) -> String {
    let text = text(tokens);
    let head = text.trim_end_matches([';', '{', '}', ' ']);
    head.to_owned()
}

/// Removes the spaces that the printer of tokens adds around punctuation.
fn tighten(text: &str) -> String {
    let mut tight = text.to_owned();
    for (wide, narrow) in [
        (" ::", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" :", ":"),
        (" ;", ";"),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("# [", "#["),
        ("[ ", "["),
        (" ]", "]"),
        (",)", ")"),
        (" -", " -"),
    ] {
        tight = tight.replace(wide, narrow);
    }
    tight
        .replace("->", "-> ")
        .replace("->  ", "-> ")
        .trim()
        .to_owned()
}
