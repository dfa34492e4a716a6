//! Lookup of sketches by their places.

use super::tool::{ResponseSketch, ToolSketch};
use super::tree::{Rest, Sketch, SketchKind};
use crate::catalog::SchemaPlace;

impl ToolSketch<'_> {
    /// Returns the sketch at a place. For a reference it is that of the definition.
    pub(in crate::lower) fn sketch_at(&mut self, place: &SchemaPlace) -> Option<&mut Sketch> {
        let found = self.position(place)?;
        let target = match &found.kind {
            SketchKind::Shared(target) => target.clone(),
            _ => place.clone(),
        };
        let definitions = self.definitions.values_mut();
        let fields = self.request.fields.iter_mut();
        let rest = match &mut self.request.rest {
            Rest::Like(values) => Some(&mut **values),
            Rest::Refused | Rest::Kept => None,
        };
        let record = match &mut self.response {
            ResponseSketch::Listing(record) | ResponseSketch::Record(record) => Some(record),
            ResponseSketch::Deleted => None,
        };
        definitions
            .map(|definition| &mut definition.sketch)
            .chain(fields.map(|field| &mut field.sketch))
            .chain(rest)
            .chain(record)
            .find_map(|sketch| find_mut(sketch, &target))
    }

    fn position(&self, place: &SchemaPlace) -> Option<&Sketch> {
        let rest = match &self.request.rest {
            Rest::Like(values) => Some(&**values),
            Rest::Refused | Rest::Kept => None,
        };
        let definitions = self.definitions.values();
        definitions
            .map(|definition| &definition.sketch)
            .chain(self.request.fields.iter().map(|field| &field.sketch))
            .chain(rest)
            .chain(self.response.record())
            .find_map(|sketch| find(sketch, place))
    }
}

fn find<'s>(sketch: &'s Sketch, place: &SchemaPlace) -> Option<&'s Sketch> {
    if is_target(sketch, place) {
        return Some(sketch);
    }
    match &sketch.kind {
        SketchKind::List(inner) | SketchKind::Map(inner) => find(inner, place),
        SketchKind::Tuple(elements) => elements.iter().find_map(|inner| find(inner, place)),
        SketchKind::Struct(inner) => {
            let rest = match &inner.rest {
                Rest::Like(values) => Some(&**values),
                Rest::Refused | Rest::Kept => None,
            };
            let fields = inner.fields.iter().map(|field| &field.sketch);
            fields.chain(rest).find_map(|inner| find(inner, place))
        }
        SketchKind::Union(union) => {
            let mut variants = union.variants.iter();
            variants.find_map(|variant| find(&variant.sketch, place))
        }
        _ => None,
    }
}

fn find_mut<'s>(sketch: &'s mut Sketch, place: &SchemaPlace) -> Option<&'s mut Sketch> {
    if is_target(sketch, place) {
        return Some(sketch);
    }
    match &mut sketch.kind {
        SketchKind::List(inner) | SketchKind::Map(inner) => find_mut(inner, place),
        SketchKind::Tuple(elements) => elements.iter_mut().find_map(|inner| find_mut(inner, place)),
        SketchKind::Struct(inner) => {
            let rest = match &mut inner.rest {
                Rest::Like(values) => Some(&mut **values),
                Rest::Refused | Rest::Kept => None,
            };
            let fields = inner.fields.iter_mut().map(|field| &mut field.sketch);
            fields.chain(rest).find_map(|inner| find_mut(inner, place))
        }
        SketchKind::Union(union) => {
            let mut variants = union.variants.iter_mut();
            variants.find_map(|variant| find_mut(&mut variant.sketch, place))
        }
        _ => None,
    }
}

/// Lists have the place of their schema, and so may their elements. The type with parts is meant.
fn is_target(sketch: &Sketch, place: &SchemaPlace) -> bool {
    let is_wrapper = matches!(sketch.kind, SketchKind::List(_) | SketchKind::Map(_));
    sketch.place == *place && !is_wrapper
}
