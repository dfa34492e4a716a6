//! JSON pointers (RFC 6901).

use std::borrow::Cow;

/// Escapes a name for one step of a pointer.
#[must_use]
pub fn escape(name: &str) -> Cow<'_, str> {
    // Two searches for one character each are several times faster than one for both.
    if name.contains('~') || name.contains('/') {
        name.replace('~', "~0").replace('/', "~1").into()
    } else {
        name.into()
    }
}

/// Returns the name that a step of a pointer escapes.
#[must_use]
pub fn unescape(step: &str) -> Cow<'_, str> {
    if step.contains('~') {
        step.replace("~1", "/").replace("~0", "~").into()
    } else {
        step.into()
    }
}

/// Appends the step `name` to a pointer.
pub fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&escape(name));
}

/// Returns the pointer to the child `name` of what `parent` points to: `/result` and `a/b` give
/// `/result/a~1b`.
#[must_use]
pub fn join(parent: &str, name: &str) -> String {
    let mut pointer = String::with_capacity(parent.len() + name.len() + 1);
    pointer.push_str(parent);
    push(&mut pointer, name);
    pointer
}

/// Returns the pointer with these steps.
#[must_use]
pub fn of_steps<S: AsRef<str>>(steps: impl IntoIterator<Item = S>) -> String {
    let mut pointer = String::new();
    for step in steps {
        push(&mut pointer, step.as_ref());
    }
    pointer
}

/// Splits a pointer into its parent and the name in it; `None` for the pointer to the whole.
#[must_use]
pub fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, step) = pointer.rsplit_once('/')?;
    Some((parent, unescape(step).into_owned()))
}

/// Splits a pointer into its first name and the pointer from there; `None` for the pointer to the whole.
#[must_use]
pub fn split_first(pointer: &str) -> Option<(Cow<'_, str>, &str)> {
    let rest = pointer.strip_prefix('/')?;
    let (step, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some((unescape(step), rest))
}

/// Returns the names in a pointer: `/result/a~1b` gives `result` and `a/b`.
pub fn steps(pointer: &str) -> impl DoubleEndedIterator<Item = Cow<'_, str>> {
    let (_, steps) = pointer.split_once('/').unzip();
    let steps = steps.into_iter().flat_map(|steps| steps.split('/'));
    steps.map(unescape)
}

#[cfg(test)]
mod tests {
    use super::{join, of_steps, split, split_first, steps};

    #[test]
    fn splitting_returns_the_joined_name() {
        for name in ["", "a", "a/b", "~", "~1", "~01/", "/~"] {
            let pointer = join("/parent", name);
            assert_eq!(split(&pointer), Some(("/parent", name.to_owned())));
            assert_eq!(of_steps(steps(&pointer)), pointer);
        }
        assert_eq!(split(""), None);
        assert_eq!(split_first("/a~1b/c"), Some(("a/b".into(), "/c")));
        assert_eq!(split_first(""), None);
        assert!(steps("/a~1b/~01/0").eq(["a/b", "~1", "0"]));
        assert_eq!(steps("/a/b").next_back().as_deref(), Some("b"));
        assert_eq!(steps("").count(), 0);
    }
}
