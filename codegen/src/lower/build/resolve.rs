//! Resolves sketches to types.

use crate::lower::name::Names;
use crate::lower::sketch::{Sketch, SketchKind};
use crate::model::{Direction, TypeRef};

/// Returns the type of a sketch, using the names of its parts.
pub(in crate::lower) fn resolve(
    sketch: &Sketch,
    direction: Direction,
    names: &Names<'_>,
) -> TypeRef {
    let find = || names.places.get(&sketch.place).cloned();
    let resolved = match &sketch.kind {
        SketchKind::Plain(ty) => Some(ty.clone()),
        SketchKind::Id(kind) => names.identifiers.get(kind).cloned().map(TypeRef::Id),
        SketchKind::Choice(choice) => find().map(match direction {
            Direction::Request if !choice.is_open => TypeRef::Choice,
            Direction::Request | Direction::Response => TypeRef::Open,
        }),
        SketchKind::Constant(_) => None,
        SketchKind::Struct(_) => find().map(TypeRef::Struct),
        SketchKind::Union(_) => find().map(TypeRef::Union),
        SketchKind::Shared(place) => {
            let definition = names.definitions.get(place);
            definition.map(|definition| resolve(&definition.sketch, direction, names))
        }
        SketchKind::Tuple(elements) => {
            let resolved = elements
                .iter()
                .map(|element| resolve_inner(element, direction, names));
            Some(TypeRef::Tuple(resolved.collect()))
        }
        SketchKind::List(element) => Some(TypeRef::List(Box::new(resolve_inner(
            element, direction, names,
        )))),
        SketchKind::Map(value) => Some(TypeRef::Map(Box::new(resolve_inner(
            value, direction, names,
        )))),
    };
    resolved.unwrap_or(TypeRef::Json)
}

/// Returns the type of an element, which may be nullable.
pub(super) fn resolve_inner(sketch: &Sketch, direction: Direction, names: &Names<'_>) -> TypeRef {
    match resolve(sketch, direction, names) {
        TypeRef::Json => TypeRef::Json,
        inner if sketch.nullable => TypeRef::OrNull(Box::new(inner)),
        inner => inner,
    }
}
