//! Expressions, broken at their lists and chains by rustfmt's limits.

use super::line::{Bracket, Group, Line, Piece, width_of};

/// The width of a line.
pub(super) const MAX_WIDTH: usize = 100;
/// `fn_call_width`, `array_width` and `chain_width`.
const CALL_WIDTH: usize = 60;
/// `struct_lit_width`.
const LITERAL_WIDTH: usize = 18;
/// `short_array_element_width_threshold`.
const SHORT_ELEMENT_WIDTH: usize = 10;
/// The indent of each level.
pub(super) const INDENT: usize = 4;

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The indent of the line that it begins on.
    pub(super) indent: usize,
    /// How many characters stand before it on that line.
    pub(super) column: usize,
    /// How many characters have to follow it on its last line.
    pub(super) after: usize,
}

/// Pushes what is assigned after `start`, on the next line if it fits there and not here.
pub(super) fn push_value(start: &str, value: &[Piece], place: Place, text: &mut String) {
    let here = Place {
        column: place.column + start.chars().count(),
        ..place
    };
    let below = Place {
        indent: place.indent + INDENT,
        column: place.indent + INDENT,
        ..place
    };
    let (head, _) = value.split_at(value.iter().rposition(is_group).unwrap_or(0));
    let fits_open = here.column + width_of(head) < MAX_WIDTH;
    if !fits(value, here) && (fits(value, below) || !fits_open) {
        text.push_str(start.trim_end());
        text.push('\n');
        push_indent(text, below.column);
        push_pieces(value, below, text);
    } else {
        text.push_str(start);
        push_pieces(value, here, text);
    }
}

/// Whether each list in an expression is short enough for one line.
fn is_short(pieces: &[Piece]) -> bool {
    let groups_are_short = pieces.iter().filter_map(group_of).all(|group| {
        let limit = match group.bracket {
            Bracket::Round | Bracket::Square => CALL_WIDTH,
            Bracket::Curly => LITERAL_WIDTH,
        };
        let elements = &group.elements;
        (group.inner_width() <= limit || clings(group))
            && elements.iter().all(|element| is_short(&element.pieces))
    });
    groups_are_short && (width_of(pieces) <= CALL_WIDTH || links(pieces).len() < 2)
}

/// Whether a list clings to its only element, whatever the width: `(&[…])`, `[Self::Only]`.
fn clings(group: &Group) -> bool {
    match (group.bracket, group.elements.as_slice()) {
        (Bracket::Square, [_]) => true,
        (Bracket::Round, [only]) => only.pieces.iter().any(|piece| group_of(piece).is_some()),
        _ => false,
    }
}

fn is_group(piece: &Piece) -> bool {
    group_of(piece).is_some_and(|group| !group.elements.is_empty())
}

pub(super) fn group_of(piece: &Piece) -> Option<&Group> {
    match piece {
        Piece::Group(group) => Some(group),
        Piece::Text(_) => None,
    }
}

/// Where the links of a chain begin: `.required` in `Field::query("id").required()`.
fn links(pieces: &[Piece]) -> Vec<usize> {
    let is_link = |(index, piece): (usize, &Piece)| match piece {
        Piece::Text(text) if index > 0 && text.starts_with('.') => Some(index),
        Piece::Text(_) | Piece::Group(_) => None,
    };
    pieces.iter().enumerate().filter_map(is_link).collect()
}

fn fits(pieces: &[Piece], place: Place) -> bool {
    place.column + width_of(pieces) + place.after <= MAX_WIDTH && is_short(pieces)
}

/// Pushes an expression on one line, or else over several.
pub(super) fn push_pieces(pieces: &[Piece], place: Place, text: &mut String) {
    if fits(pieces, place) {
        push_flat(pieces, text);
        return;
    }
    let links = links(pieces);
    let Some(last) = links.last() else {
        push_broken(pieces, place, text);
        return;
    };
    let (before, last) = pieces.split_at(*last);
    let below = place.indent + INDENT;
    let last_fits_below = fits(
        last,
        Place {
            column: below,
            ..place
        },
    );
    let before_fits = fits(before, place) && (links.len() == 1 || width_of(before) <= CALL_WIDTH);
    if before_fits && !last_fits_below {
        push_flat(before, text);
        push_broken(last, place, text);
    } else {
        push_chain(pieces, &links, place, text);
    }
}

