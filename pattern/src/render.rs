//! Writes a pattern in the syntax of the `regex` crate.

use std::fmt::Write as _;

use crate::class::Class;
use crate::error::PatternError;
use crate::hidden;
use crate::node::Node;

/// One test that a string has to pass, in the syntax of the `regex` crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternTest {
    /// The expression matches some part of the string.
    Matches(String),
    /// The expression matches no part of the string.
    Excludes(String),
}

/// Returns the tests that express a pattern.
pub(crate) fn tests(root: &Node) -> Result<Vec<PatternTest>, PatternError> {
    if !looks(root) {
        return Ok(vec![PatternTest::Matches(render(root))]);
    }
    let Node::Concat(nodes) = root else {
        return Err(PatternError::LookAround);
    };
    let Some((Node::Start, rest)) = nodes.split_first() else {
        return Err(PatternError::LookAround);
    };
    let mut tests = Vec::new();
    let mut after = rest.iter();
    let mut rest = Vec::new();
    for node in after.by_ref() {
        let Node::Look { is_negated, inner } = node else {
            rest.push(node.clone());
            break;
        };
        if looks(inner) {
            return Err(PatternError::LookAround);
        }
        let text = format!("^(?:{})", render(inner));
        tests.push(if *is_negated {
            PatternTest::Excludes(text)
        } else {
            PatternTest::Matches(text)
        });
    }
    rest.extend(after.cloned());
    if rest.iter().any(looks) {
        return Err(PatternError::LookAround);
    }
    if !rest.is_empty() {
        tests.push(PatternTest::Matches(format!(
            "^{}",
            render(&Node::Concat(rest))
        )));
    }
    Ok(tests)
}

/// Returns the pattern in a form that all engines read alike, if there is one.
pub(crate) fn portable(root: &Node) -> Option<String> {
    is_portable(root, Edges::WHOLE).then(|| render(root))
}

/// The ends of a pattern that a part touches.
#[derive(Clone, Copy)]
struct Edges {
    start: bool,
    end: bool,
}

impl Edges {
    /// The whole pattern.
    const WHOLE: Self = Self {
        start: true,
        end: true,
    };

    /// A part inside the pattern.
    const NONE: Self = Self {
        start: false,
        end: false,
    };
}

/// Returns `true` if all engines read a part alike. Anchors are portable at the ends of a pattern.
fn is_portable(node: &Node, edges: Edges) -> bool {
    match node {
        Node::Literal(_) => true,
        // Matches nothing, which engines write differently.
        Node::Class(class) => class.is_negated || !class.ranges.is_empty(),
        Node::Start => edges.start,
        Node::End => edges.end,
        Node::Boundary { .. } | Node::Look { .. } => false,
        Node::Group { inner, .. } => is_portable(inner, edges),
        Node::Repeat { inner, .. } => is_portable(inner, Edges::NONE),
        Node::Concat(nodes) => nodes.iter().enumerate().all(|(index, node)| {
            let of_node = Edges {
                start: edges.start && index == 0,
                end: edges.end && index + 1 == nodes.len(),
            };
            is_portable(node, of_node)
        }),
        Node::Alternation(nodes) => nodes.iter().all(|node| is_portable(node, edges)),
    }
}

/// Returns `true` if a part contains a look-ahead.
fn looks(node: &Node) -> bool {
    match node {
        Node::Look { .. } => true,
        Node::Group { inner, .. } | Node::Repeat { inner, .. } => looks(inner),
        Node::Concat(nodes) | Node::Alternation(nodes) => nodes.iter().any(looks),
        Node::Literal(_) | Node::Class(_) | Node::Start | Node::End | Node::Boundary { .. } => {
            false
        }
    }
}

fn render(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text);
    text
}

fn write(node: &Node, text: &mut String) {
    match node {
        Node::Literal(letter) => write_letter(*letter, r"\.*+?()[]{}^$|", text),
        Node::Class(class) => write_class(class, text),
        Node::Start => text.push('^'),
        Node::End => text.push('$'),
        Node::Boundary { is_negated: false } => text.push_str(r"(?-u:\b)"),
        Node::Boundary { is_negated: true } => text.push_str(r"(?-u:\B)"),
        Node::Group {
            is_capturing,
            inner,
        } => {
            text.push_str(if *is_capturing { "(" } else { "(?:" });
            write(inner, text);
            text.push(')');
        }
        // Callers split look-aheads off.
        Node::Look { inner, .. } => write(inner, text),
        Node::Repeat {
            inner,
            min,
            max,
            is_lazy,
        } => {
            write(inner, text);
            match (min, max) {
                (0, None) => text.push('*'),
                (1, None) => text.push('+'),
                (0, Some(1)) => text.push('?'),
                (min, None) => extend(text, format_args!("{{{min},}}")),
                (min, Some(max)) if min == max => extend(text, format_args!("{{{min}}}")),
                (min, Some(max)) => extend(text, format_args!("{{{min},{max}}}")),
            }
            text.push_str(if *is_lazy { "?" } else { "" });
        }
        Node::Concat(nodes) => nodes.iter().for_each(|node| write(node, text)),
        Node::Alternation(nodes) => {
            for (index, node) in nodes.iter().enumerate() {
                text.push_str(if index > 0 { "|" } else { "" });
                write(node, text);
            }
        }
    }
}

fn write_class(class: &Class, text: &mut String) {
    match (class.ranges.is_empty(), class.is_negated) {
        (true, true) => return text.push_str(r"(?:[^\n]|\n)"),
        (true, false) => return text.push_str("[a&&b]"),
        (false, _) => {}
    }
    text.push_str(if class.is_negated { "[^" } else { "[" });
    let mut last = None;
    for range in &class.ranges {
        if last.replace(range) == Some(range) {
            continue;
        }
        let (start, end) = range;
        write_member(*start, text);
        if start < end {
            if u32::from(*end) - u32::from(*start) > 1 {
                text.push('-');
            }
            write_member(*end, text);
        }
    }
    text.push(']');
}

/// Writes a character of a class. Two equal signs in a row would be an operator of the `regex`
/// crate: `&&`.
fn write_member(letter: char, text: &mut String) {
    match letter {
        '&' | '~' if text.ends_with(letter) => write_code(letter, text),
        letter => write_letter(letter, r"\[]^-", text),
    }
}

/// Writes a character; one of `special` is escaped, and one that does not print is written as its
/// number.
fn write_letter(letter: char, special: &str, text: &mut String) {
    match letter {
        '\t' => text.push_str(r"\t"),
        '\n' => text.push_str(r"\n"),
        '\r' => text.push_str(r"\r"),
        letter if letter.is_ascii_control() => write_code(letter, text),
        letter if special.contains(letter) => text.extend(['\\', letter]),
        ' ' => text.push(' '),
        letter if is_invisible(letter) => {
            extend(text, format_args!("\\u{:04x}", u32::from(letter)));
        }
        letter => text.push(letter),
    }
}

/// Writes the number of an ASCII character.
fn write_code(letter: char, text: &mut String) {
    extend(text, format_args!("\\x{:02x}", u32::from(letter)));
}

/// Returns `true` for characters without a known shape: those that are invisible, spaces, those for
/// private use, and specials. Characters outside the basic plane do not count, because no escape of them
/// is read alike by all engines.
fn is_invisible(letter: char) -> bool {
    let is_special = matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}');
    letter <= '\u{ffff}'
        && (is_special
            || hidden::is_invisible(letter)
            || letter.is_control()
            || letter.is_whitespace())
}

fn extend(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}
