//! Suggestions for misspelled names and values: "did you mean ...?".
//!
//! A suggestion in a reply is a guess that a model follows, so it has to be safe: a name with the same words,
//! with a slip of the pen in a word, or with words or endings left out that say nothing more. A name that
//! merely resembles another, as `rotated` does `created`, is not suggested, neither is one with another
//! unit or another sign, as `weight_g` and `!weight` are for `weight_kg`, nor one of several that are equally
//! near. A person judges a suggestion, so [`similar_names`] finds look-alikes too.

pub use crate::similarity::{similar_names, similarity};

use std::cmp::Ordering;

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
    /// The candidate goes on where the name ends, or a word of a value ends where the other goes on.
    Beginning,
    /// The words have the same stems, next to words such as `at` and `date`.
    Stem,
}

/// Words of a name that only say that it is a point in time.
const TIME_WORDS: [&str; 4] = ["at", "date", "on", "time"];

/// The length in bytes of a short word, in which one letter more or less can make another word.
const MAX_SHORT_WORD: usize = 3;

/// Short words that one letter tells apart, most of them units.
const SHORT_WORDS: [&str; 38] = [
    "b", "cl", "cm", "d", "dl", "dm", "ft", "g", "gb", "h", "hr", "hrs", "in", "kb", "kg", "km",
    "kw", "l", "lb", "lbs", "m", "mb", "mg", "min", "ml", "mm", "ms", "mw", "no", "not", "ns",
    "on", "oz", "px", "s", "tb", "us", "w",
];

/// Words after a name that do not change its meaning. A unit is not among them, nor is a limit: `amount`
/// is not `amount_cents`, and `price` is not `price_max`.
const ENDINGS: [&str; 16] = [
    "at",
    "config",
    "configs",
    "date",
    "id",
    "identifier",
    "ids",
    "list",
    "number",
    "on",
    "settings",
    "text",
    "time",
    "uuid",
    "value",
    "values",
];

/// The fewest characters of a common stem, and the most that follow it.
const STEM_CHARACTERS: (usize, usize) = (5, 5);

/// Returns the candidate that the name of an argument was probably meant to be.
///
/// `project_id` and `projctId` find `projectId`, `customUser` finds `customUserId`, and `expiresAt`
/// finds `expiry`.
#[must_use]
pub fn nearest_name<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest_by(name, candidates, |name, candidate| {
        let rest = candidate.words.strip_prefix(name.words.as_slice());
        let is_ending = |word: &String| ENDINGS.contains(&word.as_str());
        let begins = name.folded.len() >= MIN_PREFIX_CHARACTERS
            && rest.is_some_and(|rest| rest.iter().all(is_ending));
        let stems = || has_same_stems(&name.words, &candidate.words);
        let begins = begins.then_some(Resemblance::Beginning);
        begins.or_else(|| stems().then_some(Resemblance::Stem))
    })
}

/// Returns `true` if the words of two names have the same stems: `expires at` and `expiry`.
fn has_same_stems(left: &[String], right: &[String]) -> bool {
    let says = |word: &&String| !TIME_WORDS.contains(&word.as_str());
    let left: Vec<&String> = left.iter().filter(says).collect();
    let right: Vec<&String> = right.iter().filter(says).collect();
    let mut pairs = left.iter().zip(&right);
    !left.is_empty()
        && left.len() == right.len()
        && pairs.all(|(left, right)| left == right || has_same_stem(left, right))
}

fn has_same_stem(left: &str, right: &str) -> bool {
    let (least, most) = STEM_CHARACTERS;
    let pairs = left.chars().zip(right.chars());
    let common = pairs.take_while(|(left, right)| left == right).count();
    let longest = left.chars().count().max(right.chars().count());
    // A `creator` is not `created`.
    let is_person = |word: &str| word.ends_with("er") || word.ends_with("or");
    common >= least && longest - common <= most && is_person(left) == is_person(right)
}

/// Returns the candidate that differs from a name in slips only.
#[must_use]
pub fn misspelt<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest_by(name, candidates, |_, _| None)
}

