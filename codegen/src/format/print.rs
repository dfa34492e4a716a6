//! A fast path for the shapes that nearly every generated item has. The output is the same as that
//! of prettyplease.
//!
//! prettyplease needs a syntax tree, and breaks lines that [`super::layout`] joins again. For a large
//! catalog, that is most of the work. Here, statements that the layout would join are printed on one
//! line. Unknown shapes, and lines that prettyplease would break by its own rules, are left to
//! prettyplease. Tests compare the two.

use proc_macro2::Delimiter;

use super::flat::print_flat;
use super::layout::has_own_layout;
use super::tokens::{Token, TokenKind, Tokens, find, split_at_commas};

/// The width of a line of prettyplease, less one.
const MAX_WIDTH: usize = 88;
/// The width up to which prettyplease never breaks a parameter or the result of a function.
const MAX_PART_WIDTH: usize = 60;
const INDENT: usize = 4;

/// Prints an item. Statements that the layout breaks by rustfmt's rules are on one line each.
///
/// Returns `None` if the shape of the item is not known here.
pub(super) fn print_item(tokens: &Tokens, text: &mut String) -> Option<()> {
    Printer { tokens, text }.print_item()
}

struct Printer<'t> {
    tokens: &'t Tokens,
    text: &'t mut String,
}

