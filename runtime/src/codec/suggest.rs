//! Suggestions for misspelt names and values: "did you mean ...?".
//!
//! A suggestion is a guess that a model follows, so it has to be safe: a name with the same words,
//! with a slip of the pen in a word, or with words or endings left out. A name that merely resembles
//! another, as `rotated` does `created`, is not suggested, and neither is one of several that are
//! equally near.

/// The longest name, in bytes, for which a suggestion is searched. A longer one resembles none,
/// and comparing it would take long.
const MAX_NAME_LENGTH: usize = 400;

/// The fewest characters that a name shares with a candidate of which it is the beginning.
const MIN_PREFIX_CHARACTERS: usize = 4;

/// The resemblance of a name to a candidate, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Resemblance {
    /// They differ in case and separators only.
    Same,
    /// Some characters differ: the number of edits.
    Slip(usize),
    /// The candidate goes on where the name ends, or a word ends differently.
    Beginning,
}

/// Returns the candidate that the name of an argument was probably meant to be.
///
/// `project_id` and `projctId` find `projectId`, and `customUser` finds `customUserId`.
pub(crate) fn nearest_name<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    nearest_by(name, candidates, |name, candidate| {
        let begins = name.words.len() < candidate.words.len()
            && name.folded.len() >= MIN_PREFIX_CHARACTERS
            && candidate.words.starts_with(&name.words);
        begins.then_some(Resemblance::Beginning)
    })
}

/// Returns the candidate that a value was probably meant to be: `monthly` finds `month`.
pub(crate) fn nearest_value<'a>(
    value: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    nearest_by(value, candidates, |value, candidate| {
        let pairs = value.words.iter().zip(&candidate.words);
        let all_begin = pairs.clone().all(|(left, right)| begins(left, right));
        let is_long = value.folded.len().min(candidate.folded.len()) >= MIN_PREFIX_CHARACTERS;
        (value.words.len() == candidate.words.len() && all_begin && is_long)
            .then_some(Resemblance::Beginning)
    })
}

/// Returns `true` if one of two words is the beginning of the other.
fn begins(left: &str, right: &str) -> bool {
    left.starts_with(right) || right.starts_with(left)
}

/// Returns the nearest candidate, unless several are equally near.
fn nearest_by<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
    otherwise: impl Fn(&Spelling, &Spelling) -> Option<Resemblance>,
) -> Option<&'a str> {
    if name.len() > MAX_NAME_LENGTH {
        return None;
    }
    let name = Spelling::of(name);
    let mut best: Option<(Resemblance, &'a str)> = None;
    let mut is_alone = true;
    for candidate in candidates {
        let spelling = Spelling::of(candidate);
        let resemblance = name.slip(&spelling).or_else(|| otherwise(&name, &spelling));
        let Some(resemblance) = resemblance else {
            continue;
        };
        match best {
            Some((known, _)) if known < resemblance => {}
            Some((known, _)) if known == resemblance => is_alone = false,
            _ => {
                best = Some((resemblance, candidate));
                is_alone = true;
            }
        }
    }
    best.filter(|_| is_alone).map(|(_, candidate)| candidate)
}

/// A name, prepared for comparison.
struct Spelling {
    words: Vec<String>,
    folded: String,
}

impl Spelling {
    fn of(name: &str) -> Self {
        Self {
            words: words(name),
            folded: fold(name),
        }
    }

    /// Returns the resemblance to a candidate with the same words, or with slips in them.
    fn slip(&self, candidate: &Self) -> Option<Resemblance> {
        if self.folded == candidate.folded {
            return (!self.folded.is_empty()).then_some(Resemblance::Same);
        }
        let each: Option<Vec<usize>> = (self.words.len() == candidate.words.len())
            .then(|| self.words.iter().zip(&candidate.words))
            .and_then(|pairs| pairs.map(|(left, right)| edits(left, right)).collect());
        let count = each.map(|each| each.iter().sum());
        // The words may be separated elsewhere: `projctid`.
        let in_all = || edits(&self.folded, &candidate.folded).filter(|edits| *edits == 1);
        count.or_else(in_all).map(Resemblance::Slip)
    }
}

/// Returns the number of edits between two words, unless there are more than a slip has.
///
/// A slip keeps the first character and the digits: `inactive` is not `active`, `excludes` is not
/// `includes`, and `line2` is not `line1`.
fn edits(left: &str, right: &str) -> Option<usize> {
    if left == right {
        return Some(0);
    }
    let (left_length, right_length) = (left.chars().count(), right.chars().count());
    let allowed = match left_length.max(right_length) {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    if left_length.abs_diff(right_length) > allowed || !begin_alike(left, right) {
        return None;
    }
    let digits = |word: &str| {
        word.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let edits = strsim::osa_distance(left, right);
    (edits <= allowed && digits(left) == digits(right)).then_some(edits)
}

/// Returns `true` if two words have the same first character, or the same first two in either order.
fn begin_alike(left: &str, right: &str) -> bool {
    let first = |word: &str| {
        let mut characters = word.chars();
        (characters.next(), characters.next())
    };
    let (left, right) = (first(left), first(right));
    left.0 == right.0 || (left.0 == right.1 && left.1 == right.0)
}

/// Returns the words of a name in lower case. A word begins after a separator, at a capital after a
/// small character, and at the last of several capitals before a small character.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let is_small_after = characters.peek().is_some_and(|after| after.is_lowercase());
        let is_start = character.is_uppercase()
            && before.is_some_and(|before| !before.is_uppercase() || is_small_after);
        if (is_start || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        before = Some(character);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Returns a name without case and separators.
pub(crate) fn fold(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{nearest_name, nearest_value, words};

    #[test]
    fn splits_names_into_words() {
        for (name, expected) in [
            ("customAccountId", "custom account id"),
            ("clientIP", "client ip"),
            ("APIKey", "api key"),
            ("api-key.created", "api key created"),
            ("next_cursor", "next cursor"),
            ("__", ""),
        ] {
            assert_eq!(words(name).join(" "), expected);
        }
    }

    #[test]
    fn suggests_slips_and_unfinished_names_but_no_look_alikes() {
        let names = [
            "customAccountId",
            "customUserId",
            "name",
            "projectId",
            "isActive",
        ];
        for (name, expected) in [
            ("project_id", Some("projectId")),
            ("projctId", Some("projectId")),
            ("projctid", Some("projectId")),
            ("project", Some("projectId")),
            ("nme", Some("name")),
            ("customUser", Some("customUserId")),
            // Another identifier, and two that are equally near.
            ("accountId", None),
            ("userId", None),
            ("custom", None),
            ("isInactive", None),
            ("sIActive", Some("isActive")),
            ("nameContains", None),
            ("", None),
        ] {
            assert_eq!(nearest_name(name, names.into_iter()), expected, "{name}");
        }
        let values = [
            "api-key.created",
            "api-key.updated",
            "api-key.deleted",
            "access-key.created",
            "month",
            "admin",
        ];
        for (value, expected) in [
            ("api-key.rotated", None),
            ("api_key.create", Some("api-key.created")),
            ("apikey.created", Some("api-key.created")),
            ("key.created", None),
            ("api-key.updatd", Some("api-key.updated")),
            ("monthly", Some("month")),
            ("administrator", Some("admin")),
            ("superuser", None),
            ("", None),
        ] {
            assert_eq!(
                nearest_value(value, values.into_iter()),
                expected,
                "{value}"
            );
        }
    }
}
