//! Suggestions for misspelt names: "did you mean ...?".

/// The lowest Jaro-Winkler similarity of a name that is suggested.
const MIN_SIMILARITY: f64 = 0.75;

/// The longest name, in bytes, for which a suggestion is searched. A longer one resembles none,
/// and comparing it would take long.
const MAX_NAME_LENGTH: usize = 400;

/// Returns the candidate that `name` was probably meant to be, if one is similar enough.
///
/// Case and separators do not count, so that `project_id` finds `projectId`.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    if name.len() > MAX_NAME_LENGTH {
        return None;
    }
    let folded = fold(name);
    candidates
        .map(|candidate| (strsim::jaro_winkler(&folded, &fold(candidate)), candidate))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}

/// Returns a name without case and separators.
pub(crate) fn fold(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
