//! The forms in which a server may repeat a text.

use url::form_urlencoded;

/// Returns a text as it is and as URLs and JSON contain it.
pub(super) fn written(text: &str) -> Vec<String> {
    let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let path = form.replace('+', "%20");
    let json = serde_json::Value::from(text).to_string();
    let json = json.trim_matches('"').to_owned();
    // Some servers escape slashes.
    let slashes = json.replace('/', "\\/");
    distinct([text.to_owned(), form, path, json, slashes])
}

/// Returns a part of a URL as it is, and decoded, with `+` as itself and as a space.
pub(super) fn decoded(part: &str) -> Vec<String> {
    let decode = |part: &str| {
        let pair = format!("x={part}");
        let mut pairs = form_urlencoded::parse(pair.as_bytes());
        pairs.next().map(|(_, value)| value.into_owned())
    };
    let path = decode(&part.replace('+', "%2B")).unwrap_or_default();
    let form = decode(part).unwrap_or_default();
    distinct([part.to_owned(), path, form])
}

fn distinct<const N: usize>(texts: [String; N]) -> Vec<String> {
    let mut distinct = Vec::new();
    for text in texts {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    distinct
}
