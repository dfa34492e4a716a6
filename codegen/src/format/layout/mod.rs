//! Breaks the lines of a printed item by rustfmt's rules.
//!
//! The input is printed by prettyplease or by [`super::print`]. prettyplease and rustfmt agree on
//! almost everything. They differ in where they break lists: rustfmt has a limit for each kind of
//! list (`use_small_heuristics`), while prettyplease has a single width. This module joins the
//! statements that occur in generated code and breaks them again by rustfmt's limits. It also
//! separates the members of an `impl` by blank lines.

mod brackets;
mod list;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::str::Lines;

use brackets::open_brackets;
use list::{lay_out_signature, lay_out_statement, lay_out_use};

/// Lays out one item and appends it to `text`.
pub(super) fn lay_out(printed: &str, text: &mut String) {
    let mut lines = printed.lines();
    let mut last_member = MemberEnd::None;
    while let Some(line) = lines.next() {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        if indent == 4 {
            let kind = MemberKind::of(content);
            if last_member.is_separate_from(kind) {
                text.push('\n');
            }
            last_member = last_member.then(kind, content);
        }
        match StatementKind::of(content) {
            StatementKind::Other => {
                text.push_str(line);
                text.push('\n');
            }
            _ if is_list_with_attributes(content) => lay_out_attributes(content, indent, text),
            _ if has_attributes(content, &lines) => {
                text.push_str(line);
                text.push('\n');
            }
            kind => {
                let statement = join(content, &mut lines, kind);
                match kind {
                    StatementKind::Use => lay_out_use(&statement, text),
                    StatementKind::Function => lay_out_signature(&statement, indent, text),
                    StatementKind::List | StatementKind::Other => {
                        lay_out_statement(&statement, indent, text);
                    }
                }
                if indent == 4 {
                    last_member = last_member.finish(&statement);
                }
            }
        }
    }
}

/// Returns `true` for a list of tools on one line, of which some need a feature.
fn is_list_with_attributes(content: &str) -> bool {
    let mut starts = [
        "sources: &[#[cfg(",
        "pub const TOOLS: &[&ToolSpec] = &[#[cfg(",
    ]
    .iter();
    content.ends_with([',', ';']) && starts.any(|start| content.starts_with(start))
}

/// Breaks a list on one line whose elements have attributes: `sources: &[#[cfg(..)] &A],`.
fn lay_out_attributes(content: &str, indent: usize, text: &mut String) {
    let list = content
        .split_once("[#[")
        .and_then(|(head, rest)| Some((head, rest.rsplit_once(']')?)));
    let Some((head, (elements, tail))) = list else {
        let _ = writeln!(text, "{:indent$}{content}", "");
        return;
    };
    let inside = indent + 4;
    let _ = writeln!(text, "{:indent$}{head}[", "");
    for element in elements.split(", #[") {
        let (attribute, value) = element.split_once("] ").unwrap_or((element, ""));
        let _ = writeln!(text, "{:inside$}#[{attribute}]", "");
        let _ = writeln!(text, "{:inside$}{value},", "");
    }
    let _ = writeln!(text, "{:indent$}]{tail}", "");
}

/// Returns `true` if a line opens a list whose elements have attributes. Each attribute and each
/// element is on a separate line already.
fn has_attributes(content: &str, rest: &Lines<'_>) -> bool {
    let mut rest = rest.clone();
    content.ends_with('[')
        && rest
            .next()
            .is_some_and(|line| line.trim_start().starts_with("#["))
}

/// Returns `true` if a line begins a statement that is joined and broken again here.
pub(super) fn has_own_layout(content: &str) -> bool {
    StatementKind::of(content) != StatementKind::Other
}

/// The kind of statement that a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StatementKind {
    Use,
    Function,
    List,
    Other,
}

