//! Branches that have to fit more than they say: references in a union with further keywords, and branches
//! of a `oneOf` inside of another union.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Sketcher;
use super::classify::classify;
use super::compose::{MAX_ALL_OF_DEPTH, flatten};
use super::form::{Form, fits};
use crate::lower::sketch::precision::LooseReason;
use crate::lower::sketch::satisfy::are_possible;
use crate::model::JsonType;
use crate::schema::{Inherited, Schema, excludes, merge};
use crate::source::Json;

/// Maximum number of such unions in each other in which references are inlined.
const MAX_JOINED: usize = 1;

/// Maximum number of references that are inlined in the schemas of one part of a tool. Others stay types with
/// names, and the keywords around them are checked.
pub(super) const MAX_INLINED: usize = 64;

/// Maximum depth to which the types of a union are compared.
const MAX_DEPTH: usize = 4;

impl Sketcher<'_> {
    /// Returns the branches with those of nested unions. `around` holds the pointers of the
    /// enclosing unions; a branch that refers back to one of them is dropped.
    pub(super) fn flatten<'s>(
        &self,
        branches: &[Cow<'s, Schema>],
        depth: usize,
        around: &mut Vec<String>,
        flat: &mut Vec<Cow<'s, Schema>>,
    ) {
        for branch in branches {
            let composed = match branch {
                Cow::Borrowed(schema) => self.compose(schema),
                Cow::Owned(schema) => Cow::Owned(self.compose(schema).into_owned()),
            };
            if let Some(target) = self.circle_of(&composed, around) {
                if !around.contains(&target.pointer) {
                    around.push(target.pointer.clone());
                    let inner = self.inner_branches(target, depth);
                    self.flatten(&inner, depth.saturating_sub(1), around, flat);
                }
                continue;
            }
            let target = self.named_by(&composed);
            let target = target.map(|target| target.pointer.clone());
            let Some(composed) = self.join_reference(composed) else {
                continue;
            };
            let inner = match &composed.reference {
                None => self.exclusive(&composed, self.inner_branches(&composed, depth)),
                Some(_) => Vec::new(),
            };
            if inner.is_empty() {
                if !self.is_impossible(&composed) {
                    flat.push(composed);
                }
            } else {
                // An inlined union is one of the enclosing ones as well.
                around.extend(target);
                self.flatten(&inner, depth - 1, around, flat);
            }
        }
    }

    /// Returns `true` for a branch that contradicts the schemas around it, so that no value is of it.
    fn is_impossible(&self, branch: &Schema) -> bool {
        let around = branch.around.iter().filter_map(|place| self.raw_at(place));
        let schemas: Vec<&Json> = self.raw(branch).into_iter().chain(around).collect();
        matches!(classify(branch), Err(LooseReason::Contradiction))
            && schemas.len() > 1
            && !are_possible(&schemas, &self.part.json)
    }

    /// Returns the branches of a nested union, or none if the schema is not a union.
    fn inner_branches<'s>(&self, schema: &Schema, depth: usize) -> Vec<Cow<'s, Schema>> {
        match classify(&self.compose(schema)) {
            Ok(Form::Union(inner)) if depth > 0 => inner
                .into_iter()
                .map(|schema| Cow::Owned(schema.into_owned()))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the target of a branch if that is one of the unions in `around`, or a union that has
    /// one of them as a branch.
    fn circle_of(&self, branch: &Schema, around: &[String]) -> Option<&Schema> {
        let first = self.named_by(branch)?;
        let mut seen = BTreeSet::new();
        let mut open = vec![first];
        while let Some(target) = open.pop() {
            if around.contains(&target.pointer) {
                return Some(first);
            }
            if seen.insert(target.pointer.as_str()) {
                let branches = target.branches.iter();
                open.extend(branches.filter_map(|branch| self.named_by(branch)));
            }
        }
        None
    }

    fn named_by(&self, schema: &Schema) -> Option<&Schema> {
        let reference = schema.reference.as_ref()?;
        self.follow(reference.target.as_deref())
    }

    /// Joins a branch that is a reference with the schema around it. Returns `None` if no value fits
    /// both.
    pub(super) fn join_reference<'s>(&self, branch: Cow<'s, Schema>) -> Option<Cow<'s, Schema>> {
        let reference = branch.reference.as_ref();
        let reference = reference.filter(|_| !branch.around.is_empty());
        let target = reference.and_then(|reference| self.follow(reference.target.as_deref()));
        let (Some(reference), Some(target)) = (reference, target) else {
            return Some(branch);
        };
        let composed = self.compose(target);
        let mut values = composed.values.iter().flatten();
        let lists_others =
            composed.values.is_some() && !values.any(|value| fits(value, &branch.types));
        if lists_others || excludes(&branch, &composed) {
            return None;
        }
        if adds_only_types(&branch) && self.is_of(&branch.types, target, MAX_DEPTH) {
            return Some(Cow::Owned(Schema {
                types: Vec::new(),
                around: Vec::new(),
                ..branch.into_owned()
            }));
        }
        // Without properties around it, a reference keeps its type, and the other keywords are checked.
        let adds_properties = !branch.properties.is_empty();
        let Some(left) = self.left_to_inline.get().checked_sub(1) else {
            return Some(branch);
        };
        if !adds_properties || self.joined > MAX_JOINED {
            return Some(branch);
        }
        self.left_to_inline.set(left);
        let title = reference.text.rsplit('/').next().map(str::to_owned);
        let mut inlined = branch.clone().into_owned();
        inlined.reference = None;
        let flat = flatten(self.part, target, MAX_ALL_OF_DEPTH);
        if !flat.is_some_and(|flat| merge(&mut inlined, flat)) {
            return Some(branch);
        }
        if branch.title.is_none() {
            inlined.title = title;
        }
        Some(Cow::Owned(inlined))
    }

    /// Adds to the branches of a `oneOf` inside of another union that exactly one of them fits.
    pub(super) fn exclusive<'s>(
        &self,
        around: &Schema,
        mut branches: Vec<Cow<'s, Schema>>,
    ) -> Vec<Cow<'s, Schema>> {
        let has = |kind: JsonType| around.branches.iter().any(|one| one.types == [kind]);
        // The author of these two meant a choice.
        let is_choice = has(JsonType::Integer) && has(JsonType::Number);
        let union = self.union_of(around).filter(|_| !is_choice);
        if let Some(("oneOf", value)) = union {
            for branch in &mut branches {
                branch.to_mut().inherited.push(Inherited {
                    pointer: around.pointer.clone(),
                    untyped_keywords: BTreeMap::from([("oneOf".to_owned(), value.clone())]),
                    has_prefix: false,
                });
            }
        }
        branches
    }

    /// Returns `true` if each value of a schema is of one of these types, or meant to be.
    fn is_of(&self, types: &[JsonType], schema: &Schema, depth: usize) -> bool {
        if types.is_empty() {
            return true;
        }
        let Some(left) = depth.checked_sub(1) else {
            return false;
        };
        let reference = schema.reference.as_ref();
        let target = reference.and_then(|reference| self.follow(reference.target.as_deref()));
        let composed = self.compose(target.unwrap_or(schema));
        let has = |wanted: JsonType| {
            types.contains(&wanted)
                || wanted == JsonType::Integer && types.contains(&JsonType::Number)
        };
        match classify(&composed) {
            Ok(Form::Struct | Form::Map) => has(JsonType::Object),
            Ok(Form::List | Form::Tuple) => has(JsonType::Array),
            Ok(Form::Scalar(scalar)) => has(scalar),
            Ok(Form::Union(branches)) => branches
                .iter()
                .all(|branch| self.is_of(types, branch, left)),
            Ok(Form::Choice(_)) => {
                let listed = composed.values.iter().chain(
                    composed
                        .branches
                        .iter()
                        .filter_map(|branch| branch.values.as_ref()),
                );
                listed.flatten().all(|value| fits(value, types))
            }
            Err(_) => false,
        }
    }
}

/// Returns `true` if the schema around a reference contains only types.
fn adds_only_types(branch: &Schema) -> bool {
    let bare = Schema {
        pointer: branch.pointer.clone(),
        types: branch.types.clone(),
        nullable: branch.nullable,
        null: branch.null.clone(),
        title: branch.title.clone(),
        description: branch.description.clone(),
        reference: branch.reference.clone(),
        overruled: branch.overruled.clone(),
        around: branch.around.clone(),
        conditional: branch.conditional.clone(),
        default: branch.default.clone(),
        deprecated: branch.deprecated,
        identifier: branch.identifier.clone(),
        rename: branch.rename.clone(),
        secret: branch.secret,
        union: branch.union,
        ..Schema::default()
    };
    *branch == bare
}
