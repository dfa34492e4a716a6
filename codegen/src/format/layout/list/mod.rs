//! Breaks lists by rustfmt's limits.

use super::brackets::{Bracket, Group, Line, Piece};
mod names;

/// `max_width`.
const MAX_WIDTH: usize = 100;
/// The width of a line of short elements. The comma after the last one does not count.
const FILL_WIDTH: usize = 99;
/// The width of an import on one line.
const USE_WIDTH: usize = 98;
/// `fn_call_width`, `array_width` and `chain_width`.
const CALL_WIDTH: usize = 60;
/// `struct_lit_width`.
const LITERAL_WIDTH: usize = 18;
/// `short_array_element_width_threshold`.
const SHORT_ELEMENT_WIDTH: usize = 10;
const INDENT: usize = 4;

/// Lays out a statement, or the expression that ends a function.
pub(super) fn lay_out_statement(statement: &str, indent: usize, text: &mut String) {
    push_indent(text, indent);
    if is_plain(statement, indent) {
        text.push_str(statement);
        text.push('\n');
        return;
    }
    let (start, value) = statement.split_once(" = ").unwrap_or(("", statement));
    let (value, end) = match value.strip_suffix(';') {
        Some(value) => (value, ";"),
        None => (value, ""),
    };
    let line = Line::parse(value);
    let mut column = indent;
    if !start.is_empty() {
        let start_width = start.chars().count() + 3;
        let fits_here = indent + start_width + line.width + end.len() <= MAX_WIDTH;
        let fits_below = indent + INDENT + line.width + end.len() <= MAX_WIDTH;
        text.push_str(start);
        if !fits_here && fits_below && is_short(&line.pieces) {
            text.push_str(" =\n");
            column = indent + INDENT;
            push_indent(text, column);
        } else {
            text.push_str(" = ");
            column += start_width;
        }
    }
    push_pieces(
        &line.pieces,
        Position {
            indent,
            column,
            after: end.len(),
            in_macro: false,
        },
        text,
    );
    text.push_str(end);
    text.push('\n');
}

/// Lays out the signature of a function, up to the brace or the `where`.
pub(super) fn lay_out_signature(signature: &str, indent: usize, text: &mut String) {
    push_indent(text, indent);
    if indent + signature.chars().count() <= MAX_WIDTH {
        text.push_str(signature);
    } else {
        let (signature, end) = match signature.strip_suffix(" {") {
            Some(signature) => (signature, " {"),
            None => (signature, ""),
        };
        let mut is_first = true;
        for piece in &Line::parse(signature).pieces {
            match piece {
                Piece::Group(group) if is_first && group.bracket == Bracket::Round => {
                    is_first = false;
                    let position = Position {
                        indent,
                        column: indent,
                        after: end.len(),
                        in_macro: false,
                    };
                    push_vertical(group, position, text);
                }
                piece => push_flat_piece(piece, text),
            }
        }
        text.push_str(end);
    }
    text.push('\n');
}

/// Lays out an import, with as many names on each line as fit.
pub(super) fn lay_out_use(import: &str, text: &mut String) {
    let names = import.split_once('{').and_then(|(start, rest)| {
        let names = rest.strip_suffix("};")?;
        Some((start, names.trim()))
    });
    let Some((start, names)) = names else {
        text.push_str(import);
        text.push('\n');
        return;
    };
    text.push_str(start);
    text.push('{');
    if start.chars().count() + names.chars().count() + 3 <= USE_WIDTH {
        text.push_str(names);
    } else {
        text.push('\n');
        fill(names.split(", "), INDENT, ",", text);
    }
    text.push_str("};\n");
}

/// Returns `true` if a statement is so short that all of its lists fit on one line.
fn is_plain(statement: &str, indent: usize) -> bool {
    let fits = statement.len() <= CALL_WIDTH && indent + CALL_WIDTH <= MAX_WIDTH;
    fits && !statement.contains('{') && !statement.contains(",)")
}

/// The position of an expression.
#[derive(Debug, Clone, Copy)]
struct Position {
    /// The indent of its first line.
    indent: usize,
    /// The number of characters before it on that line.
    column: usize,
    /// The number of characters that must fit after it on its last line.
    after: usize,
    /// It is an argument of a macro, where lines are filled with short arguments.
    in_macro: bool,
}

