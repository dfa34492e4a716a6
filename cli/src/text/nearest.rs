//! Suggestions for misspelled names.

use toolsmith_dialect::suggest::similar_names;

use crate::text::escaped::visible_name;

/// The similarity of a name from which it is suggested.
const MIN_SIMILARITY: f64 = 0.6;

/// Returns up to three names that are similar to `wanted`, the most similar first.
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names = similar_names(wanted, names, MIN_SIMILARITY);
    names.truncate(3);
    names
}

/// Formats names for a sentence: `` `a`, `b` or `c` ``.
pub(crate) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    join(names, "or")
}

/// Formats names that are all there are: `` `a`, `b` and `c` ``.
pub(crate) fn all_listed<S: AsRef<str>>(names: &[S]) -> String {
    join(names, "and")
}

fn join<S: AsRef<str>>(names: &[S], conjunction: &str) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", visible_name(name.as_ref())))
        .collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
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
        assert_eq!(all_listed(&["a", "b"]), "`a` and `b`");
    }
}