/// Returns the candidate that a value was probably meant to be: `monthly` finds `month`.
#[must_use]
pub fn nearest_value<'a>(
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
    let signs = signs(name);
    let name = Spelling::of(name);
    let mut best: Option<(Resemblance, &'a str)> = None;
    let mut is_alone = true;
    let candidates = candidates.filter(|candidate| self::signs(candidate) == signs);
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

/// Returns the characters of a name that do not separate words. They may turn its meaning around, as in
/// `-createdAt`, `!active` or `createdAt<`.
fn signs(name: &str) -> String {
    let is_around = |character: char| character == '_' || character.is_whitespace();
    let name = name.trim_matches(is_around);
    let (before, rest) = name.split_at(name.find(char::is_alphanumeric).unwrap_or(name.len()));
    let last = rest
        .char_indices()
        .rfind(|(_, last)| last.is_alphanumeric());
    let end = last.map_or(0, |(index, last)| index + last.len_utf8());
    let (inner, after) = rest.split_at(end);
    let is_sign = |character: &char| !character.is_alphanumeric() && !separates(*character);
    let inner: String = inner.chars().filter(is_sign).collect();
    format!("{before}{inner}{after}")
}

/// Returns `true` for a character between the words of a name.
fn separates(character: char) -> bool {
    matches!(character, '_' | '-' | '.' | ':' | '/') || character.is_whitespace()
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
        let across = || self.has_slip_across(candidate).then_some(1);
        count.or_else(across).map(Resemblance::Slip)
    }

    /// Returns `true` if the words are separated elsewhere, and one of them has one slip: `projctid`.
    ///
    /// The slip is inside a word: `inactive` is not `is active`.
    fn has_slip_across(&self, candidate: &Self) -> bool {
        if edits(&self.folded, &candidate.folded) != Some(1) {
            return false;
        }
        if sorted(&self.folded) == sorted(&candidate.folded) {
            return true;
        }
        let (words, folded) = match self.words.len().cmp(&candidate.words.len()) {
            Ordering::Less => (&candidate.words, &self.folded),
            Ordering::Greater => (&self.words, &candidate.folded),
            Ordering::Equal => return self.lacks_letter(candidate) || candidate.lacks_letter(self),
        };
        let (mut words, mut rest) = (words.as_slice(), folded.as_str());
        while let Some((first, after)) = words.split_first()
            && let Some(without) = rest.strip_prefix(first.as_str())
        {
            (words, rest) = (after, without);
        }
        while let Some((last, before)) = words.split_last()
            && let Some(without) = rest.strip_suffix(last.as_str())
        {
            (words, rest) = (before, without);
        }
        matches!(words, [only] if edits(only, rest).is_some() || lacks_inner_letter(only, rest))
    }

    /// Returns `true` if a short word lacks a letter: `ad note`. Units differ by one as well.
    fn lacks_letter(&self, whole: &Self) -> bool {
        let pairs = self.words.iter().zip(&whole.words);
        let mut differing = pairs.filter(|(left, right)| left != right);
        let is_known = |word: &String| SHORT_WORDS.contains(&word.as_str());
        match (differing.next(), differing.next()) {
            (Some((left, right)), None) => {
                left.len() < right.len()
                    && right.len() <= MAX_SHORT_WORD
                    && !is_known(left)
                    && !is_known(right)
            }
            _ => false,
        }
    }
}

/// Returns `true` if `rest` is a word inside a name without its first or another letter: `custometadata`,
/// `accountd`. A short word may be another one without a letter, but for `id`.
fn lacks_inner_letter(word: &str, rest: &str) -> bool {
    let is_long = word.chars().count() > MAX_SHORT_WORD || word == "id";
    is_long && word.len() > rest.len() && strsim::osa_distance(word, rest) == 1
}

/// Returns the characters of a name in order.
fn sorted(name: &str) -> Vec<char> {
    let mut characters: Vec<char> = name.chars().collect();
    characters.sort_unstable();
    characters
}

/// Returns the number of edits between two words, unless there are more than a slip has.
///
/// A slip keeps the first character and the digits: `inactive` is not `active`, `excludes` is not
/// `includes`, and `line2` is not `line1`.
fn edits(left: &str, right: &str) -> Option<usize> {
    if left == right {
        return Some(0);
    }
    if matches!((left, right), ("id", "ids") | ("ids", "id")) {
        return Some(1);
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
#[must_use]
pub fn words(name: &str) -> Vec<String> {
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

/// Returns the singular of an English word, as far as its ending tells.
#[must_use]
pub fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if word.len() > 4 => format!("{stem}y"),
        _ => match word.strip_suffix('s') {
            Some(stem) if word.len() > 3 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
            _ => word.to_owned(),
        },
    }
}

/// Returns a name without case and separators.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns `true` if everything in a name that is not alphanumeric separates words: nothing of it may
/// turn its meaning around, as in `-createdAt`, `!active` or `createdAt<`.
pub fn is_plain_name(name: &str) -> bool {
    let is_around = |character: char| character == '_' || character.is_whitespace();
    let name = name.trim_matches(is_around);
    let separates = |character: char| matches!(character, '_' | '-' | '.' | ':' | '/' | ' ');
    name.starts_with(char::is_alphanumeric)
        && name.ends_with(char::is_alphanumeric)
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || separates(character))
}

/// Returns `true` if two names differ only in case and in the separators of their words: `API_KEY` and
/// `apiKey`. A separator between digits is a part of a number: `1.5` is not `15`.
#[must_use]
pub fn is_spelt_alike(one: &str, other: &str) -> bool {
    if one.to_lowercase() == other.to_lowercase() {
        return true;
    }
    is_plain_name(one)
        && is_plain_name(other)
        && fold(one) == fold(other)
        && inner_of_numbers(one).eq(inner_of_numbers(other))
}

