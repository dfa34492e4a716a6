//! The literals that a parameter in generated code takes.

use std::collections::BTreeSet;

use syn::{GenericArgument, PathArguments, PathSegment, Type, TypeParamBound};
use toolsmith_codegen::diff::LiteralType;

/// Returns the literals that compile as a parameter of this type: `impl Into<String>`, `Option<Date>`. The
/// types of identifiers are types with names until [`with_identifiers`] replaces them.
pub(super) fn literal_of(ty: &Type) -> LiteralType {
    match ty {
        Type::ImplTrait(of) => {
            let bounds = of.bounds.iter();
            let mut names = bounds.filter_map(|bound| match bound {
                TypeParamBound::Trait(bound) => bound.path.segments.last(),
                _ => None,
            });
            match names.next() {
                Some(bound) if bound.ident == "IntoId" => LiteralType::Text,
                Some(bound) => inner(bound, 0),
                None => LiteralType::Named(String::new()),
            }
        }
        Type::Path(of) => of
            .path
            .segments
            .last()
            .map_or_else(|| LiteralType::Named(String::new()), literal_of_path),
        Type::Tuple(of) => LiteralType::Tuple(of.elems.iter().map(literal_of).collect()),
        _ => LiteralType::Named(String::new()),
    }
}

/// Replaces the types of identifiers by the texts that compile as identifiers.
pub(super) fn with_identifiers(
    literal: &LiteralType,
    identifiers: &BTreeSet<String>,
) -> LiteralType {
    let inside = |inner: &LiteralType| Box::new(with_identifiers(inner, identifiers));
    match literal {
        LiteralType::Named(name) if identifiers.contains(name) => LiteralType::Text,
        LiteralType::List(inner) => LiteralType::List(inside(inner)),
        LiteralType::Map(inner) => LiteralType::Map(inside(inner)),
        LiteralType::OrNull(inner) => LiteralType::OrNull(inside(inner)),
        LiteralType::Tuple(elements) => {
            let elements = elements.iter();
            let elements = elements.map(|element| with_identifiers(element, identifiers));
            LiteralType::Tuple(elements.collect())
        }
        other => other.clone(),
    }
}

fn literal_of_path(last: &PathSegment) -> LiteralType {
    let name = last.ident.to_string();
    match name.as_str() {
        "String" | "Date" | "DateTime" => LiteralType::Text,
        "i64" | "u64" => LiteralType::Integer,
        "f64" => LiteralType::Float,
        "bool" => LiteralType::Bool,
        "Json" => LiteralType::Any,
        "Option" => LiteralType::OrNull(Box::new(inner(last, 0))),
        "Vec" => LiteralType::List(Box::new(inner(last, 0))),
        "BTreeMap" => LiteralType::Map(Box::new(inner(last, 1))),
        // A value of the type inside is converted.
        "Box" | "Open" => inner(last, 0),
        _ => LiteralType::Named(name),
    }
}

/// Returns the literals of one of the types in angle brackets.
fn inner(segment: &PathSegment, index: usize) -> LiteralType {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return LiteralType::Named(segment.ident.to_string());
    };
    match arguments.args.iter().nth(index) {
        Some(GenericArgument::Type(ty)) => literal_of(ty),
        _ => LiteralType::Named(segment.ident.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_types_of_parameters() {
        use LiteralType as L;
        let identifiers = ["ProjectId", "Slug"].map(str::to_owned).into();
        let cases = [
            ("impl Into<String>", L::Text),
            ("impl IntoId<ProjectId>", L::Text),
            ("impl Into<runtime::Date>", L::Text),
            ("impl Into<Json>", L::Any),
            ("u64", L::Integer),
            ("Option<DateTime>", L::OrNull(Box::new(L::Text))),
            ("impl Into<Vec<ProjectId>>", L::List(Box::new(L::Text))),
            (
                "impl Into<BTreeMap<String, f64>>",
                L::Map(Box::new(L::Float)),
            ),
            ("impl Into<Box<User>>", L::Named("User".to_owned())),
            ("(String, bool)", L::Tuple(vec![L::Text, L::Bool])),
            ("Role", L::Named("Role".to_owned())),
            // An enum, not an identifier.
            ("ReferenceId", L::Named("ReferenceId".to_owned())),
            ("Option<Slug>", L::OrNull(Box::new(L::Text))),
        ];
        for (code, expected) in cases {
            let ty = syn::parse_str(code).unwrap();
            let found = with_identifiers(&literal_of(&ty), &identifiers);
            assert_eq!(found, expected, "{code}");
        }
    }
}
