//! English, as far as names need it: words of a name, the singular, what stands in a sentence.

use heck::ToSnakeCase;

use crate::ident::spaced;

/// Words that have no other singular.
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

/// Words whose singular follows no rule.
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

/// The words of a name in lower case: `apiKeys` and `api-keys` give `api`, `keys`.
pub(super) fn split_words(name: &str) -> Vec<String> {
    let snake = spaced(name).to_snake_case();
    let words = snake.split('_').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The singular of one lower-case word; a word that is singular already stays.
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

/// What one record of a resource is called, as words: `webhooks_topics` gives `webhook topic`.
pub(super) fn noun_words(resource: &str) -> Vec<String> {
    let words = split_words(resource);
    words.iter().map(|word| singularize(word)).collect()
}

/// Two phrases as one, in which what the first ends with and the second begins with stands once:
/// `order type` and `type` give `order type`.
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

/// Words as they stand in a sentence: `api`, `keys` give `API keys`.
pub(super) fn phrase(words: &[String]) -> String {
    let written = words.iter().map(|word| match word.as_str() {
        capitals if CAPITALS.binary_search(&capitals).is_ok() => capitals.to_ascii_uppercase(),
        plain => plain.to_owned(),
    });
    written.collect::<Vec<_>>().join(" ")
}

/// A phrase at the start of a sentence.
pub(super) fn capitalize(phrase: &str) -> String {
    let mut letters = phrase.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The name of a catalog as people write it: `the_auth_api` gives `The Auth API`.
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
    fn tables_are_sorted_for_the_search() {
        assert!(CAPITALS.is_sorted());
        assert!(SAME_IN_SINGULAR.is_sorted(), "{SAME_IN_SINGULAR:?}");
    }

    #[test]
    fn nouns_are_singular() {
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
    fn joined_phrases_repeat_no_word() {
        assert_eq!(join_words("order type", "type"), "order type");
        assert_eq!(
            join_words("ListOrders", "orders status"),
            "list orders status"
        );
        assert_eq!(join_words("order", "type"), "order type");
        assert_eq!(join_words("", "type"), "type");
    }
}
