//! Names of identifiers: what each kind of them is called.

use std::collections::{BTreeMap, BTreeSet};

use super::lock::Lock;
use super::namespace::{Giver, Namespace};
use super::refuse::locate;
use crate::diag::{Diagnostic, Diagnostics};
use crate::ident::Ident;
use crate::lower::sketch::{Rest, Sketch, SketchKind, ToolSketch, given_name};
use crate::options::Input;

/// Names the identifiers of all tools.
///
/// # Errors
///
/// A name of the overlay that something else has.
pub(super) fn name_identifiers(
    input: &Input,
    tools: &[ToolSketch<'_>],
    lock: &Lock,
    types: &mut Namespace,
) -> Result<BTreeMap<String, Ident>, Diagnostics> {
    let mut nouns = BTreeSet::new();
    for tool in tools {
        let arguments = tool.request.fields.iter().map(|field| &field.sketch);
        let definitions = tool
            .definitions
            .values()
            .map(|definition| &definition.sketch);
        for sketch in arguments.chain(tool.answer.record()).chain(definitions) {
            find_identifiers(sketch, &mut nouns);
        }
        if let Rest::Like(values) = &tool.request.rest {
            find_identifiers(values, &mut nouns);
        }
    }
    let mut problems = Diagnostics::default();
    let mut names = BTreeMap::new();
    // What a person has named comes first: the others can make way for it.
    let (given, made): (Vec<String>, Vec<String>) = nouns
        .into_iter()
        .partition(|noun| given_name(noun).is_some());
    for noun in given.into_iter().chain(made) {
        let locked = lock
            .identifiers
            .get(&noun)
            .and_then(|name| Ident::parse(name));
        let ident = match (locked, given_name(&noun)) {
            (Some(locked), _) => locked,
            (None, Some(name)) => types.claim_locked(name).unwrap_or_else(|| {
                let what = format!("the type of an identifier cannot be called `{name}`");
                let location = locate(input, Giver::Overlay, None);
                let problem = Diagnostic::new(location, what)
                    .because("it is taken, reserved, or no Rust name")
                    .help("choose another name for `identifier`");
                problems.push(problem);
                types.claim([name])
            }),
            (None, None) => {
                types.claim([format!("{noun} id").as_str(), &format!("{noun} identifier")])
            }
        };
        names.insert(noun, ident);
    }
    problems.finish()?;
    Ok(names)
}

fn find_identifiers(sketch: &Sketch, nouns: &mut BTreeSet<String>) {
    match &sketch.kind {
        SketchKind::Id(noun) => {
            nouns.insert(noun.clone());
        }
        SketchKind::List(inner) | SketchKind::Map(inner) => find_identifiers(inner, nouns),
        SketchKind::Struct(inner) => {
            for field in &inner.fields {
                find_identifiers(&field.sketch, nouns);
            }
            if let Rest::Like(values) = &inner.rest {
                find_identifiers(values, nouns);
            }
        }
        SketchKind::Tuple(elements) => {
            for element in elements {
                find_identifiers(element, nouns);
            }
        }
        SketchKind::Union(union) => {
            for variant in &union.variants {
                find_identifiers(&variant.sketch, nouns);
            }
        }
        SketchKind::Plain(_)
        | SketchKind::Choice(_)
        | SketchKind::Constant(_)
        | SketchKind::Shared(_) => {}
    }
}