/// Returns `true` if each list in an expression is short enough for one line.
fn is_short(pieces: &[Piece<'_>]) -> bool {
    let groups_are_short = pieces.iter().filter_map(group_of).all(|group| {
        let limit = match group.bracket {
            Bracket::Round | Bracket::Square => CALL_WIDTH,
            Bracket::Curly => LITERAL_WIDTH,
        };
        let elements = &group.elements;
        (group.inner_width() <= limit || holds_one_call(group))
            && elements.iter().all(|element| is_short(&element.pieces))
    });
    groups_are_short && (width_of(pieces) <= CALL_WIDTH || links(pieces).len() < 2)
}

/// Returns `true` if the only element of a list is a list: `(&[…])`. It is broken as one list.
fn holds_one_call(group: &Group<'_>) -> bool {
    match (group.bracket, group.elements.as_slice()) {
        (Bracket::Round | Bracket::Square, [only]) => only.pieces.iter().any(is_group),
        _ => false,
    }
}

fn is_group(piece: &Piece<'_>) -> bool {
    group_of(piece).is_some_and(|group| !group.elements.is_empty())
}

fn group_of<'p, 't>(piece: &'p Piece<'t>) -> Option<&'p Group<'t>> {
    match piece {
        Piece::Group(group) => Some(group),
        Piece::Text(_) => None,
    }
}

fn width_of(pieces: &[Piece<'_>]) -> usize {
    let width = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => text.chars().count(),
        Piece::Group(group) => group.width(),
    };
    pieces.iter().map(width).sum()
}

/// Returns the indices at which the links of a chain begin: `.tag` in `UnionShape::request(..).tag("kind")`.
fn links(pieces: &[Piece<'_>]) -> Vec<usize> {
    let is_link = |(index, piece): (usize, &Piece<'_>)| match piece {
        Piece::Text(text) if index > 0 && text.starts_with('.') => Some(index),
        Piece::Text(_) | Piece::Group(_) => None,
    };
    pieces.iter().enumerate().filter_map(is_link).collect()
}

fn fits(pieces: &[Piece<'_>], position: Position) -> bool {
    position.column + width_of(pieces) + position.after <= MAX_WIDTH && is_short(pieces)
}

/// Pushes an expression, on one line if it fits.
fn push_pieces(pieces: &[Piece<'_>], position: Position, text: &mut String) {
    if fits(pieces, position) {
        push_flat(pieces, text);
        return;
    }
    let links = links(pieces);
    let Some(last) = links.last() else {
        push_broken(pieces, position, text);
        return;
    };
    let (before, last) = pieces.split_at(*last);
    let below = position.indent + INDENT;
    let last_fits_below = fits(
        last,
        Position {
            column: below,
            ..position
        },
    );
    let before_fits =
        fits(before, position) && (links.len() == 1 || width_of(before) <= CALL_WIDTH);
    if before_fits && !last_fits_below {
        push_flat(before, text);
        push_broken(last, position, text);
    } else {
        push_chain(pieces, &links, position, text);
    }
}

/// Pushes a chain with each link on its own line.
fn push_chain(pieces: &[Piece<'_>], links: &[usize], position: Position, text: &mut String) {
    let start = text.len();
    let mut from = 0;
    let mut indent = position.indent;
    for until in links.iter().copied().chain([pieces.len()]) {
        let link = pieces.get(from..until).unwrap_or_default();
        if from == 0 {
            let position = Position {
                after: 0,
                ..position
            };
            push_pieces(link, position, text);
            let is_broken = text
                .get(start..)
                .is_some_and(|parent| parent.contains('\n'));
            indent += if is_broken { 0 } else { INDENT };
        } else {
            text.push('\n');
            push_indent(text, indent);
            let position = Position {
                indent,
                column: indent,
                ..position
            };
            if fits(link, position) {
                push_flat(link, text);
            } else {
                push_broken(link, position, text);
            }
        }
        from = until;
    }
}

/// Pushes an expression and breaks its last list.
fn push_broken(pieces: &[Piece<'_>], position: Position, text: &mut String) {
    let Some(last) = pieces.iter().rposition(is_group) else {
        names::push(pieces, position, text);
        return;
    };
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Group(group) if index == last => push_group(group, position, text),
            piece => push_flat(std::slice::from_ref(piece), text),
        }
    }
}

/// Pushes a list over several lines.
fn push_group(group: &Group<'_>, position: Position, text: &mut String) {
    let is_short = |element: &Line<'_>| element.width <= SHORT_ELEMENT_WIDTH;
    if let ([only], true) = (group.elements.as_slice(), holds_one_call(group)) {
        text.push_str(group.bracket.open());
        let line_start = text.rfind('\n').map_or(0, |end| end + 1);
        let column = text.get(line_start..).unwrap_or_default().chars().count();
        let position = Position {
            column,
            after: position.after + 1,
            ..position
        };
        push_pieces(&only.pieces, position, text);
        text.push_str(group.bracket.close());
        return;
    }
    let is_macro = text.ends_with('!') && group.bracket == Bracket::Round;
    let position = Position {
        in_macro: position.in_macro || is_macro,
        ..position
    };
    let fills = group.bracket == Bracket::Square || position.in_macro;
    if fills && group.elements.iter().all(is_short) {
        let indent = position.indent + INDENT;
        text.push_str(group.bracket.open());
        text.push('\n');
        let end = if is_macro { "" } else { "," };
        fill(group.elements.iter().map(flat), indent, end, text);
        push_indent(text, position.indent);
        text.push_str(group.bracket.close());
    } else {
        push_vertical(group, position, text);
    }
}

/// Pushes a list with one element on each line.
fn push_vertical(group: &Group<'_>, position: Position, text: &mut String) {
    let is_macro = text.ends_with('!') && group.bracket == Bracket::Round;
    text.push_str(group.bracket.open());
    text.push('\n');
    let mut elements = group.elements.iter().peekable();
    while let Some(element) = elements.next() {
        let indent = position.indent + INDENT;
        push_indent(text, indent);
        push_pieces(
            &element.pieces,
            Position {
                indent,
                column: indent,
                after: 1,
                ..position
            },
            text,
        );
        let is_base =
            matches!(element.pieces.first(), Some(Piece::Text(text)) if text.starts_with(".."));
        let needs_comma = elements.peek().is_some() || !(is_base || is_macro);
        text.push_str(if needs_comma { ",\n" } else { "\n" });
    }
    push_indent(text, position.indent);
    text.push_str(group.bracket.close());
}

/// Pushes as many elements on each line as fit, with commas between them and `end` after the last
/// one.
fn fill<T: AsRef<str>>(
    elements: impl Iterator<Item = T>,
    indent: usize,
    end: &str,
    text: &mut String,
) {
    let mut elements = elements.peekable();
    let mut column = 0;
    while let Some(element) = elements.next() {
        let element = element.as_ref();
        let is_last = elements.peek().is_none();
        let length = element.chars().count() + usize::from(!is_last);
        if column > 0 && column + 1 + length <= FILL_WIDTH {
            text.push(' ');
            column += 1 + length;
        } else {
            if column > 0 {
                text.push('\n');
            }
            push_indent(text, indent);
            column = indent + length;
        }
        text.push_str(element);
        text.push_str(if is_last { end } else { "," });
    }
    text.push('\n');
}

fn flat(line: &Line<'_>) -> String {
    let mut text = String::new();
    push_flat(&line.pieces, &mut text);
    text
}

fn push_flat(pieces: &[Piece<'_>], text: &mut String) {
    for piece in pieces {
        push_flat_piece(piece, text);
    }
}

fn push_flat_piece(piece: &Piece<'_>, text: &mut String) {
    match piece {
        Piece::Text(part) => text.push_str(part),
        Piece::Group(group) => {
            let space = match group.bracket {
                Bracket::Curly if !group.elements.is_empty() => " ",
                Bracket::Curly | Bracket::Round | Bracket::Square => "",
            };
            text.push_str(group.bracket.open());
            text.push_str(space);
            for (index, element) in group.elements.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                push_flat(&element.pieces, text);
            }
            text.push_str(space);
            text.push_str(group.bracket.close());
        }
    }
}

fn push_indent(text: &mut String, indent: usize) {
    text.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests;
