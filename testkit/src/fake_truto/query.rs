//! Reads a query as the npm library `qs` writes it: `a[b]=1`, `a[0]=x`, percent-encoded, all values strings.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Decodes a query to objects, lists and strings.
pub(crate) fn decode(query: &str) -> Map<String, Value> {
    let mut decoded = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let path = segments(&decode_text(name));
        insert(&mut decoded, &path, decode_text(value));
    }
    for value in decoded.values_mut() {
        lists_from_indexes(value);
    }
    decoded
}

/// Decodes a percent-encoded path segment.
pub(crate) fn decode_segment(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn decode_text(text: &str) -> String {
    decode_segment(&text.replace('+', " "))
}

/// Splits `a[b][0]` into `a`, `b`, `0`. A name with an unclosed bracket is one segment.
fn segments(name: &str) -> Vec<String> {
    let Some((root, rest)) = name.split_once('[') else {
        return vec![name.to_owned()];
    };
    match rest.strip_suffix(']') {
        Some(inner) if !root.is_empty() => std::iter::once(root)
            .chain(inner.split("]["))
            .map(str::to_owned)
            .collect(),
        _ => vec![name.to_owned()],
    }
}

fn insert(object: &mut Map<String, Value>, path: &[String], text: String) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    // `a[]=x` takes the next free index.
    let name = if name.is_empty() {
        object.len().to_string()
    } else {
        name.clone()
    };
    if rest.is_empty() {
        let repeated = object.remove(&name);
        object.insert(name, joined(repeated, text));
        return;
    }
    let child = object
        .entry(name)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(child) = child {
        insert(child, rest, text);
    }
}

/// Joins the values of a repeated name to a list.
fn joined(earlier: Option<Value>, text: String) -> Value {
    let text = Value::String(text);
    match earlier {
        None => text,
        Some(Value::Array(mut values)) => {
            values.push(text);
            Value::Array(values)
        }
        Some(value) => Value::Array(vec![value, text]),
    }
}

fn lists_from_indexes(value: &mut Value) {
    let Value::Object(object) = value else {
        return;
    };
    object.values_mut().for_each(lists_from_indexes);
    let indexes: Option<Vec<usize>> = object.keys().map(|key| key.parse().ok()).collect();
    if let Some(indexes) = indexes {
        let mut items: Vec<(usize, Value)> = indexes
            .into_iter()
            .zip(std::mem::take(object).into_iter().map(|(_, item)| item))
            .collect();
        items.sort_by_key(|(index, _)| *index);
        *value = items.into_iter().map(|(_, item)| item).collect();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::decode;

    #[track_caller]
    fn check(query: &str, expected: &Value) {
        assert_eq!(&Value::Object(decode(query)), expected, "{query}");
    }

    #[test]
    fn queries_in_qs_form() {
        check("", &json!({}));
        check("a=1&b=x%20y+z", &json!({"a": "1", "b": "x y z"}));
        check("a=&b", &json!({"a": "", "b": ""}));
        check(
            "a%5Bb%5D=1&a[c][d]=2",
            &json!({"a": {"b": "1", "c": {"d": "2"}}}),
        );
        check(
            "a%5B1%5D=y&a%5B0%5D=x&a%5B10%5D=z",
            &json!({"a": ["x", "y", "z"]}),
        );
        check("a[]=x&a[]=y", &json!({"a": ["x", "y"]}));
        check("a=x&a=y&a=z", &json!({"a": ["x", "y", "z"]}));
        check("a[0][b]=1", &json!({"a": [{"b": "1"}]}));
        check("a[b=1&%C3%A9=%26", &json!({"a[b": "1", "é": "&"}));
    }
}
