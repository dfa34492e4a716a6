//! Statements, signatures, imports and attributes.

use proc_macro2::TokenTree;

use super::line::{Bracket, Group, Line, Piece};
use super::list::{
    INDENT, MAX_WIDTH, Place, Trailing, fill, flat, group_of, push_flat, push_indent, push_pieces,
    push_value, push_vertical,
};

/// `attr_fn_like_width`.
const ATTRIBUTE_WIDTH: usize = 70;

/// Writes a statement, a constant, or the expression that a function ends with.
pub(super) fn push_statement(
    mut tokens: Vec<TokenTree>,
    end: &str,
    indent: usize,
    text: &mut String,
) {
    push_indent(text, indent);
    let is_equals =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '=');
    let (start, value) = match tokens.iter().position(is_equals) {
        Some(equals) => {
            let value = tokens.split_off(equals + 1);
            tokens.pop();
            (Line::new(tokens), Line::new(value))
        }
        None => (Line::default(), Line::new(tokens)),
    };
    let place = Place {
        indent,
        column: indent,
        after: end.len(),
    };
    if start.pieces.is_empty() {
        push_pieces(&value.pieces, place, text);
    } else {
        push_value(&format!("{} = ", flat(&start)), &value.pieces, place, text);
    }
    text.push_str(end);
    text.push('\n');
}

/// Writes an attribute without its hash.
pub(super) fn push_attribute(attribute: &Line, indent: usize, text: &mut String) {
    let is_wide = |group: &Group| group.inner_width() > ATTRIBUTE_WIDTH;
    let is_broken = indent + attribute.width() + 3 > MAX_WIDTH
        || attribute.pieces.iter().filter_map(group_of).any(is_wide);
    for piece in &attribute.pieces {
        match piece {
            Piece::Group(group) if is_broken => {
                push_vertical(group, Trailing::Nothing, indent, text);
            }
            piece => push_flat(std::slice::from_ref(piece), text),
        }
    }
}

/// Writes the signature of a function or a tuple struct, and what follows it on its line.
pub(super) fn push_signature(signature: &Line, end: &str, indent: usize, text: &mut String) {
    push_indent(text, indent);
    if indent + signature.width() + end.len() <= MAX_WIDTH {
        signature.push_flat(text);
    } else {
        let mut is_first = true;
        for piece in &signature.pieces {
            match piece {
                Piece::Group(group) if is_first && group.bracket == Bracket::Round => {
                    is_first = false;
                    push_vertical(group, Trailing::Comma, indent, text);
                }
                piece => push_flat(std::slice::from_ref(piece), text),
            }
        }
    }
    text.push_str(end);
    text.push('\n');
}

/// Writes an import: its names fill the lines.
pub(super) fn push_use(import: &Line, text: &mut String) {
    for piece in &import.pieces {
        match piece {
            Piece::Group(names) => {
                text.push('{');
                if import.width() - 1 <= MAX_WIDTH {
                    text.push_str(
                        &names
                            .elements
                            .iter()
                            .map(flat)
                            .collect::<Vec<_>>()
                            .join(", "),
                    );
                } else {
                    text.push('\n');
                    fill(names.elements.iter().map(flat), INDENT, text);
                }
                text.push('}');
            }
            Piece::Text(path) => text.push_str(path),
        }
    }
    text.push_str(";\n");
}
