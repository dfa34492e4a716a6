//! Formats tokens as Rust source, in the style of rustfmt.
//!
//! `render` turns one [`SourceFile`](crate::emit::SourceFile) into text, item by item. `print`
//! prints the shapes that nearly every generated item has, prettyplease prints all others, and
//! `layout` breaks lines by rustfmt's rules.

mod flat;
mod layout;
mod print;
mod render;
mod tokens;

pub(crate) use render::render;
