//! Names as steps of JSON pointers (RFC 6901).

use std::borrow::Cow;

/// A name as one step of a pointer.
pub(crate) fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        name.replace('~', "~0").replace('/', "~1").into()
    } else {
        name.into()
    }
}

/// The pointer to the parent, and the name in it; none for the pointer to the whole.
pub(crate) fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, step) = pointer.rsplit_once('/')?;
    Some((parent, step.replace("~1", "/").replace("~0", "~")))
}

#[cfg(test)]
mod tests {
    use super::{escape, split};

    #[test]
    fn any_name_comes_back() {
        for name in ["", "a", "a/b", "~", "~1", "~01/", "/~"] {
            let pointer = format!("/parent/{}", escape(name));
            assert_eq!(split(&pointer), Some(("/parent", name.to_owned())));
        }
        assert_eq!(split(""), None);
    }
}
