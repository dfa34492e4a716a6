//! Items, members and statements, each in the form that rustfmt gives it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::line::{Elements, Line};
use super::list::{INDENT, push_indent};
use super::statement::{push_attribute, push_signature, push_statement, push_use};

/// Writes the items of a file or the members of an `impl`.
pub(super) fn push_items(tokens: TokenStream, indent: usize, text: &mut String) {
    let mut tokens = tokens.into_iter().peekable();
    let mut before = None;
    while tokens.peek().is_some() {
        let attributes = take_attributes(&mut tokens);
        let item = Item::take(&mut tokens);
        let is_constant = item.kind == Kind::Constant && attributes.is_empty();
        if before.is_some_and(|before| !(before && is_constant)) {
            text.push('\n');
        }
        before = Some(is_constant);
        push_attributes(attributes, indent, text);
        item.push(indent, text);
    }
}

/// An item without its attributes.
struct Item {
    kind: Kind,
    head: Vec<TokenTree>,
    body: Option<Group>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `use …;`, `pub use …;`
    Use,
    /// `const …;`, `static …;`
    Constant,
    /// `type …;`, `mod …;`, `objects!(…);`
    Line,
    /// `struct …(…);`
    Tuple,
    /// `struct … {…}`, `enum … {…}`
    Fields,
    /// `fn …`
    Function,
    /// `impl … {…}`, `ids! {…}`
    Block,
}

impl Item {
    /// Takes the tokens up to a semicolon or a body.
    fn take(tokens: &mut impl Iterator<Item = TokenTree>) -> Self {
        let mut head: Vec<TokenTree> = Vec::new();
        let mut kind = None;
        let mut body = None;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ';' => break,
                TokenTree::Group(group)
                    if group.delimiter() == Delimiter::Brace && may_have_body(kind) =>
                {
                    body = Some(group);
                    break;
                }
                token => {
                    kind = kind.or_else(|| kind_of(&token));
                    head.push(token);
                }
            }
        }
        let kind = match (kind, &body) {
            (Some(Kind::Fields), None) => Kind::Tuple,
            (None, None) => Kind::Line,
            (None, Some(_)) => Kind::Block,
            (Some(kind), _) => kind,
        };
        Self { kind, head, body }
    }

    fn push(self, indent: usize, text: &mut String) {
        let body = self.body.map_or_else(TokenStream::new, into_stream);
        match self.kind {
            Kind::Use => push_use(&Line::new(self.head), text),
            Kind::Constant | Kind::Line => push_statement(self.head, ";", indent, text),
            Kind::Tuple => push_signature(&Line::new(self.head), ";", indent, text),
            Kind::Function => push_function(self.head, body, indent, text),
            Kind::Fields | Kind::Block => {
                let is_macro = self.head.iter().any(is_exclamation);
                push_indent(text, indent);
                Line::new(self.head).push_flat(text);
                if body.is_empty() {
                    text.push_str(" {}\n");
                    return;
                }
                text.push_str(" {\n");
                match self.kind {
                    Kind::Fields => push_fields(body, indent + INDENT, text),
                    _ if is_macro => push_names(body, indent + INDENT, text),
                    _ => push_items(body, indent + INDENT, text),
                }
                push_indent(text, indent);
                text.push_str("}\n");
            }
        }
    }
}

/// What stands between brackets, moved out so that it need not be copied.
fn into_stream(group: Group) -> TokenStream {
    let stream = group.stream();
    drop(group);
    stream
}

/// The word that tells the kind of an item, and the kind.
const KINDS: &[(&str, Kind)] = &[
    ("use", Kind::Use),
    ("const", Kind::Constant),
    ("static", Kind::Constant),
    ("type", Kind::Line),
    ("mod", Kind::Line),
    ("struct", Kind::Fields),
    ("enum", Kind::Fields),
    ("fn", Kind::Function),
    ("impl", Kind::Block),
];

fn kind_of(token: &TokenTree) -> Option<Kind> {
    let TokenTree::Ident(ident) = token else {
        return None;
    };
    let found = KINDS.iter().find(|(word, _)| ident == word);
    found.map(|(_, kind)| *kind)
}

