//! English words for names and docs: splitting, singular forms, phrases.

use heck::ToSnakeCase;

use crate::ident::spaced;

/// Words whose singular equals their plural.
const SAME_IN_SINGULAR: &[&str] = &[
    "access",
    "address",
    "alias",
    "analysis",
    "analytics",
    "basis",
    "bus",
    "business",
    "canvas",
    "chassis",
    "corps",
    "css",
    "diagnosis",
    "dns",
    "ethics",
    "gas",
    "https",
    "lens",
    "logistics",
    "metadata",
    "news",
    "physics",
    "process",
    "series",
    "sms",
    "species",
    "status",
    "tls",
];

/// Words with an irregular singular.
const IRREGULAR: &[(&str, &str)] = &[
    ("caches", "cache"),
    ("children", "child"),
    ("cookies", "cookie"),
    ("criteria", "criterion"),
    ("indices", "index"),
    ("leaves", "leaf"),
    ("men", "man"),
    ("movies", "movie"),
    ("people", "person"),
    ("women", "woman"),
];

/// Words that are written in capitals in a sentence.
const CAPITALS: &[&str] = &[
    "api", "css", "dns", "html", "http", "id", "ip", "json", "jwt", "oauth", "sdk", "sms", "sql",
    "sso", "tls", "ui", "uri", "url", "uuid", "xml",
];

/// Splits a name into lower-case words: `apiKeys` and `api-keys` give `api`, `keys`.
pub(super) fn split_words(name: &str) -> Vec<String> {
    if is_plain(name) {
        return collect_words(name, |character| !character.is_ascii_alphanumeric());
    }
    let snake = spaced(name).to_snake_case();
    collect_words(&snake, |character| character == '_')
}

/// Returns `true` for lower-case words and separators in ASCII, which most names are: they have no other
/// borders of words.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b" _-".contains(&byte))
}

fn collect_words(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<String> {
    let words = text.split(is_separator).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Returns the singular of a lower-case word. A singular word is returned unchanged.
pub(super) fn singularize(word: &str) -> String {
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return (*singular).to_owned();
    }
    let is_singular = |word| SAME_IN_SINGULAR.binary_search(&word).is_ok();
    if is_singular(word) || !word.ends_with('s') || word.len() < 3 {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("es")
        && is_singular(stem)
    {
        return stem.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zzes"] {
        if word.ends_with(ending) {
            return word.trim_end_matches("es").to_owned();
        }
    }
    if ["ss", "us", "is"]
        .iter()
        .any(|ending| word.ends_with(ending))
    {
        return word.to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

/// Returns the words for one record of a resource: `webhooks_topics` gives `webhook topic`.
pub(super) fn noun_words(resource: &str) -> Vec<String> {
    let words = split_words(resource);
    words.iter().map(|word| singularize(word)).collect()
}

/// Joins two phrases without repeating the words that they share: `order type` and `type` give
/// `order type`.
pub(super) fn join_words(first: &str, second: &str) -> String {
    let mut words = split_words(first);
    let others = split_words(second);
    let shared = (1..=others.len().min(words.len())).rev().find(|count| {
        others
            .get(..*count)
            .is_some_and(|start| words.ends_with(start))
    });
    words.extend(others.into_iter().skip(shared.unwrap_or(0)));
    words.join(" ")
}

/// Joins words for use inside a sentence: `api`, `keys` give `API keys`.
pub(super) fn phrase(words: &[String]) -> String {
    let written = words.iter().map(|word| match word.as_str() {
        capitals if CAPITALS.binary_search(&capitals).is_ok() => capitals.to_ascii_uppercase(),
        plain => plain.to_owned(),
    });
    written.collect::<Vec<_>>().join(" ")
}

/// Capitalizes a phrase for the start of a sentence.
pub(super) fn capitalize(phrase: &str) -> String {
    let mut letters = phrase.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Returns the readable name of a catalog: `the_auth_api` gives `The Auth API`.
pub(super) fn title(name: &str) -> String {
    let words = split_words(name);
    let written = words
        .iter()
        .map(|word| capitalize(&phrase(std::slice::from_ref(word))));
    written.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_the_tables_for_binary_search() {
        assert!(CAPITALS.is_sorted());
        assert!(SAME_IN_SINGULAR.is_sorted(), "{SAME_IN_SINGULAR:?}");
    }

    #[test]
    fn plain_names_have_the_words_of_other_names() {
        for name in [
            "",
            "_",
            "id",
            "api_keys",
            "--all-2fa ",
            "v2beta 10",
            "a1_b-c  d",
        ] {
            let snake = spaced(name).to_snake_case();
            let words: Vec<&str> = snake.split('_').filter(|word| !word.is_empty()).collect();
            assert!(is_plain(name));
            assert_eq!(split_words(name), words, "{name}");
        }
        for (name, words) in [("apiKeys", ["api", "keys"]), ("A.b", ["a", "b"])] {
            assert_eq!(split_words(name), words);
        }
    }

    #[test]
    fn makes_nouns_singular() {
        for (resource, noun) in [
            ("api_keys", "API key"),
            ("analytics_api_key_totals", "analytics API key total"),
            ("access_keys", "access key"),
            ("webhooks_topics", "webhook topic"),
            ("companies", "company"),
            ("boxes", "box"),
            ("invitationInfos", "invitation info"),
        ] {
            assert_eq!(phrase(&noun_words(resource)), noun);
        }
        assert_eq!(title("the_auth_api"), "The Auth API");
    }

    #[test]
    fn joins_phrases_without_repeating_words() {
        assert_eq!(join_words("order type", "type"), "order type");
        assert_eq!(
            join_words("ListOrders", "orders status"),
            "list orders status"
        );
        assert_eq!(join_words("order", "type"), "order type");
        assert_eq!(join_words("", "type"), "type");
    }
}
