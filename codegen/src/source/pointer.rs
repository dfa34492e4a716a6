//! JSON pointers (RFC 6901).

use std::borrow::Cow;

use super::value::Json;

/// Returns the pointer of a member or an element: `/result` and `a/b` give `/result/a~1b`.
pub(crate) fn child(pointer: &str, key: &str) -> String {
    let mut text = String::with_capacity(pointer.len() + key.len() + 1);
    text.push_str(pointer);
    push(&mut text, key);
    text
}

/// Appends one reference token.
pub(super) fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    if !key.contains(['~', '/']) {
        return pointer.push_str(key);
    }
    for character in key.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            character => pointer.push(character),
        }
    }
}

/// Returns the reference tokens of a pointer, unescaped: `/result/a~1b` gives `result` and `a/b`.
pub(crate) fn tokens(pointer: &str) -> impl DoubleEndedIterator<Item = Cow<'_, str>> {
    let (_, inner) = pointer.split_once('/').unzip();
    inner
        .into_iter()
        .flat_map(|inner| inner.split('/'))
        .map(unescape)
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        token.replace("~1", "/").replace("~0", "~").into()
    } else {
        token.into()
    }
}

/// Returns the value at `pointer` in `json`.
pub(crate) fn find<'json>(json: &'json Json, pointer: &str) -> Option<&'json Json> {
    tokens(pointer).try_fold(json, |json, key| match json {
        Json::Object(members) => members.get(&key),
        Json::Array(elements) => elements.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_unescapes_tokens() {
        let pointer = child(&child("", "a/b"), "~1");
        assert_eq!(pointer, "/a~1b/~01");
        assert!(tokens(&pointer).eq(["a/b", "~1"]));
        assert_eq!(tokens("").count(), 0);
    }
}
