//! Structs that are sent. The constructor takes the required fields, and each optional field has a
//! setter.

use proc_macro2::{Group, TokenStream};
use quote::quote;

use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::tokens::allow::{allow_bool_fields, allow_parameters};
use crate::emit::tokens::group::group;
use crate::emit::tokens::names;
use crate::emit::types::object::{Object, Slot, emit_object};
use crate::emit::types::parameter::Parameter;
use crate::emit::types::setters::emit_setters;
use crate::emit::types::ty::emit_type;
use crate::ident::Ident;
use crate::model::{Check, Direction, Field, Presence, Rest, TypeRef, constructor_arguments};

/// A struct that is sent: the arguments of a tool, or an object inside them.
pub(crate) struct Arguments<'m> {
    pub(crate) name: &'m Ident,
    pub(crate) docs: &'m [String],
    /// The documentation if the catalog has none.
    pub(crate) fallback: String,
    /// A link to the method that takes the struct; `None` for an object inside arguments.
    pub(crate) method: Option<String>,
    pub(crate) fields: &'m [Field],
    /// The field for additional properties.
    pub(crate) rest: Option<&'m Rest>,
    /// The properties that have a single allowed value, and that value as JSON.
    pub(crate) constants: &'m [(String, String)],
    /// The checks of the whole object.
    pub(crate) checks: &'m [Check],
}

/// Emits the struct, its constructor, its setters and its codec.
pub(crate) fn emit_arguments(
    arguments: &Arguments<'_>,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    let name = names::token(arguments.name);
    let definition = emit_definition(arguments, imports);
    let constructor = emit_constructor(arguments, imports);
    let setters = emit_setters(arguments.fields, arguments.rest, imports);
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
        is_secret: field.is_secret,
    }
}

fn emit_definition(arguments: &Arguments<'_>, imports: &mut Imports<'_>) -> TokenStream {
    let name = names::token(arguments.name);
    let docs = docs::emit_docs(arguments.docs, || arguments.fallback.clone());
    let method_docs = arguments
        .method
        .as_ref()
        .map(|method| docs::emit_lines(&["", &format!("The arguments of {method}.")]));
    let mut fields = Vec::new();
    for field in arguments.fields {
        let ident = names::token(&field.ident);
        let docs = docs::emit_docs(&field.docs, || docs::argument(&field.wire));
        let ty = emit_type(&field.ty, imports);
        let ty = match field.presence {
            Presence::Required => ty,
            Presence::RequiredOrNull | Presence::Optional => quote!(Option<#ty>),
            Presence::OptionalOrNull => {
                imports.add_runtime(["Nullable"]);
                quote!(Nullable<#ty>)
            }
        };
        fields.push(group(quote!(#docs pub #ident: #ty)));
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
        fields.push(group(quote! {
            /// Additional arguments, by name.
            pub #ident: #ty
        }));
    }
    let is_bool =
        |field: &&Field| field.ty == TypeRef::Bool && field.presence == Presence::Required;
    let allow = allow_bool_fields(arguments.fields.iter().filter(is_bool).count());
    quote! {
        #docs
        #method_docs
        #[must_use]
        #[non_exhaustive]
        #allow
        pub struct #name { #(#fields),* }
    }
}

fn emit_constructor(arguments: &Arguments<'_>, imports: &mut Imports<'_>) -> Group {
    let required = constructor_arguments(arguments.fields);
    if required.is_empty() {
        let is_empty = arguments.fields.is_empty() && arguments.rest.is_none();
        let docs = docs::emit_lines(&[match (&arguments.method, is_empty) {
            (Some(_), true) => "Creates the request. The tool takes no arguments.",
            (Some(_), false) => "Creates the request. All arguments are optional.",
            (None, true) => "Creates the object, which has no fields.",
            (None, false) => "Creates the object. All fields are optional.",
        }]);
        return group(quote! {
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
        if field.presence.is_nullable() {
            let ty = emit_type(&field.ty, imports);
            parameters.push(group(quote!(#ident: Option<#ty>)));
            values.push(group(quote!(#ident)));
        } else {
            let parameter = Parameter::new(&ident, &field.ty, imports);
            let ty = parameter.emit_type();
            parameters.push(group(quote!(#ident: #ty)));
            values.push(group(parameter.emit_initializer()));
        }
    }
    if required.len() < arguments.fields.len() || arguments.rest.is_some() {
        values.push(group(quote!(..Self::empty())));
    }
    let is_bool = |field: &&&Field| field.ty == TypeRef::Bool && !field.presence.is_nullable();
    let bools = required.iter().filter(is_bool).count();
    let allow = allow_parameters(required.len(), bools);
    let docs = docs::emit_lines(&[match &arguments.method {
        Some(_) => "Creates the request from its required arguments.",
        None => "Creates the object from its required fields.",
    }]);
    group(quote! {
        #docs
        #allow
        pub fn new(#(#parameters),*) -> Self {
            Self { #(#values),* }
        }
    })
}
