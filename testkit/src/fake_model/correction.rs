//! Reading of error replies.

use serde_json::Value;

/// Returns the arguments corrected as an error reply suggests, or `None` if it does not suggest how.
///
/// Each line of the reply is a problem: the place, the mistake, and the suggestion.
pub(super) fn correct(arguments: &Value, refusal: &str) -> Option<Value> {
    let mut corrected = arguments.clone();
    for line in refusal.lines().filter(|line| line.starts_with('/')) {
        let (path, problem) = line.split_once(": ")?;
        let fields = corrected.as_object_mut()?;
        // All arguments are at the top level here.
        let name = path.strip_prefix('/')?;
        if let Some(right) = between(problem, "did you mean `", "`") {
            let value = fields.remove(name)?;
            fields.insert(right.to_owned(), value);
        } else if let Some(right) = between(problem, "did you mean ", "?") {
            fields.insert(name.to_owned(), serde_json::from_str(right).ok()?);
        } else if problem.contains("leave it out") {
            fields.remove(name)?;
        } else if !problem.contains("required, but missing") {
            return None;
        }
    }
    (corrected != *arguments).then_some(corrected)
}

/// Returns the tool that an error reply says to call first, and the argument that it provides.
pub(super) fn first(refusal: &str) -> Option<(&str, &str)> {
    let mut lines = refusal.lines().filter(|line| line.starts_with('/'));
    lines.find_map(|line| {
        let (path, problem) = line.split_once(": ")?;
        let tool = between(problem, "call ", " first")?;
        Some((tool, path.strip_prefix('/')?))
    })
}

/// Returns the text between two strings.
pub(super) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}
