//! Which of several names was meant.

/// The candidate that `name` was probably meant to be, if one is near enough.
///
/// Case and separators do not count, so that `project_id` finds `projectId`.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    const NEAR_ENOUGH: f64 = 0.75;
    const LONGEST: usize = 400;
    // It is like none, and to compare it would take its time.
    if name.len() > LONGEST {
        return None;
    }
    let folded = fold(name);
    candidates
        .map(|candidate| (strsim::jaro_winkler(&folded, &fold(candidate)), candidate))
        .filter(|(similarity, _)| *similarity >= NEAR_ENOUGH)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}

/// A name without case and separators.
pub(crate) fn fold(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
