//! JSON pointers (RFC 6901).

use std::borrow::Cow;

/// Escapes a name for one step of a pointer.
pub(crate) fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        name.replace('~', "~0").replace('/', "~1").into()
    } else {
        name.into()
    }
}

/// Appends the step `name` to a pointer.
pub(crate) fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&escape(name));
}

/// Returns the pointer to the child `name` of what `parent` points to.
pub(crate) fn join(parent: &str, name: &str) -> String {
    format!("{parent}/{}", escape(name))
}

/// Splits a pointer into its parent and the name in it; `None` for the pointer to the whole.
pub(crate) fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, step) = pointer.rsplit_once('/')?;
    Some((parent, step.replace("~1", "/").replace("~0", "~")))
}

/// Returns the names in a pointer.
pub(crate) fn steps(pointer: &str) -> impl Iterator<Item = String> + '_ {
    let steps = pointer.split('/').skip(1);
    steps.map(|step| step.replace("~1", "/").replace("~0", "~"))
}

#[cfg(test)]
mod tests {
    use super::{join, split, steps};

    #[test]
    fn splitting_returns_the_joined_name() {
        for name in ["", "a", "a/b", "~", "~1", "~01/", "/~"] {
            let pointer = join("/parent", name);
            assert_eq!(split(&pointer), Some(("/parent", name.to_owned())));
        }
        assert_eq!(split(""), None);
        assert_eq!(steps("/a~1b/0").collect::<Vec<_>>(), ["a/b", "0"]);
        assert_eq!(steps("").count(), 0);
    }
}
