//! The similarity of names, for suggestions to a person.

/// Returns the names whose similarity to `wanted` is at least `least`, the most similar first. They are
/// suggestions for a person.
#[must_use]
pub fn similar_names<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
    least: f64,
) -> Vec<&'a str> {
    let scored = names
        .into_iter()
        .map(|name| (similarity(wanted, name), name));
    let mut scored: Vec<(f64, &str)> = scored.filter(|(score, _)| *score >= least).collect();
    scored.sort_by(|(left, left_name), (right, right_name)| {
        right.total_cmp(left).then(left_name.cmp(right_name))
    });
    scored.dedup();
    scored.into_iter().map(|(_, name)| name).collect()
}

/// Returns the similarity of two names from 0 to 1. A part of a name that begins with a word is very similar
/// to it: `rotate` to `api_keys.rotate`, but not `name` to `rename`.
#[must_use]
pub fn similarity(wanted: &str, name: &str) -> f64 {
    let (wanted, name) = (wanted.to_lowercase(), name.to_lowercase());
    let whole = strsim::jaro_winkler(&wanted, &name);
    let mut before = name
        .match_indices(&wanted)
        .map(|(at, _)| name.split_at(at).0);
    if wanted.len() > 2 && before.any(|before| !before.ends_with(char::is_alphanumeric)) {
        return whole.max(0.95);
    }
    // The names of tools often share their first characters, so a common prefix counts little.
    whole.min(strsim::normalized_damerau_levenshtein(&wanted, &name) + 0.2)
}
