//! Names the identifier types.

use std::collections::{BTreeMap, BTreeSet};

use super::namespace::{NameOrigin, Namespace};
use super::sources::NameSources;
use crate::diag::{Diagnostic, Diagnostics};
use crate::ident::Ident;
use crate::lower::sketch::{IdentifierKind, Rest, Sketch, SketchKind, ToolSketch};

/// Names the identifiers of all tools.
///
/// # Errors
///
/// Returns an error if a name from the overlay is already taken.
pub(super) fn name_identifiers(
    sources: &NameSources<'_>,
    tools: &[ToolSketch<'_>],
    types: &mut Namespace,
) -> Result<BTreeMap<IdentifierKind, Ident>, Diagnostics> {
    let mut kinds = BTreeSet::new();
    for tool in tools {
        let arguments = tool.request.fields.iter().map(|field| &field.sketch);
        let definitions = tool
            .definitions
            .values()
            .map(|definition| &definition.sketch);
        for sketch in arguments.chain(tool.response.record()).chain(definitions) {
            find_identifiers(sketch, &mut kinds);
        }
        if let Rest::Like(values) = &tool.request.rest {
            find_identifiers(values, &mut kinds);
        }
    }
    let mut problems = Diagnostics::default();
    let mut names = BTreeMap::new();
    // Kinds named by the overlay sort first, so that the others avoid their names.
    for kind in kinds {
        let locked = sources.lock.identifiers.get(kind.text());
        let ident = match (locked.and_then(|name| Ident::parse(name)), &kind) {
            (Some(locked), _) => locked,
            (None, IdentifierKind::Named(name)) => types.claim_locked(name).unwrap_or_else(|| {
                let what = format!("the type of an identifier cannot be called `{name}`");
                let location = sources.location(NameOrigin::Overlay, None);
                let problem = Diagnostic::new(location, what)
                    .because("the name is taken, reserved, or not a valid Rust identifier")
                    .help("choose another name for `identifier`");
                problems.push(problem);
                types.claim([name.as_str()])
            }),
            (None, IdentifierKind::Of(noun)) => {
                types.claim([format!("{noun} id").as_str(), &format!("{noun} identifier")])
            }
        };
        names.insert(kind, ident);
    }
    problems.finish()?;
    Ok(names)
}

fn find_identifiers(sketch: &Sketch, kinds: &mut BTreeSet<IdentifierKind>) {
    match &sketch.kind {
        SketchKind::Id(kind) => {
            kinds.insert(kind.clone());
        }
        SketchKind::List(inner) | SketchKind::Map(inner) => find_identifiers(inner, kinds),
        SketchKind::Struct(inner) => {
            for field in &inner.fields {
                find_identifiers(&field.sketch, kinds);
            }
            if let Rest::Like(values) = &inner.rest {
                find_identifiers(values, kinds);
            }
        }
        SketchKind::Tuple(elements) => {
            for element in elements {
                find_identifiers(element, kinds);
            }
        }
        SketchKind::Union(union) => {
            for variant in &union.variants {
                find_identifiers(&variant.sketch, kinds);
            }
        }
        SketchKind::Plain(_)
        | SketchKind::Choice(_)
        | SketchKind::Constant(_)
        | SketchKind::Shared(_) => {}
    }
}
