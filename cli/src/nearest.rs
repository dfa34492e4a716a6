//! Suggestions for misspelled names.

/// Returns up to three names that are similar to `wanted`, the most similar first.
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (similarity(wanted, name), name))
        .filter(|(score, _)| *score > 0.6)
        .collect();
    scored.sort_by(|(left, left_name), (right, right_name)| {
        right.total_cmp(left).then(left_name.cmp(right_name))
    });
    scored.dedup();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Returns the similarity of two names from 0 to 1. A part of a name is very similar to it: `rotate` to
/// `api_keys.rotate`.
fn similarity(wanted: &str, name: &str) -> f64 {
    let (wanted, name) = (wanted.to_lowercase(), name.to_lowercase());
    let whole = strsim::jaro_winkler(&wanted, &name);
    if wanted.len() > 2 && name.contains(&wanted) {
        return whole.max(0.95);
    }
    // The names of tools often share their first characters, so a common prefix counts little.
    whole.min(strsim::normalized_damerau_levenshtein(&wanted, &name) + 0.2)
}

/// Formats names for a sentence: `` `a`, `b` or `c` ``.
pub(crate) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_name_of_a_typo() {
        assert_eq!(nearest("acount", ["account", "token", "kind"]), ["account"]);
        assert!(nearest("zzz", ["account", "token"]).is_empty());
    }

    #[test]
    fn suggests_the_name_that_contains_a_part() {
        let names = ["api_keys.list", "api_keys.rotate", "projects.list"];
        assert_eq!(nearest("rotate", names), ["api_keys.rotate"]);
    }

    #[test]
    fn formats_names_for_a_sentence() {
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
