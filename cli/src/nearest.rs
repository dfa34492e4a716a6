//! What somebody probably meant.

/// The names that are close to `wanted`, the closest first, at most three.
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (closeness(wanted, name), name))
        .filter(|(score, _)| *score > 0.6)
        .collect();
    scored.sort_by(|(left, left_name), (right, right_name)| {
        right.total_cmp(left).then(left_name.cmp(right_name))
    });
    scored.dedup();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// From 0 to 1. A part of a long name counts as close: `rotate` for `api_keys.rotate`.
fn closeness(wanted: &str, name: &str) -> f64 {
    let (wanted, name) = (wanted.to_lowercase(), name.to_lowercase());
    let whole = strsim::jaro_winkler(&wanted, &name);
    if wanted.len() > 2 && name.contains(&wanted) {
        return whole.max(0.95);
    }
    // The beginnings of tool names are all alike, so that agreement there says little.
    whole.min(strsim::normalized_damerau_levenshtein(&wanted, &name) + 0.2)
}

/// Names in backticks for a sentence: `` `a`, `b` or `c` ``.
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
    fn a_slip_finds_its_name() {
        assert_eq!(nearest("acount", ["account", "token", "kind"]), ["account"]);
        assert!(nearest("zzz", ["account", "token"]).is_empty());
    }

    #[test]
    fn a_part_finds_the_whole() {
        let names = ["api_keys.list", "api_keys.rotate", "projects.list"];
        assert_eq!(nearest("rotate", names), ["api_keys.rotate"]);
    }

    #[test]
    fn names_read_as_a_sentence() {
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