impl Printer<'_> {
    fn print_item(&mut self) -> Option<()> {
        let rest = self.print_attributes(self.tokens.all(), 0)?;
        let head = self.skip_visibility(rest);
        let first = self.tokens.text(*head.first()?);
        match first {
            "static" if find(rest, is_brace).is_some() => self.print_static(rest),
            // Values with braces are left to prettyplease.
            "const" if find(rest, is_brace).is_some() => None,
            "const" | "mod" | "static" | "use" => self.print_statement(rest, 0),
            "struct" | "enum" | "impl" => {
                let Some(brace) = find(rest, is_brace) else {
                    return self.print_statement(rest, 0);
                };
                let (header, inner) = (rest.get(..brace)?, inner_of(rest, brace)?);
                let start = self.text.len();
                self.print_header(header)?;
                if inner.is_empty() {
                    self.text.push_str(" {}\n");
                    return self.check_width(start);
                }
                self.text.push_str(" {\n");
                self.check_width(start)?;
                if first == "impl" {
                    self.print_members(inner)?;
                } else {
                    self.print_fields(inner)?;
                }
                self.text.push_str("}\n");
                Some(())
            }
            "objects" | "choices" | "unions" | "handles" if self.tokens.is(head, 1, "!") => {
                self.print_statement(rest, 0)
            }
            _ => None,
        }
    }

    fn skip_visibility<'l>(&self, list: &'l [Token]) -> &'l [Token] {
        if !self.tokens.is(list, 0, "pub") {
            return list;
        }
        let skipped = match list.get(1).map(|token| (token.kind, token.inside)) {
            Some((TokenKind::Open(Delimiter::Parenthesis), inside)) => inside + 3,
            _ => 1,
        };
        list.get(skipped..).unwrap_or_default()
    }

    /// Prints attributes and documentation, one per line, and returns the tokens after them.
    fn print_attributes<'l>(&mut self, list: &'l [Token], indent: usize) -> Option<&'l [Token]> {
        let mut rest = list;
        while self.tokens.is(rest, 0, "#") {
            let inside = rest.get(1)?.inside;
            let inner = rest.get(2..2 + inside)?;
            let start = self.text.len();
            self.push_indent(indent);
            match inner {
                [doc, _, line] if self.tokens.text(*doc) == "doc" => {
                    self.text.push_str("///");
                    let line = unquote(self.tokens.text(*line))?;
                    if line.starts_with('/') {
                        return None;
                    }
                    self.text.push_str(line.trim_end_matches(' '));
                }
                inner => {
                    self.text.push_str("#[");
                    self.print_flat(inner)?;
                    self.text.push(']');
                    self.check_width(start)?;
                }
            }
            self.text.push('\n');
            rest = rest.get(inside + 3..)?;
        }
        Some(rest)
    }

    fn print_header(&mut self, header: &[Token]) -> Option<()> {
        if find(header, |token| self.tokens.text(token) == "where").is_some() {
            return None;
        }
        self.print_flat(header)
    }

    /// Prints the fields of a struct or the variants of an enum.
    fn print_fields(&mut self, inner: &[Token]) -> Option<()> {
        for field in split_at_commas(inner) {
            let rest = self.print_attributes(field, INDENT)?;
            let start = self.text.len();
            self.push_indent(INDENT);
            self.print_flat(rest)?;
            self.text.push(',');
            self.check_width(start)?;
            self.text.push('\n');
        }
        Some(())
    }

    /// Prints a static whose value is a struct.
    fn print_static(&mut self, list: &[Token]) -> Option<()> {
        let start = self.text.len();
        self.print_flat(list)?;
        if has_own_layout(self.text.get(start..)?) {
            self.text.push('\n');
            return Some(());
        }
        self.text.truncate(start);
        self.print_value(list)
    }

    /// Prints a static whose value is a struct that is too long for one line.
    fn print_value(&mut self, list: &[Token]) -> Option<()> {
        let (end, value) = list.split_last()?;
        if !is_semicolon(*end) {
            return None;
        }
        let brace = find(value, is_brace)?;
        let inner = inner_of(value, brace)?;
        let start = self.text.len();
        self.print_flat(value.get(..brace)?)?;
        self.text.push_str(" {\n");
        self.check_width(start)?;
        for field in split_at_commas(inner) {
            if find(field, is_brace).is_some() {
                return None;
            }
            let start = self.text.len();
            self.push_indent(INDENT);
            self.print_flat(field)?;
            self.text.push_str(",\n");
            match field {
                // prettyplease does not break literals.
                [_, _, literal] if literal.kind == TokenKind::Literal => {
                    if self.tokens.text(*literal).contains('\n') {
                        return None;
                    }
                }
                _ => self.check_width(start)?,
            }
        }
        self.text.push_str("};\n");
        let is_long = self.text.get(start..)?.chars().count() > 2 * MAX_WIDTH;
        is_long.then_some(())
    }

    /// Prints the members of an `impl`.
    fn print_members(&mut self, inner: &[Token]) -> Option<()> {
        let mut rest = inner;
        while !rest.is_empty() {
            rest = self.print_attributes(rest, INDENT)?;
            let head = self.skip_visibility(rest);
            let end = match self.tokens.text(*head.first()?) {
                "const" | "type" => {
                    let end = find(rest, is_semicolon)? + 1;
                    self.print_statement(rest.get(..end)?, INDENT)?;
                    end
                }
                "fn" => {
                    let brace = find(rest, is_brace)?;
                    let end = brace + rest.get(brace)?.inside + 2;
                    let function = rest.get(..end)?;
                    self.print_signature(rest.get(..brace)?)?;
                    self.print_body(inner_of(function, brace)?)?;
                    end
                }
                _ => return None,
            };
            rest = rest.get(end..)?;
        }
        Some(())
    }

    /// Prints a signature and the opening brace.
    fn print_signature(&mut self, signature: &[Token]) -> Option<()> {
        let bounds = find(signature, |token| self.tokens.text(token) == "where");
        let start = self.text.len();
        self.push_indent(INDENT);
        self.print_flat(signature.get(..bounds.unwrap_or(signature.len()))?)?;
        if self.check_width(start).is_none() {
            self.check_parts(signature)?;
        }
        let Some(bounds) = bounds else {
            self.text.push_str(" {\n");
            return Some(());
        };
        self.text.push_str("\n    where\n");
        for bound in split_at_commas(signature.get(bounds + 1..)?) {
            let start = self.text.len();
            self.push_indent(2 * INDENT);
            self.print_flat(bound)?;
            self.text.push(',');
            self.check_width(start)?;
            self.text.push('\n');
        }
        self.text.push_str("    {\n");
        Some(())
    }

    /// Returns `Some` if each part of a long signature fits on its own line.
    fn check_parts(&mut self, signature: &[Token]) -> Option<()> {
        let is_round = |token: Token| token.kind == TokenKind::Open(Delimiter::Parenthesis);
        let open = find(self.skip_visibility(signature), is_round)?;
        let open = open + signature.len() - self.skip_visibility(signature).len();
        let inside = signature.get(open)?.inside;
        let parameters = split_at_commas(signature.get(open + 1..=open + inside)?);
        let result = signature.get(open + inside + 2..)?;
        let length = self.text.len();
        for part in parameters.into_iter().chain([result]) {
            self.print_flat(part)?;
            let width = self.text.get(length..)?.chars().count();
            self.text.truncate(length);
            if width > MAX_PART_WIDTH {
                return None;
            }
        }
        Some(())
    }

    /// Prints the body of a function and the closing brace.
    fn print_body(&mut self, inner: &[Token]) -> Option<()> {
        if inner.is_empty() {
            return None;
        }
        let mut rest = inner;
        while !rest.is_empty() {
            let end = find(rest, is_semicolon).map_or(rest.len(), |end| end + 1);
            let statement = rest.get(..end)?;
            let is_known = match self.tokens.text(*statement.first()?) {
                "Self" | "self" | "Slots" | "slots_of" => true,
                // `Projects(self.0.resource())`
                _ => matches!(statement, [first, open, ..] if first.kind == TokenKind::Word
                    && open.kind == TokenKind::Open(Delimiter::Parenthesis)
                    && open.inside + 3 == statement.len()),
            };
            if !is_known {
                return None;
            }
            self.print_statement(statement, 2 * INDENT)?;
            rest = rest.get(end..)?;
        }
        self.text.push_str("    }\n");
        Some(())
    }

    /// Prints tokens as one line. Returns `None` if prettyplease would break the line and the layout
    /// would not join it again.
    fn print_statement(&mut self, statement: &[Token], indent: usize) -> Option<()> {
        let start = self.text.len();
        self.push_indent(indent);
        self.print_flat(statement)?;
        if !has_own_layout(self.text.get(start + indent..)?) {
            self.check_width(start)?;
        }
        self.text.push('\n');
        Some(())
    }

    /// Returns `Some` if the text from `start` on fits on one line.
    fn check_width(&self, start: usize) -> Option<()> {
        let line = self.text.get(start..)?;
        (line.len() <= MAX_WIDTH || line.chars().count() <= MAX_WIDTH).then_some(())
    }

    fn push_indent(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn print_flat(&mut self, list: &[Token]) -> Option<()> {
        print_flat(self.tokens, list, self.text)
    }
}

/// Returns the tokens in the brackets that open at `index`, if the list ends with these brackets.
fn inner_of(list: &[Token], index: usize) -> Option<&[Token]> {
    let inside = list.get(index)?.inside;
    let is_last = index + inside + 2 == list.len();
    is_last.then(|| list.get(index + 1..=index + inside))?
}

fn is_brace(token: Token) -> bool {
    token.kind == TokenKind::Open(Delimiter::Brace)
}

fn is_semicolon(token: Token) -> bool {
    matches!(token.kind, TokenKind::Sign(';', _))
}

/// Returns the value of a string literal, or `None` if it has escapes other than quotes and
/// backslashes.
pub(super) fn unquote(literal: &str) -> Option<std::borrow::Cow<'_, str>> {
    // `quote!` turns comments into raw strings.
    let (is_raw, quoted) = match literal.strip_prefix('r') {
        Some(raw) => (true, raw.trim_matches('#')),
        None => (false, literal),
    };
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains(char::is_control) {
        return None;
    }
    if is_raw || !inner.contains('\\') {
        return Some(inner.into());
    }
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.push(characters.next().filter(|next| "\\\"'".contains(*next))?),
            character => text.push(character),
        }
    }
    Some(text.into())
}