/// Pushes a chain with each link on a line of its own.
fn push_chain(pieces: &[Piece], links: &[usize], place: Place, text: &mut String) {
    let start = text.len();
    let mut from = 0;
    let mut indent = place.indent;
    for until in links.iter().copied().chain([pieces.len()]) {
        let link = pieces.get(from..until).unwrap_or_default();
        if from == 0 {
            let place = Place { after: 0, ..place };
            push_pieces(link, place, text);
            let is_broken = text
                .get(start..)
                .is_some_and(|parent| parent.contains('\n'));
            indent += if is_broken { 0 } else { INDENT };
        } else {
            text.push('\n');
            push_indent(text, indent);
            let place = Place {
                indent,
                column: indent,
                ..place
            };
            if fits(link, place) {
                push_flat(link, text);
            } else {
                push_broken(link, place, text);
            }
        }
        from = until;
    }
}

/// Pushes an expression of which the last list is broken.
fn push_broken(pieces: &[Piece], place: Place, text: &mut String) {
    let Some(last) = pieces.iter().rposition(is_group) else {
        push_flat(pieces, text);
        return;
    };
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Group(group) if index == last => push_group(group, place, text),
            piece => push_flat(std::slice::from_ref(piece), text),
        }
    }
}

/// Pushes a list over several lines.
fn push_group(group: &Group, place: Place, text: &mut String) {
    let is_short = |element: &Line| match element.pieces.as_slice() {
        [Piece::Text(text)] => text.len() <= SHORT_ELEMENT_WIDTH && !text.contains("::"),
        _ => false,
    };
    if let ([only], true) = (group.elements.as_slice(), clings(group)) {
        text.push_str(group.bracket.open());
        let line_start = text.rfind('\n').map_or(0, |end| end + 1);
        let column = text.get(line_start..).unwrap_or_default().chars().count();
        let place = Place {
            column,
            after: place.after + 1,
            ..place
        };
        push_pieces(&only.pieces, place, text);
        text.push_str(group.bracket.close());
    } else if group.bracket == Bracket::Square && group.elements.iter().all(is_short) {
        text.push_str("[\n");
        fill(group.elements.iter().map(flat), place.indent + INDENT, text);
        push_indent(text, place.indent);
        text.push(']');
    } else {
        let is_macro = text.ends_with('!') && group.bracket == Bracket::Round;
        let trailing = if is_macro {
            Trailing::Nothing
        } else {
            Trailing::Comma
        };
        push_vertical(group, trailing, place.indent, text);
    }
}

/// What follows the last element of a list with one element on each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trailing {
    Comma,
    Nothing,
}

/// Pushes a list with one element on each line.
pub(super) fn push_vertical(group: &Group, trailing: Trailing, indent: usize, text: &mut String) {
    text.push_str(group.bracket.open());
    text.push('\n');
    let below = indent + INDENT;
    let mut elements = group.elements.iter().peekable();
    while let Some(element) = elements.next() {
        let place = Place {
            indent: below,
            column: below,
            after: 1,
        };
        push_indent(text, below);
        match (group.bracket, field_of(element)) {
            (Bracket::Curly, Some((name, value))) if !fits(&element.pieces, place) => {
                push_value(&format!("{name}: "), &value, place, text);
            }
            _ => push_pieces(&element.pieces, place, text),
        }
        let is_last = elements.peek().is_none();
        let is_base = is_last && starts_with(element, "..");
        let needs_comma = !is_last || (trailing == Trailing::Comma && !is_base);
        text.push_str(if needs_comma { ",\n" } else { "\n" });
    }
    push_indent(text, indent);
    text.push_str(group.bracket.close());
}

fn starts_with(line: &Line, start: &str) -> bool {
    matches!(line.pieces.first(), Some(Piece::Text(text)) if text.starts_with(start))
}

/// The name and the value of an element that is a field: `id: id.into()`. A string stays where it
/// is, however long.
fn field_of(element: &Line) -> Option<(String, Vec<Piece>)> {
    let (Piece::Text(first), rest) = element.pieces.split_first()? else {
        return None;
    };
    let (name, value) = first.split_once(": ")?;
    if value.starts_with('"') {
        return None;
    }
    let value = [Piece::Text(value.to_owned())].into_iter();
    Some((name.to_owned(), value.chain(rest.iter().cloned()).collect()))
}

/// Pushes elements one after the other, as many as a line takes.
pub(super) fn fill<T: AsRef<str>>(
    elements: impl Iterator<Item = T>,
    indent: usize,
    text: &mut String,
) {
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

impl Line {
    /// Writes it as one line.
    pub(super) fn push_flat(&self, text: &mut String) {
        push_flat(&self.pieces, text);
    }
}

pub(super) fn flat(line: &Line) -> String {
    let mut text = String::new();
    line.push_flat(&mut text);
    text
}

pub(super) fn push_flat(pieces: &[Piece], text: &mut String) {
    for piece in pieces {
        push_flat_piece(piece, text);
    }
}

fn push_flat_piece(piece: &Piece, text: &mut String) {
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

/// Begins a line.
pub(super) fn push_indent(text: &mut String, indent: usize) {
    text.extend(std::iter::repeat_n(' ', indent));
}
