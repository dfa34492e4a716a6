//! Elements of TOML arrays that people format.

use toml_edit::{Array, Decor, Value};

/// Appends a string in the format of the last element. [`remove`] restores every byte.
pub(crate) fn push(list: &mut Array, element: &str) {
    let Some(end) = list.iter_mut().last() else {
        list.push(element);
        return;
    };
    let text = |part: Option<&toml_edit::RawString>| {
        let part = part.and_then(toml_edit::RawString::as_str);
        part.unwrap_or_default().to_owned()
    };
    let (prefix, suffix) = {
        let decor: &Decor = end.decor();
        (text(decor.prefix()), text(decor.suffix()))
    };
    end.decor_mut().set_suffix("");
    let has_comma = list.trailing_comma();
    let rest = format!("{suffix}{}", list.trailing().as_str().unwrap_or_default());
    let is_multiline = prefix.contains('\n');
    // A comment after the last element belongs to the line before, with and without a comma.
    let (comments, end) = match rest.rfind('\n') {
        Some(at) if is_multiline => rest.split_at(at),
        _ => ("", rest.as_str()),
    };
    let prefix = match prefix.rsplit_once('\n') {
        Some((_, indent)) => format!("{comments}\n{indent}"),
        None => " ".to_owned(),
    };
    let mut element = Value::from(element);
    *element.decor_mut() = Decor::new(prefix, "");
    list.push_formatted(element);
    list.set_trailing_comma(has_comma);
    list.set_trailing(end);
}

/// Removes a string with the comment on its line. The format of the others stays.
pub(crate) fn remove(list: &mut Array, element: &str) {
    let find = |list: &Array| list.iter().position(|it| it.as_str() == Some(element));
    while let Some(index) = find(list) {
        let removed = list.remove(index);
        let decor = removed.decor();
        let prefix = decor
            .prefix()
            .and_then(|it| it.as_str())
            .unwrap_or_default();
        let suffix = decor
            .suffix()
            .and_then(|it| it.as_str())
            .unwrap_or_default();
        if let Some(next) = list.get_mut(index) {
            let own = next.decor().prefix().and_then(|it| it.as_str());
            let own = own.unwrap_or_default();
            let kept = match own.find('\n') {
                Some(line_end) => own.get(line_end..).unwrap_or_default().to_owned(),
                None if index == 0 => prefix.to_owned(),
                None => own.to_owned(),
            };
            next.decor_mut().set_prefix(kept);
            continue;
        }
        let end = format!("{suffix}{}", list.trailing().as_str().unwrap_or_default());
        let end = end.find('\n').and_then(|at| end.get(at..)).unwrap_or(&end);
        let comments = prefix
            .rsplit_once('\n')
            .map_or("", |(comments, _)| comments);
        let trailing = format!("{comments}{end}");
        list.set_trailing(trailing);
        if list.is_empty() {
            list.set_trailing_comma(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_a_pushed_element_restores_every_byte() {
        for (before, after) in [
            ("[]", "[\"x\"]"),
            ("[\"a\"]", "[\"a\", \"x\"]"),
            ("[ \"a\" ]", "[ \"a\", \"x\" ]"),
            ("['a','b']", "['a','b', \"x\"]"),
            ("[\n  \"a\", # a\n]", "[\n  \"a\", # a\n  \"x\",\n]"),
            ("[\n  \"a\" # a\n]", "[\n  \"a\", # a\n  \"x\"\n]"),
            (
                "[\n  # one\n  \"a\",\n  # end\n  ]",
                "[\n  # one\n  \"a\",\n  # end\n  \"x\",\n  ]",
            ),
        ] {
            let mut list: Array = before.parse::<Value>().unwrap().as_array().unwrap().clone();
            push(&mut list, "x");
            assert_eq!(list.to_string(), after);
            remove(&mut list, "x");
            assert_eq!(list.to_string(), before);
        }
    }

    #[test]
    fn removes_an_element_between_others() {
        for (before, after) in [
            ("[ \"x\", \"a\" ]", "[ \"a\" ]"),
            ("[\"a\", \"x\", \"b\"]", "[\"a\", \"b\"]"),
            (
                "[\n  \"x\", # x\n  # b\n  \"b\", # b\n]",
                "[\n  # b\n  \"b\", # b\n]",
            ),
        ] {
            let mut list: Array = before.parse::<Value>().unwrap().as_array().unwrap().clone();
            remove(&mut list, "x");
            assert_eq!(list.to_string(), after);
        }
    }
}