/// Returns the characters between two digits, each with its place among the alphanumeric characters.
fn inner_of_numbers(name: &str) -> impl Iterator<Item = (usize, char)> {
    let mut place = 0;
    let after = name.chars().skip(1).chain([' ']);
    let before = [' '].into_iter().chain(name.chars());
    before
        .zip(name.chars().zip(after))
        .filter_map(move |(before, (character, after))| {
            place += usize::from(character.is_alphanumeric());
            let is_inner = before.is_ascii_digit() && after.is_ascii_digit();
            (is_inner && !character.is_alphanumeric()).then_some((place, character))
        })
}

#[cfg(test)]
mod tests {
    use super::{is_spelt_alike, nearest_name, nearest_value, similar_names, words};

    #[test]
    fn finds_look_alikes_for_a_person() {
        let names = ["api_keys.list", "api_keys.rotate", "rename", "created"];
        for (wanted, expected) in [
            ("rotate", &["api_keys.rotate"][..]),
            ("api_keys.lst", &["api_keys.list", "api_keys.rotate"]),
            ("Rotated", &[]),
            ("name", &[]),
            ("", &[]),
        ] {
            assert_eq!(similar_names(wanted, names, 0.8), expected, "{wanted}");
        }
    }

    #[test]
    fn another_spelling_has_the_same_meaning() {
        for (one, other, is_alike) in [
            ("api_key", "apiKey", true),
            ("API-KEY.created", "api_key.created", true),
            (" live ", "Live", true),
            ("_id", "id", true),
            ("-createdAt", "-CREATEDAT", true),
            ("v1.5", "V1.5", true),
            ("größe", "GRÖSSE", false),
            ("-createdAt", "createdAt", false),
            ("createdAt-", "createdAt", false),
            ("+created_at", "createdAt", false),
            ("!isActive", "isActive", false),
            ("isActive!", "isActive", false),
            ("createdAt<", "createdAt", false),
            ("~name", "name", false),
            ("a,b", "ab", false),
            ("1.5", "15", false),
            ("1_5", "1.5", false),
            ("v1.15", "v11.5", false),
            ("", "_", false),
            ("-", "", false),
        ] {
            assert_eq!(is_spelt_alike(one, other), is_alike, "{one} {other}");
            assert_eq!(is_spelt_alike(other, one), is_alike, "{other} {one}");
        }
    }

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
            "expiry",
            "name",
            "projectId",
            "isActive",
        ];
        for (name, expected) in [
            ("project_id", Some("projectId")),
            ("projctId", Some("projectId")),
            ("projctid", Some("projectId")),
            ("projectd", Some("projectId")),
            ("customserid", Some("customUserId")),
            ("project", Some("projectId")),
            ("nme", Some("name")),
            ("customUser", Some("customUserId")),
            // Another identifier, and two that are equally near.
            ("accountId", None),
            ("userId", None),
            ("custom", None),
            ("expiresAt", Some("expiry")),
            ("expirationDate", Some("expiry")),
            ("nameDate", Some("name")),
            ("isInactive", None),
            ("sIActive", Some("isActive")),
            ("nameContains", None),
            ("inactive", None),
            ("projectIds", Some("projectId")),
            ("project id", Some("projectId")),
            ("!isActive", None),
            ("isActive!=", None),
            ("~name", None),
            ("-name", None),
            ("name[]", None),
            ("", None),
        ] {
            assert_eq!(nearest_name(name, names.into_iter()), expected, "{name}");
        }
    }

    #[test]
    fn suggests_no_other_unit_and_no_other_sign() {
        // Another unit, a unit more, a limit, another moment, another person.
        for (name, candidate, is_near) in [
            ("weight_g", "weight_kg", false),
            ("weightkg", "weight_g", false),
            ("length_mm", "length_cm", false),
            ("lengthmm", "length_cm", false),
            ("timeout_s", "timeout_ms", false),
            ("size_b", "size_kb", false),
            ("ad_note", "add_note", true),
            ("amount", "amount_cents", false),
            ("price", "price_max", false),
            ("date", "dateGrouping", false),
            ("name", "name_excluded", false),
            ("creator", "createdAt", false),
            ("weight-kg", "weight_kg", true),
            ("wieght_kg", "weight_kg", true),
            ("start", "start_date", true),
            ("order_id", "order_ids", true),
            ("$limit", "$Limit", true),
            ("$limit", "limit", false),
        ] {
            let found = nearest_name(name, [candidate].into_iter());
            assert_eq!(found.is_some(), is_near, "{name} {candidate}");
        }
    }

    #[test]
    fn suggests_values() {
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
            ("!admin", None),
            ("-month", None),
            ("<>month", None),
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
