//! The parts of generated code that decide what a call sends: routes, headers, the arguments of
//! constructors, and the locations of arguments.
//!
//! They are read from the sources, so that a run compares with the code that programs were compiled with,
//! regardless of later edits of the snapshot, the overlay and the lock.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens as _;
use syn::parse::ParseStream;
use syn::{
    Attribute, Expr, ExprStruct, Fields, FnArg, ImplItem, Item, ItemImpl, ItemMacro, ItemStatic,
    ItemStruct, Lit, Member, Meta, Pat, Type,
};
use toolsmith_codegen::diff::LiteralType;
use toolsmith_dialect::json_pointer;

use super::literal::literal_of;

/// The facts about the wire in the sources of one catalog.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CodeFacts {
    /// The tools by the constants that hold their specifications.
    pub(super) tools: BTreeMap<String, ToolFacts>,
    /// The types of requests, and of objects inside them, by name.
    pub(super) types: BTreeMap<String, TypeFacts>,
    /// The types of identifiers by name.
    pub(super) identifiers: BTreeSet<String>,
}

/// A tool.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ToolFacts {
    pub(super) name: String,
    /// The name of the type of its arguments.
    pub(super) request: String,
    pub(super) resource: String,
    pub(super) method: String,
    /// The names of headers by the JSON pointers of the arguments that they repeat.
    pub(super) headers: BTreeMap<String, String>,
}

/// A type of arguments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TypeFacts {
    /// The parameters of the constructor.
    pub(super) constructor: Vec<Parameter>,
    /// The names on the wire, by the names of fields.
    pub(super) wires: BTreeMap<String, String>,
    /// The location of arguments that are not in the usual one, by names on the wire.
    other_locations: BTreeMap<String, String>,
    /// The usual location: `IN_QUERY`, `IN_BODY`, or `NESTED` for objects inside others.
    base: String,
    /// The documentation of fields.
    pub(super) docs: BTreeMap<String, String>,
}

/// A parameter of a constructor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) ident: String,
    /// The type without spaces: `implInto<String>`.
    pub(super) ty: String,
    /// The literals that it takes.
    pub(super) literal: LiteralType,
}

impl TypeFacts {
    /// Returns the location of an argument in words, if the type is that of the arguments of a tool.
    pub(super) fn location(&self, wire: &str) -> Option<&str> {
        let base = match self.base.as_str() {
            "IN_QUERY" => "query",
            "IN_BODY" => "body",
            _ => return None,
        };
        let other = self.other_locations.get(wire);
        Some(match other.map(String::as_str) {
            None => base,
            Some("Path") => "path",
            Some("Query") => "query",
            Some("Body") => "body",
            Some("PathAndBody") => "path and body",
            Some("QueryAndBody") => "query and body",
            Some("WholeBody") => "whole body",
            Some(other) => other,
        })
    }

    /// Returns the signature of the constructor: `new(name: String, id: ProjectId)`.
    pub(super) fn signature(&self) -> String {
        let parameters = self.constructor.iter().map(|parameter| {
            let ty = parameter.ty.as_str();
            let inner = ["implInto<", "implIntoId<"]
                .iter()
                .find_map(|start| ty.strip_prefix(start)?.strip_suffix('>'));
            format!("{}: {}", parameter.ident, inner.unwrap_or(ty))
        });
        format!("new({})", parameters.collect::<Vec<_>>().join(", "))
    }
}

impl CodeFacts {
    /// Adds what a source says. Returns `false` for a source that is not valid Rust, which says nothing.
    pub(super) fn read(&mut self, source: &str) -> bool {
        let Ok(file) = syn::parse_file(source) else {
            return false;
        };
        for item in &file.items {
            self.read_item(item);
        }
        true
    }

    fn read_item(&mut self, item: &Item) {
        match item {
            Item::Static(item) => self.read_tool(item),
            Item::Struct(item) => self.read_docs(item),
            Item::Impl(item) => self.read_impl(item),
            Item::Macro(item) => self.read_identifiers(item),
            Item::Mod(module) => {
                let items = module.content.iter().flat_map(|(_, items)| items);
                for item in items {
                    self.read_item(item);
                }
            }
            _ => {}
        }
    }

    fn read_tool(&mut self, item: &ItemStatic) {
        if last_name(&item.ty).as_deref() != Some("ToolSpec") {
            return;
        }
        let Expr::Struct(value) = &*item.expr else {
            return;
        };
        let Some(Expr::Call(new)) = value.rest.as_deref() else {
            return;
        };
        // A removed tool sends nothing.
        if find(value, "removal").is_some() {
            return;
        }
        let text = |field: &str| find(value, field).and_then(text_of).unwrap_or_default();
        let request = text("request");
        let headers = find(value, "headers").map(elements).unwrap_or_default();
        let tool = ToolFacts {
            name: new.args.first().and_then(text_of).unwrap_or_default(),
            request: request.rsplit("::").next().unwrap_or_default().to_owned(),
            resource: text("resource"),
            method: text("method"),
            headers: headers.into_iter().filter_map(header).collect(),
        };
        self.tools.insert(item.ident.to_string(), tool);
    }

