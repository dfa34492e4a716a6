//! The checks of an argument.

use proc_macro2::TokenStream;
use quote::quote;

use super::paths::Imports;
use super::{literal, names};
use crate::model::{Bound, Check, Format};

/// The list of checks: `&[Check::Minimum(1.0), Check::Maximum(100.0)]`.
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
            let bound = names::token_of(name_of(*bound));
            let value = literal::float(*value);
            quote!(Check::#bound(#value))
        }
        Check::Count(bound, value) => {
            let bound = names::token_of(name_of(*bound));
            let value = literal::integer(*value);
            quote!(Check::#bound(#value))
        }
        Check::UniqueItems => quote!(Check::UniqueItems),
        Check::Format(format) => {
            imports.add_runtime(["Format"]);
            let format = names::token_of(name_of_format(*format));
            quote!(Check::Format(Format::#format))
        }
        Check::Items(checks) => {
            let checks = emit_checks(checks, imports);
            quote!(Check::Items(#checks))
        }
        Check::Values(checks) => {
            let checks = emit_checks(checks, imports);
            quote!(Check::Values(#checks))
        }
    }
}

fn name_of(bound: Bound) -> &'static str {
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

fn name_of_format(format: Format) -> &'static str {
    match format {
        Format::Email => "Email",
        Format::Uri => "Uri",
        Format::Ipv4 => "Ipv4",
        Format::Ipv6 => "Ipv6",
        Format::Uuid => "Uuid",
    }
}
