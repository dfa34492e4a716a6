//! JSON pointers (RFC 6901).

/// The pointer of a member or element: `/result` and `a/b` give `/result/a~1b`.
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
    for letter in key.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            letter => pointer.push(letter),
        }
    }
}