/// Whether braces end an item of this kind, rather than being part of an expression.
fn may_have_body(kind: Option<Kind>) -> bool {
    match kind {
        None | Some(Kind::Fields | Kind::Function | Kind::Block) => true,
        Some(Kind::Use | Kind::Constant | Kind::Line | Kind::Tuple) => false,
    }
}

fn is_exclamation(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '!')
}

/// Takes the attributes in front of an item, a field or a variant.
fn take_attributes(
    tokens: &mut std::iter::Peekable<impl Iterator<Item = TokenTree>>,
) -> Vec<Group> {
    let mut attributes = Vec::new();
    let is_hash =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#');
    while tokens.next_if(is_hash).is_some() {
        if let Some(TokenTree::Group(group)) = tokens.next() {
            attributes.push(group);
        }
    }
    attributes
}

fn push_attributes(attributes: Vec<Group>, indent: usize, text: &mut String) {
    for attribute in attributes {
        push_indent(text, indent);
        let tokens: Vec<TokenTree> = into_stream(attribute).into_iter().collect();
        match tokens.as_slice() {
            [TokenTree::Ident(name), _, TokenTree::Literal(docs)] if name == "doc" => {
                text.push_str("///");
                push_unescaped(&docs.to_string(), text);
            }
            _ => {
                text.push_str("#[");
                push_attribute(&Line::new(tokens), indent, text);
                text.push(']');
            }
        }
        text.push('\n');
    }
}

/// Writes what a string literal says. A comment holds no line break, so none is made.
fn push_unescaped(literal: &str, text: &mut String) {
    if let Some(raw) = literal.strip_prefix("r\"") {
        // So `quote!` hands on its own comments.
        text.push_str(raw.strip_suffix('"').unwrap_or(raw));
        return;
    }
    let quoted = literal
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let mut letters = quoted.unwrap_or(literal).chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('u') => {
                    let code: String = letters
                        .by_ref()
                        .skip(1)
                        .take_while(|it| *it != '}')
                        .collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some('n' | 'r' | 't' | '0') => text.push(' '),
                Some(escaped) => text.push(escaped),
                None => {}
            },
            letter => text.push(letter),
        }
    }
}

/// Writes the fields of a struct or the variants of an enum.
fn push_fields(tokens: impl IntoIterator<Item = TokenTree>, indent: usize, text: &mut String) {
    for field in Elements::of(tokens) {
        let mut field = field.into_iter().peekable();
        let attributes = take_attributes(&mut field);
        push_attributes(attributes, indent, text);
        push_indent(text, indent);
        Line::new(field.collect()).push_flat(text);
        text.push_str(",\n");
    }
}

/// Writes the names of `ids! { … }`, which rustfmt leaves as they are.
fn push_names(tokens: TokenStream, indent: usize, text: &mut String) {
    let mut tokens = tokens.into_iter().peekable();
    let mut is_first = true;
    while tokens.peek().is_some() {
        if !is_first {
            text.push('\n');
        }
        is_first = false;
        let attributes = take_attributes(&mut tokens);
        push_attributes(attributes, indent, text);
        push_indent(text, indent);
        if let Some(name) = tokens.next() {
            Line::new(vec![name]).push_flat(text);
        }
        text.push('\n');
    }
}

fn push_function(mut head: Vec<TokenTree>, body: TokenStream, indent: usize, text: &mut String) {
    let is_where = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "where");
    let bounds = head.iter().position(is_where).map(|at| head.split_off(at));
    let end = match (&bounds, body.is_empty()) {
        (Some(_), _) => "",
        (None, true) => " {}",
        (None, false) => " {",
    };
    push_signature(&Line::new(head), end, indent, text);
    if let Some(bounds) = bounds {
        push_indent(text, indent);
        text.push_str("where\n");
        push_fields(bounds.into_iter().skip(1), indent + INDENT, text);
        push_indent(text, indent);
        text.push_str("{\n");
    }
    if end == " {}" {
        return;
    }
    let mut statement = Vec::new();
    for token in body {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => {
                push_statement(std::mem::take(&mut statement), ";", indent + INDENT, text);
            }
            token => statement.push(token),
        }
    }
    if !statement.is_empty() {
        push_statement(statement, "", indent + INDENT, text);
    }
    push_indent(text, indent);
    text.push_str("}\n");
}
