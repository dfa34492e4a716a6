//! Lists by rustfmt's limits.

use super::text::{Bracket, Group, Line, Piece};

/// The width of a line.
const MAX_WIDTH: usize = 100;
/// `fn_call_width`, `array_width` and `chain_width`.
const CALL_WIDTH: usize = 60;
/// `struct_lit_width`.
const LITERAL_WIDTH: usize = 18;
/// `short_array_element_width_threshold`.
const SHORT_ELEMENT_WIDTH: usize = 10;
const INDENT: usize = 4;

/// Lays out a statement or the expression that a function ends with.
pub(super) fn lay_out_statement(statement: &str, indent: usize, text: &mut String) {
    push_indent(text, indent);
    let (start, value) = match statement.split_once(" = ") {
        Some((start, value)) => (start, value),
        None => ("", statement),
    };
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
        if !fits_here && fits_below && is_short(&line) {
            text.push_str(" =\n");
            column = indent + INDENT;
            push_indent(text, column);
        } else {
            text.push_str(" = ");
            column += start_width;
        }
    }
    push_line(
        &line,
        Place {
            indent,
            column,
            after: end.len(),
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
                    push_vertical(group, indent, text);
                }
                piece => push_flat_piece(piece, text),
            }
        }
        text.push_str(end);
    }
    text.push('\n');
}

/// Lays out an import: its names fill the lines.
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
    if start.chars().count() + names.chars().count() + 3 <= MAX_WIDTH {
        text.push_str(names);
    } else {
        text.push('\n');
        fill(names.split(", "), INDENT, text);
    }
    text.push_str("};\n");
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The indent of the line that it begins on.
    indent: usize,
    /// How many characters stand before it on that line.
    column: usize,
    /// How many characters have to follow it on its last line.
    after: usize,
}

/// Whether each list on a line is short enough for one line.
fn is_short(line: &Line<'_>) -> bool {
    let groups = line.pieces.iter().filter_map(group_of);
    let groups_are_short = groups.into_iter().all(|group| {
        let limit = match group.bracket {
            Bracket::Round | Bracket::Square => CALL_WIDTH,
            Bracket::Curly => LITERAL_WIDTH,
        };
        group.inner_width() <= limit && group.elements.iter().all(is_short)
    });
    groups_are_short && (line.width <= CALL_WIDTH || links(line).len() < 2)
}

fn group_of<'p, 't>(piece: &'p Piece<'t>) -> Option<&'p Group<'t>> {
    match piece {
        Piece::Group(group) => Some(group),
        Piece::Text(_) => None,
    }
}

/// Where the links of a chain begin: `.required` in `Field::query("id").required()`.
fn links(line: &Line<'_>) -> Vec<usize> {
    let is_link = |(index, piece): (usize, &Piece<'_>)| match piece {
        Piece::Text(text) if index > 0 && text.starts_with('.') => Some(index),
        Piece::Text(_) | Piece::Group(_) => None,
    };
    line.pieces.iter().enumerate().filter_map(is_link).collect()
}

fn push_line(line: &Line<'_>, place: Place, text: &mut String) {
    if place.column + line.width + place.after <= MAX_WIDTH && is_short(line) {
        push_flat(line, text);
        return;
    }
    let links = links(line);
    let parent_end = links.first().copied().unwrap_or(line.pieces.len());
    let (parent, chain) = line.pieces.split_at(parent_end);
    let start = text.len();
    push_broken(parent, links.is_empty(), place, text);
    let is_parent_broken = text
        .get(start..)
        .is_some_and(|parent| parent.contains('\n'));
    let chain_indent = if is_parent_broken {
        place.indent
    } else {
        place.indent + INDENT
    };
    for piece in chain {
        match piece {
            Piece::Text(part) if part.starts_with('.') => {
                text.push('\n');
                push_indent(text, chain_indent);
                text.push_str(part);
            }
            piece => push_flat_piece(piece, text),
        }
    }
}

/// Pushes what precedes a chain; the last list of it is broken if it does not fit as it is.
fn push_broken(pieces: &[Piece<'_>], must_break: bool, place: Place, text: &mut String) {
    let width: usize = pieces.iter().map(width_of).sum();
    let line = Line {
        pieces: pieces.to_vec(),
        width,
    };
    if !must_break && place.column + width <= MAX_WIDTH && is_short(&line) {
        push_flat(&line, text);
        return;
    }
    let last = pieces
        .iter()
        .rposition(|piece| group_of(piece).is_some_and(|group| !group.elements.is_empty()));
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Group(group) if Some(index) == last => push_group(group, place.indent, text),
            piece => push_flat_piece(piece, text),
        }
    }
}

fn width_of(piece: &Piece<'_>) -> usize {
    match piece {
        Piece::Text(text) => text.chars().count(),
        Piece::Group(group) => group.width(),
    }
}

/// Pushes a list over several lines.
fn push_group(group: &Group<'_>, indent: usize, text: &mut String) {
    let is_short = |element: &Line<'_>| element.width <= SHORT_ELEMENT_WIDTH;
    if group.bracket == Bracket::Square && group.elements.iter().all(is_short) {
        text.push_str("[\n");
        fill(group.elements.iter().map(flat), indent + INDENT, text);
        push_indent(text, indent);
        text.push(']');
    } else {
        push_vertical(group, indent, text);
    }
}

/// Pushes a list with one element on each line.
fn push_vertical(group: &Group<'_>, indent: usize, text: &mut String) {
    let is_macro = text.ends_with('!') && group.bracket == Bracket::Round;
    text.push_str(group.bracket.open());
    text.push('\n');
    let mut elements = group.elements.iter().peekable();
    while let Some(element) = elements.next() {
        let indent = indent + INDENT;
        push_indent(text, indent);
        push_line(
            element,
            Place {
                indent,
                column: indent,
                after: 1,
            },
            text,
        );
        let is_base =
            matches!(element.pieces.first(), Some(Piece::Text(text)) if text.starts_with(".."));
        let needs_comma = elements.peek().is_some() || !(is_base || is_macro);
        text.push_str(if needs_comma { ",\n" } else { "\n" });
    }
    push_indent(text, indent);
    text.push_str(group.bracket.close());
}

/// Pushes elements one after the other, as many as a line takes.
fn fill<T: AsRef<str>>(elements: impl Iterator<Item = T>, indent: usize, text: &mut String) {
    let mut column = 0;
    for element in elements {
        let element = element.as_ref();
        let width = element.chars().count() + 1;
        if column == 0 {
            push_indent(text, indent);
            column = indent + width;
        } else if column + 1 + width > MAX_WIDTH {
            text.push('\n');
            push_indent(text, indent);
            column = indent + width;
        } else {
            text.push(' ');
            column += 1 + width;
        }
        text.push_str(element);
        text.push(',');
    }
    text.push('\n');
}

fn flat(line: &Line<'_>) -> String {
    let mut text = String::new();
    push_flat(line, &mut text);
    text
}

fn push_flat(line: &Line<'_>, text: &mut String) {
    for piece in &line.pieces {
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
                push_flat(element, text);
            }
            text.push_str(space);
            text.push_str(group.bracket.close());
        }
    }
}

fn push_indent(text: &mut String, indent: usize) {
    text.extend(std::iter::repeat_n(' ', indent));
}
