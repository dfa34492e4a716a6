//! Differences between two texts, word by word.

use similar::{ChangeTag, TextDiff};

/// A run of words that both texts have, or only one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Run {
    Same(String),
    Removed(String),
    Added(String),
}

/// Words around a difference that are shown.
const CONTEXT_WORDS: usize = 6;

/// Compares two texts by words. Long runs that both have are shortened.
pub(super) fn compare_words(before: &str, after: &str) -> Vec<Run> {
    let diff = TextDiff::from_words(before, after);
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let word = change.value();
        match (change.tag(), runs.last_mut()) {
            (ChangeTag::Equal, Some(Run::Same(text)))
            | (ChangeTag::Delete, Some(Run::Removed(text)))
            | (ChangeTag::Insert, Some(Run::Added(text))) => text.push_str(word),
            (ChangeTag::Equal, _) => runs.push(Run::Same(word.to_owned())),
            (ChangeTag::Delete, _) => runs.push(Run::Removed(word.to_owned())),
            (ChangeTag::Insert, _) => runs.push(Run::Added(word.to_owned())),
        }
    }
    let last = runs.len().saturating_sub(1);
    for (index, run) in runs.iter_mut().enumerate() {
        if let Run::Same(text) = run {
            *text = shorten(text, index > 0, index < last);
        }
    }
    runs
}

/// Returns the differences as text without colors: `[-the-]{+an+}`.
pub(super) fn mark_words(before: &str, after: &str) -> String {
    let runs = compare_words(before, after).into_iter();
    let text: String = runs
        .map(|run| match run {
            Run::Same(text) => text,
            Run::Removed(text) => format!("[-{text}-]"),
            Run::Added(text) => format!("{{+{text}+}}"),
        })
        .collect();
    text.replace(['\r', '\n'], " ")
}

/// Keeps the words next to a difference: those at the start if one comes before, those at the end if one
/// comes after.
fn shorten(text: &str, has_before: bool, has_after: bool) -> String {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    let kept = CONTEXT_WORDS * (usize::from(has_before) + usize::from(has_after));
    if words.len() <= kept + 1 {
        return text.to_owned();
    }
    let (start, end) = (usize::from(has_before), usize::from(has_after));
    let head = words.iter().take(CONTEXT_WORDS * start).copied();
    let tail = words
        .iter()
        .skip(words.len() - CONTEXT_WORDS * end)
        .copied();
    let head: String = head.collect();
    let tail: String = tail.collect();
    match (has_before, has_after) {
        (true, true) => format!("{head}… {tail}"),
        (true, false) => format!("{}…", head.trim_end_matches(' ').to_owned() + " "),
        _ => format!("… {tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_words_around_a_difference() {
        let before = "One two three four five six seven eight nine ten of the answer.";
        let after = "One two three four five six seven eight nine ten of an answer.";
        assert_eq!(
            compare_words(before, after),
            [
                Run::Same("… six seven eight nine ten of ".to_owned()),
                Run::Removed("the".to_owned()),
                Run::Added("an".to_owned()),
                Run::Same(" answer.".to_owned()),
            ]
        );
    }
}