impl StatementKind {
    fn of(content: &str) -> Self {
        const STARTS: &[(&str, StatementKind)] = &[
            ("use ", StatementKind::Use),
            ("pub use ", StatementKind::Use),
            ("pub fn ", StatementKind::Function),
            ("fn ", StatementKind::Function),
            ("const ", StatementKind::List),
            ("pub const ", StatementKind::List),
            ("static SPEC:", StatementKind::List),
            // It is one string over several lines.
            ("pub(super) const HASHES:", StatementKind::Other),
            ("pub(super) const ", StatementKind::List),
            ("pub(super) static ", StatementKind::List),
            ("Self {", StatementKind::List),
            ("self.", StatementKind::List),
            ("slots_of(", StatementKind::List),
            ("objects!", StatementKind::List),
            ("choices!", StatementKind::List),
            ("unions!", StatementKind::List),
            ("handles!", StatementKind::List),
        ];
        let first = content.bytes().next();
        let mut starts = STARTS.iter();
        // Comparing the first character alone rules out most prefixes.
        starts
            .find(|(start, _)| start.bytes().next() == first && content.starts_with(start))
            .map_or(Self::Other, |(_, kind)| *kind)
    }
}

/// The start of an expression that may end a function without a semicolon.
const EXPRESSIONS: [&str; 3] = ["Self {", "self.", "slots_of("];

/// Joins a statement that prettyplease broke over lines.
fn join<'l>(
    first: &'l str,
    lines: &mut impl Iterator<Item = &'l str>,
    kind: StatementKind,
) -> Cow<'l, str> {
    let is_one_line = match kind {
        StatementKind::Function => first.ends_with(" {"),
        StatementKind::Use => first.ends_with(';'),
        StatementKind::List | StatementKind::Other => false,
    };
    if is_one_line {
        return first.into();
    }
    let mut depth = open_brackets(first);
    let ends_with_semicolon =
        !EXPRESSIONS.iter().any(|start| first.starts_with(start)) || first.ends_with('=');
    let is_complete = |statement: &str, depth: i32| match kind {
        StatementKind::Function => depth == 0 || (depth == 1 && statement.ends_with('{')),
        StatementKind::Use | StatementKind::List | StatementKind::Other => {
            depth == 0 && (statement.ends_with(';') || !ends_with_semicolon)
        }
    };
    if is_complete(first, depth) {
        return first.into();
    }
    let mut statement = first.to_owned();
    while !is_complete(&statement, depth) {
        let Some(line) = lines.next() else {
            break;
        };
        let line = line.trim_start();
        depth += open_brackets(line);
        if line.starts_with([')', ']', '}']) && statement.ends_with(',') {
            statement.pop();
        }
        let is_tight = statement.ends_with(['(', '['])
            || line.starts_with([')', ']', '.']) && !line.starts_with("..");
        if !is_tight {
            statement.push(' ');
        }
        statement.push_str(line);
    }
    statement.into()
}

/// The kind of member that a line at the first level of an item begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MemberKind {
    Constant,
    Type,
    Function,
    /// Documentation or an attribute of a function.
    Attribute,
    /// The end of a member, or a line inside it.
    Inside,
}

impl MemberKind {
    fn of(content: &str) -> Self {
        if content.starts_with("const ") {
            Self::Constant
        } else if content.starts_with("type ") {
            Self::Type
        } else if content.starts_with("pub fn ") || content.starts_with("fn ") {
            Self::Function
        } else if content.starts_with("///") || content.starts_with("#[") {
            Self::Attribute
        } else {
            Self::Inside
        }
    }
}

/// The member that ended last at the first level of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MemberEnd {
    None,
    Constant,
    Type,
    Function,
}

impl MemberEnd {
    fn is_separate_from(self, next: MemberKind) -> bool {
        match next {
            MemberKind::Inside => false,
            MemberKind::Constant => matches!(self, Self::Type | Self::Function),
            MemberKind::Type => matches!(self, Self::Constant | Self::Function),
            MemberKind::Function | MemberKind::Attribute => self != Self::None,
        }
    }

    fn then(self, kind: MemberKind, content: &str) -> Self {
        match kind {
            MemberKind::Type if content.ends_with(';') => Self::Type,
            MemberKind::Inside if content == "}" => Self::Function,
            MemberKind::Inside => self,
            _ => Self::None,
        }
    }

    fn finish(self, statement: &str) -> Self {
        if statement.starts_with("const ") {
            Self::Constant
        } else {
            self
        }
    }
}
