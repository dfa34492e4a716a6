//! Checks that the runtime runs on arguments.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::imports::Imports;
use crate::emit::tokens::{literal, names};
use crate::model::{Bound, Check, Format, JsonType};

/// Emits a list of checks: `&[Check::Minimum(1.0), Check::Maximum(100.0)]`.
pub(crate) fn emit_checks(checks: &[Check], imports: &mut Imports<'_>) -> TokenStream {
    let checks: Vec<TokenStream> = checks
        .iter()
        .map(|check| emit_check(check, imports))
        .collect();
    quote!(&[#(#checks),*])
}

fn emit_check(check: &Check, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["Check"]);
    match check {
        Check::Number(bound, value) => {
            let bound = names::token_of(bound_name(*bound));
            let value = literal::float(*value);
            quote!(Check::#bound(#value))
        }
        Check::Integer(bound, value) => {
            let name = match bound {
                Bound::Maximum => "IntegerMaximum",
                _ => "IntegerMinimum",
            };
            let name = names::token_of(name);
            let value = literal::integer(*value);
            quote!(Check::#name(#value))
        }
        Check::Count(bound, value) => {
            let bound = names::token_of(bound_name(*bound));
            let value = literal::integer(*value);
            quote!(Check::#bound(#value))
        }
        Check::UniqueItems => quote!(Check::UniqueItems),
        Check::Never => quote!(Check::Never),
        Check::Format(format) => {
            imports.add_runtime(["Format"]);
            let format = names::token_of(format_name(*format));
            quote!(Check::Format(Format::#format))
        }
        Check::Pattern(pattern) => {
            let pattern = literal::raw_text(pattern);
            quote!(Check::Pattern(#pattern))
        }
        Check::Type(types) => {
            let types = emit_types(types, imports);
            quote!(Check::Type(#types))
        }
        Check::Enum(values) => {
            let values = values.iter().map(|value| literal::raw_text(value));
            quote!(Check::Enum(&[#(#values),*]))
        }
        Check::Required(names) => {
            let names = emit_strings(names);
            quote!(Check::Required(#names))
        }
        nested => emit_nested(nested, imports),
    }
}

/// Emits a check that contains other checks.
fn emit_nested(check: &Check, imports: &mut Imports<'_>) -> TokenStream {
    let mut emit = |checks: &[Check]| emit_checks(checks, imports);
    match check {
        Check::Items(checks) => one("Items", &emit(checks)),
        Check::Values(checks) => one("Values", &emit(checks)),
        Check::PropertyNames(checks) => one("PropertyNames", &emit(checks)),
        Check::Not(checks) => one("Not", &emit(checks)),
        Check::PrefixItems(all) => several("PrefixItems", all, imports),
        Check::AnyOf(all) => several("AnyOf", all, imports),
        Check::OneOf(all) => several("OneOf", all, imports),
        Check::Property(name, checks) => named("Property", name, &emit(checks)),
        Check::PatternProperty(name, checks) => named("PatternProperty", name, &emit(checks)),
        Check::Dependent(name, checks) => named("Dependent", name, &emit(checks)),
        Check::AdditionalProperties(names, patterns, checks) => {
            let (names, patterns) = (emit_strings(names), emit_strings(patterns));
            let checks = emit(checks);
            quote!(Check::AdditionalProperties(#names, #patterns, #checks))
        }
        Check::ItemsAfter(first, checks) => {
            let first = literal::index(*first);
            let checks = emit(checks);
            quote!(Check::ItemsAfter(#first, #checks))
        }
        Check::Contains(checks, least, most) => {
            let checks = emit(checks);
            let least = literal::integer(*least);
            let most = match most {
                &u64::MAX => quote!(u64::MAX),
                most => literal::integer(*most),
            };
            quote!(Check::Contains(#checks, #least, #most))
        }
        Check::If(condition, then, otherwise) => {
            let (condition, then) = (emit(condition), emit(then));
            let otherwise = emit(otherwise);
            quote!(Check::If(#condition, #then, #otherwise))
        }
        Check::Number(..)
        | Check::Integer(..)
        | Check::Count(..)
        | Check::UniqueItems
        | Check::Never
        | Check::Format(_)
        | Check::Pattern(_)
        | Check::Type(_)
        | Check::Enum(_)
        | Check::Required(_) => emit_check(check, imports),
    }
}

fn one(name: &str, checks: &TokenStream) -> TokenStream {
    let name = names::token_of(name);
    quote!(Check::#name(#checks))
}

fn named(name: &str, property: &str, checks: &TokenStream) -> TokenStream {
    let name = names::token_of(name);
    let property = literal::raw_text(property);
    quote!(Check::#name(#property, #checks))
}

fn several(name: &str, all: &[Vec<Check>], imports: &mut Imports<'_>) -> TokenStream {
    let name = names::token_of(name);
    let all: Vec<TokenStream> = all
        .iter()
        .map(|checks| emit_checks(checks, imports))
        .collect();
    quote!(Check::#name(&[#(#all),*]))
}

fn emit_strings(strings: &[String]) -> TokenStream {
    let strings = strings.iter().map(|string| literal::raw_text(string));
    quote!(&[#(#strings),*])
}

/// Emits a list of JSON types: `&[JsonType::String, JsonType::Array]`.
pub(crate) fn emit_types(types: &[JsonType], imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["JsonType"]);
    let types = types.iter().map(|json_type| {
        let name = names::token_of(match json_type {
            JsonType::Null => "Null",
            JsonType::Boolean => "Boolean",
            JsonType::Number => "Number",
            JsonType::Integer => "Integer",
            JsonType::String => "String",
            JsonType::Array => "Array",
            JsonType::Object => "Object",
        });
        quote!(JsonType::#name)
    });
    quote!(&[#(#types),*])
}

fn bound_name(bound: Bound) -> &'static str {
    match bound {
        Bound::Minimum => "Minimum",
        Bound::Maximum => "Maximum",
        Bound::ExclusiveMinimum => "ExclusiveMinimum",
        Bound::ExclusiveMaximum => "ExclusiveMaximum",
        Bound::MultipleOf => "MultipleOf",
        Bound::MinLength => "MinLength",
        Bound::MaxLength => "MaxLength",
        Bound::MinItems => "MinItems",
        Bound::MaxItems => "MaxItems",
        Bound::MinProperties => "MinProperties",
        Bound::MaxProperties => "MaxProperties",
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Email => "Email",
        Format::Uri => "Uri",
        Format::Ipv4 => "Ipv4",
        Format::Ipv6 => "Ipv6",
        Format::Uuid => "Uuid",
        Format::Hostname => "Hostname",
        Format::Time => "Time",
        Format::Duration => "Duration",
    }
}
