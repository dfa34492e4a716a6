//! Structs that are sent: a constructor for what is required, a setter for what is not.

use proc_macro2::{Group, TokenStream};
use quote::quote;

use super::ctx::is_handed_over;
use super::object::{Object, Slot, emit_object};
use super::part::part;
use super::paths::Imports;
use super::setters::emit_setters;
use super::ty::emit_type;
use super::{docs, names};
use crate::ident::Ident;
use crate::model::{Check, Direction, Field, Presence, Rest, TypeRef};

/// A struct that is sent: the arguments of a tool, or an object inside them.
pub(crate) struct Arguments<'m> {
    pub(crate) name: &'m Ident,
    pub(crate) docs: &'m [String],
    /// What the documentation says if the catalog says nothing.
    pub(crate) fallback: String,
    /// A link to the method that takes them, if it is one.
    pub(crate) user: Option<String>,
    pub(crate) fields: &'m [Field],
    /// The field that takes what no field names.
    pub(crate) rest: Option<&'m Rest>,
    /// Properties that always have the same value.
    pub(crate) constants: &'m [(String, String)],
    /// What is checked of the whole.
    pub(crate) checks: &'m [Check],
}

/// The struct, its constructor, its setters and its codec.
pub(crate) fn emit_arguments(
    arguments: &Arguments<'_>,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    let name = names::token(arguments.name);
    let definition = emit_definition(arguments, imports);
    let constructor = emit_constructor(arguments, imports);
    let setters = emit_setters(arguments, imports);
    let default = arguments
        .fields
        .iter()
        .all(|field| !field.presence.is_required())
        .then(|| {
            quote! {
                impl Default for #name {
                    fn default() -> Self {
                        Self::empty()
                    }
                }
            }
        });
    let object = emit_object(
        Object {
            name: arguments.name,
            direction: Direction::Request,
            slots: arguments.fields.iter().map(slot).collect(),
            rest: arguments.rest.map(|rest| &rest.ident),
            constants: arguments.constants,
            checks: arguments.checks,
        },
        imports,
    );
    let functions = quote! {
        impl #name {
            #constructor
            #(#setters)*
        }
    };
    let mut items = vec![definition, functions];
    items.extend(default);
    items.push(object);
    items
}

fn slot(field: &Field) -> Slot<'_> {
    Slot {
        ident: &field.ident,
        wire: &field.wire,
        location: field.location,
        presence: field.presence,
        checks: &field.checks,
    }
}

fn emit_definition(arguments: &Arguments<'_>, imports: &mut Imports<'_>) -> TokenStream {
    let name = names::token(arguments.name);
    let docs = docs::emit_docs(arguments.docs, || arguments.fallback.clone());
    let user = arguments
        .user
        .as_ref()
        .map(|user| format!("The arguments of {user}."));
    let user = user.map(|user| docs::emit_lines(&["", &user]));
    let mut fields = Vec::new();
    for field in arguments.fields {
        let ident = names::token(&field.ident);
        let docs = docs::emit_docs(&field.docs, || fallback(field));
        let ty = emit_type(&field.ty, imports);
        let ty = match field.presence {
            Presence::Required => ty,
            Presence::RequiredOrNull | Presence::Optional => quote!(Option<#ty>),
            Presence::OptionalOrNull => {
                imports.add_runtime(["Nullable"]);
                quote!(Nullable<#ty>)
            }
        };
        fields.push(part(quote!(#docs pub #ident: #ty)));
    }
    if let Some(rest) = arguments.rest {
        let ident = names::token(&rest.ident);
        let ty = if rest.values == TypeRef::Json {
            imports.add_runtime(["Extra", "Json"]);
            quote!(Extra)
        } else {
            imports.add_map();
            let values = emit_type(&rest.values, imports);
            quote!(BTreeMap<String, #values>)
        };
        fields.push(part(quote! {
            /// Further arguments, by name.
            pub #ident: #ty
        }));
    }
    let is_flag =
        |field: &&Field| field.ty == TypeRef::Bool && field.presence == Presence::Required;
    let allow = allow_flags(arguments.fields.iter().filter(is_flag).count());
    quote! {
        #docs
        #user
        #[must_use]
        #[non_exhaustive]
        #allow
        pub struct #name { #(#fields),* }
    }
}

/// Allows as many flags as the catalog has; clippy minds more than three.
pub(crate) fn allow_flags(count: usize) -> TokenStream {
    if count <= 3 {
        return TokenStream::new();
    }
    quote!(#[allow(clippy::struct_excessive_bools, reason = "as many as the catalog has")])
}

/// What the documentation of a field says if the catalog says nothing.
pub(crate) fn fallback(field: &Field) -> String {
    format!("The argument {}.", docs::code(&field.wire))
}

fn emit_constructor(arguments: &Arguments<'_>, imports: &mut Imports<'_>) -> Group {
    let is_required = |field: &&Field| field.presence.is_required();
    let required: Vec<&Field> = arguments.fields.iter().filter(is_required).collect();
    if required.is_empty() {
        let docs = if arguments.fields.is_empty() && arguments.rest.is_none() {
            "The tool takes no arguments."
        } else {
            "Starts with nothing: every argument is optional."
        };
        let docs = docs::emit_lines(&[docs]);
        return part(quote! {
            #docs
            pub fn new() -> Self {
                Self::empty()
            }
        });
    }
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    for field in &required {
        let ident = names::token(&field.ident);
        let ty = emit_type(&field.ty, imports);
        if field.presence.is_nullable() {
            parameters.push(part(quote!(#ident: Option<#ty>)));
            values.push(part(quote!(#ident)));
        } else if is_handed_over(&field.ty) {
            parameters.push(part(quote!(#ident: #ty)));
            values.push(part(quote!(#ident)));
        } else {
            parameters.push(part(quote!(#ident: impl Into<#ty>)));
            values.push(part(quote!(#ident: #ident.into())));
        }
    }
    if required.len() < arguments.fields.len() || arguments.rest.is_some() {
        values.push(part(quote!(..Self::empty())));
    }
    let allow = allow_parameters(&required);
    part(quote! {
        /// Starts with what is required.
        #allow
        pub fn new(#(#parameters),*) -> Self {
            Self { #(#values),* }
        }
    })
}

/// Allows as many parameters as the tool requires; clippy minds more than seven, and more than
/// three flags.
fn allow_parameters(required: &[&Field]) -> TokenStream {
    let flags = required
        .iter()
        .filter(|field| field.ty == TypeRef::Bool && !field.presence.is_nullable());
    let mut lints = Vec::new();
    if flags.count() > 3 {
        lints.push(quote!(clippy::fn_params_excessive_bools));
    }
    if required.len() > 7 {
        lints.push(quote!(clippy::too_many_arguments));
    }
    if lints.is_empty() {
        return TokenStream::new();
    }
    quote!(#[allow(#(#lints),*, reason = "as many as the tool requires")])
}
