//! Lists of names in one string.
//!
//! Usually spaces separate the names: `"id name createdAt"`. If a name contains a space, is empty, or
//! begins with a line feed, the list begins with a line feed and the character that separates its names:
//! `"\n,First name,Last name"`. The compiler does much less work for a string than for a list of strings.

/// Returns the names of a list.
pub(super) fn names_in(list: &'static str) -> impl Iterator<Item = &'static str> {
    let (names, separator) = parts_of(list);
    let names = names.map(|names| names.split(separator));
    names.into_iter().flatten()
}

/// Returns the number of names of a list.
pub(super) fn count_names(list: &str) -> usize {
    let (names, separator) = parts_of(list);
    names.map_or(0, |names| names.matches(separator).count() + 1)
}

/// Writes names as a list, as the generator does.
#[cfg(any(test, feature = "own-functions"))]
pub(crate) fn join_names(names: &[&str]) -> String {
    let is_plain = |name: &&str| !name.is_empty() && !name.starts_with('\n') && !name.contains(' ');
    if names.iter().all(is_plain) {
        return names.join(" ");
    }
    let is_free = |separator: &char| !names.iter().any(|name| name.contains(*separator));
    let separator = (','..=char::MAX).find(is_free).unwrap_or('\n');
    format!("\n{separator}{}", names.join(&separator.to_string()))
}

/// Returns the part of a list with its names, unless there is none, and the character between them.
fn parts_of(list: &str) -> (Option<&str>, char) {
    let Some(marked) = list.strip_prefix('\n') else {
        return (Some(list).filter(|list| !list.is_empty()), ' ');
    };
    let mut names = marked.chars();
    let separator = names.next();
    (separator.map(|_| names.as_str()), separator.unwrap_or(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_names_that_were_written() {
        let cases: [(&[&str], &str); 7] = [
            (&[], ""),
            (&["id"], "id"),
            (&["id", "a\nb", "c,d"], "id a\nb c,d"),
            (&["First name", "id"], "\n,First name,id"),
            (&["a b", "c,d"], "\n-a b-c,d"),
            (&[""], "\n,"),
            (&["\nid", ""], "\n,\nid,"),
        ];
        for (names, list) in cases {
            assert_eq!(join_names(names), list);
            assert_eq!(names_in(list).collect::<Vec<_>>(), names);
            assert_eq!(count_names(list), names.len());
        }
    }
}
