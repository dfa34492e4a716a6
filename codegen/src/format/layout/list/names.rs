//! The names of the fields of a shape.

use super::{INDENT, MAX_WIDTH, Piece, Position, push_flat, push_indent};

/// Pushes an expression without a list. The names of a shape are broken over lines that fit:
/// `required: "id name \`.
pub(super) fn push(pieces: &[Piece<'_>], position: Position, text: &mut String) {
    let mut field = String::new();
    push_flat(pieces, &mut field);
    let is_list = ["required: \"", "optional: \""];
    // A list that begins with its separator has no spaces between names.
    if field.contains("\"\\n") || !is_list.iter().any(|list| field.starts_with(list)) {
        text.push_str(&field);
        return;
    }
    let mut column = position.column;
    for word in field.split_inclusive(' ') {
        let width = word.chars().count();
        // A backslash or a comma follows.
        if column + width + 1 > MAX_WIDTH && column > position.column + "required: ".len() {
            text.push_str("\\\n");
            column = position.indent + INDENT;
            push_indent(text, column);
        }
        text.push_str(word);
        column += width;
    }
}