    /// Reads `ids! { AccountId UserId }`.
    fn read_identifiers(&mut self, item: &ItemMacro) {
        let last = item.mac.path.segments.last();
        if last.is_some_and(|segment| segment.ident == "ids") {
            let names = item.mac.parse_body_with(|body: ParseStream<'_>| {
                let mut names = Vec::new();
                while !body.is_empty() {
                    body.call(Attribute::parse_outer)?;
                    names.push(plain(&body.parse()?));
                }
                Ok(names)
            });
            self.identifiers.extend(names.into_iter().flatten());
        }
    }

    fn read_docs(&mut self, item: &ItemStruct) {
        let Fields::Named(fields) = &item.fields else {
            return;
        };
        let facts = self.types.entry(item.ident.to_string()).or_default();
        for field in &fields.named {
            if let Some(ident) = &field.ident {
                facts.docs.insert(plain(ident), docs(&field.attrs));
            }
        }
    }

    fn read_impl(&mut self, item: &ItemImpl) {
        let Some(name) = last_name(&item.self_ty) else {
            return;
        };
        let of_object = item.trait_.as_ref().map(|(path, _)| {
            let last = path.segments.last();
            last.is_some_and(|segment| segment.ident == "Object")
        });
        match of_object {
            Some(true) => self.read_object(name, item),
            Some(false) => {}
            None => self.read_constructor(name, item),
        }
    }

    fn read_constructor(&mut self, name: String, item: &ItemImpl) {
        let new = item.items.iter().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == "new" => Some(&function.sig),
            _ => None,
        });
        let Some(new) = new else { return };
        let parameters = new.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(input) => match &*input.pat {
                Pat::Ident(pattern) => Some(Parameter {
                    ident: plain(&pattern.ident),
                    ty: without_spaces(&input.ty),
                    literal: literal_of(&input.ty),
                }),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        self.types.entry(name).or_default().constructor = parameters.collect();
    }

    fn read_object(&mut self, name: String, item: &ItemImpl) {
        let shape = item.items.iter().find_map(|item| match item {
            ImplItem::Const(constant) if constant.ident == "SHAPE" => match &constant.expr {
                Expr::Struct(shape) => Some(shape),
                _ => None,
            },
            _ => None,
        });
        let Some(shape) = shape else { return };
        let slots = item.items.iter().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == "slots" => Some(function),
            _ => None,
        });
        let slots = slots.map(slots_of).unwrap_or_default();
        let names = |field: &str| find(shape, field).map(names_in).unwrap_or_default();
        let facts = self.types.entry(name).or_default();
        // The slots are in the order of the shape.
        let wires = names("required").into_iter().chain(names("optional"));
        facts.wires = slots.into_iter().zip(wires).collect();
        let locations = find(shape, "other_locations").map(elements);
        let locations = locations.unwrap_or_default().into_iter();
        facts.other_locations = locations.filter_map(location).collect();
        let base = shape.rest.as_deref().and_then(last_of_path);
        facts.base = base.unwrap_or_default();
    }
}

/// Reads names: `"id name"`, `"\n,First name,Last name"` or, of earlier versions, `&["id", "name"]`.
fn names_in(list: &Expr) -> Vec<String> {
    let Some(text) = text_of(list) else {
        return elements(list).into_iter().filter_map(text_of).collect();
    };
    let marked = text.strip_prefix('\n').and_then(|marked| {
        let mut names = marked.chars();
        let separator = names.next()?;
        Some((names.as_str(), separator))
    });
    let (names, separator) = marked.unwrap_or((&text, ' '));
    names.split(separator).map(str::to_owned).collect()
}

/// Returns the fields that `slots_of([&mut self.a, ..])` lists.
fn slots_of(function: &syn::ImplItemFn) -> Vec<String> {
    let Some(syn::Stmt::Expr(Expr::Call(call), _)) = function.block.stmts.last() else {
        return Vec::new();
    };
    let Some(Expr::Array(array)) = call.args.first() else {
        return Vec::new();
    };
    let fields = array.elems.iter().filter_map(|element| match element {
        Expr::Reference(reference) => match &*reference.expr {
            Expr::Field(field) => match &field.member {
                Member::Named(ident) => Some(plain(ident)),
                Member::Unnamed(_) => None,
            },
            _ => None,
        },
        _ => None,
    });
    fields.collect()
}

/// Reads `HeaderArgument { path: &["a", "b"], name: "c" }` as the pointer `/a/b` and the name.
fn header(element: &Expr) -> Option<(String, String)> {
    let Expr::Struct(value) = element else {
        return None;
    };
    let path = elements(find(value, "path")?).into_iter();
    let pointer = json_pointer::of_steps(path.filter_map(text_of));
    Some((pointer, text_of(find(value, "name")?)?))
}

/// Reads `("id", ArgumentLocation::Path)`.
fn location(element: &Expr) -> Option<(String, String)> {
    let Expr::Tuple(pair) = element else {
        return None;
    };
    let (name, location) = (pair.elems.first()?, pair.elems.last()?);
    Some((text_of(name)?, last_of_path(location)?))
}

fn find<'e>(value: &'e ExprStruct, name: &str) -> Option<&'e Expr> {
    let mut fields = value.fields.iter();
    let field =
        fields.find(|field| matches!(&field.member, Member::Named(ident) if ident == name))?;
    Some(&field.expr)
}

/// Returns the elements of `&[..]`.
fn elements(list: &Expr) -> Vec<&Expr> {
    match list {
        Expr::Reference(reference) => elements(&reference.expr),
        Expr::Array(array) => array.elems.iter().collect(),
        _ => Vec::new(),
    }
}

fn text_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn last_of_path(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// Returns an identifier without `r#`.
fn plain(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.trim_start_matches("r#").to_owned()
}

fn without_spaces(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    text.split_whitespace().collect()
}

fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => text_of(&pair.value),
            _ => None,
        });
    lines.collect::<Vec<_>>().join("\n")
}
