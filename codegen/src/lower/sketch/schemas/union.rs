//! Unions of several types.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::classify::classify;
use super::form::Form;
use super::keyword_checks::CheckReader;
use super::label::{Labeled, find_tag, label_variants};
use super::{Node, Sketcher, below};
use crate::catalog::SchemaPlace;
use crate::lower::sketch::precision::{LooseReason, Precision};
use crate::lower::sketch::satisfy::is_possible;
use crate::lower::sketch::signature::{Classes, signature};
use crate::lower::sketch::tree::{Rest, Sketch, SketchKind, UnionSketch, VariantSketch};
use crate::model::{Check, Direction, JsonType, TypeRef};
use crate::schema::{Schema, UnionKeyword};
use crate::source::Json;

/// Maximum nesting of unions.
const MAX_UNION_DEPTH: usize = 8;

/// A branch and the type that it becomes.
struct Branch<'s> {
    schema: Cow<'s, Schema>,
    sketch: Sketch,
    /// The checks of each branch that became this type. Passing one set is enough.
    alternatives: Vec<Vec<Check>>,
}

impl Sketcher<'_> {
    /// Turns `sketch`, the sketch of `node`, into a union of `branches`.
    pub(super) fn fill_union(
        &mut self,
        node: Node<'_>,
        branches: &[Cow<'_, Schema>],
        sketch: &mut Sketch,
    ) {
        let is_joined = matches!(branches, [Cow::Owned(_), ..]);
        self.joined += usize::from(is_joined);
        self.fill_with(node, branches, sketch);
        self.joined -= usize::from(is_joined);
    }

    fn fill_with(&mut self, node: Node<'_>, branches: &[Cow<'_, Schema>], sketch: &mut Sketch) {
        let flat = self.flat_branches(node.schema, branches);
        if flat.is_empty() {
            *sketch = self.sketch_no_branch(node.schema, branches, sketch.place.clone());
            return;
        }
        let is_flat = flat.len() == branches.len();
        let branch_count = flat.len();
        let mut found: Vec<Branch<'_>> = Vec::new();
        let mut by_type = BTreeMap::new();
        let mut places = Vec::new();
        for schema in flat {
            let place = distinct(&mut places, below(&sketch.place, node.schema, &schema));
            let inner = Node {
                schema: &schema,
                ..node
            };
            let mut branch = self.sketch_node(inner, place);
            let is_json = branch.kind == SketchKind::Plain(TypeRef::Json);
            if is_json
                && matches!(
                    branch.precision,
                    Precision::Loosened(LooseReason::NoType, _)
                )
            {
                *sketch = self.loosened(node.schema, sketch.place.clone(), LooseReason::NoType);
                return;
            }
            sketch.nullable |= branch.nullable && !is_json;
            branch.nullable = is_json;
            add_branch(self.direction(), schema, branch, &mut found, &mut by_type);
        }
        let is_one = node.schema.union == UnionKeyword::One && !node.schema.branches.is_empty();
        for branch in &mut found {
            let is_exact = is_one && is_flat && self.is_exact(&branch.sketch);
            settle_checks(branch, is_exact);
        }
        let is_separate = is_flat && found.len() == branch_count;
        drop_integers(&mut found);
        if is_one && !is_separate {
            self.add_exclusion(node.schema, sketch);
        }
        if found.len() == 1
            && let Some(only) = found.pop()
        {
            become_branch(sketch, only.sketch);
            return;
        }
        let is_exact =
            is_one && is_flat && found.iter().all(|branch| self.is_exact(&branch.sketch));
        let union = self.name_union(node, found, is_exact);
        if is_one && is_separate && !is_exact && union.tag.is_none() {
            self.add_exclusion(node.schema, sketch);
        }
        sketch.kind = SketchKind::Union(union);
    }

    /// Returns the branches of a union with those of nested unions, each with the schemas that apply to
    /// the union under a condition.
    fn flat_branches<'s>(
        &self,
        schema: &Schema,
        branches: &[Cow<'s, Schema>],
    ) -> Vec<Cow<'s, Schema>> {
        let mut flat = Vec::new();
        let mut around = vec![schema.pointer.clone()];
        self.flatten(branches, MAX_UNION_DEPTH, &mut around, &mut flat);
        self.drop_nulls(&mut flat);
        if !schema.conditional.is_empty() {
            for branch in &mut flat {
                let conditional = schema.conditional.iter().cloned();
                branch.to_mut().conditional.extend(conditional);
            }
        }
        flat
    }

    /// Sketches a union of which no branch is left.
    fn sketch_no_branch(
        &self,
        schema: &Schema,
        branches: &[Cow<'_, Schema>],
        place: SchemaPlace,
    ) -> Sketch {
        let is_refused = |branch: &Cow<'_, Schema>| {
            let branch = Cow::Borrowed(&**branch);
            self.join_reference(branch).is_none()
        };
        let raw = self.raw(schema);
        let is_contradictory = raw.is_some_and(|raw| !is_possible(raw, &self.part.json));
        if is_contradictory || branches.iter().all(is_refused) {
            return self.loosened(schema, place, LooseReason::Contradiction);
        }
        self.loosened(&Schema::default(), place, LooseReason::OnlyItself)
    }

    /// Drops branches that refer to null if there are others: null is a property of the place, not a
    /// variant.
    fn drop_nulls(&self, branches: &mut Vec<Cow<'_, Schema>>) {
        let is_null = |branch: &Cow<'_, Schema>| self.target_of(branch).types == [JsonType::Null];
        if !branches.iter().all(is_null) {
            branches.retain(|branch| !is_null(branch));
        }
    }

    /// Adds the check that exactly one branch of a `oneOf` fits, where types do not tell it.
    fn add_exclusion(&self, schema: &Schema, sketch: &mut Sketch) {
        let Some((_, value)) = self.union_of(schema) else {
            return;
        };
        let mut reader = CheckReader::new(&self.part.json);
        let mut checks = Vec::new();
        reader.read_keyword("oneOf", value, &Json::Null, &mut checks);
        if reader.unread.is_empty() {
            sketch.checks.extend(checks);
        } else {
            sketch.precision.add_unchecked(["oneOf".to_owned()]);
        }
    }

    fn name_union(&self, node: Node<'_>, branches: Vec<Branch<'_>>, is_exact: bool) -> UnionSketch {
        let constants: Vec<Option<BTreeMap<String, String>>> = branches
            .iter()
            .map(|branch| self.constants_of(&branch.schema, &branch.sketch))
            .collect();
        let tag = find_tag(node.schema.discriminator.as_deref(), &constants);
        let tag_of = |constants: &Option<BTreeMap<String, String>>| {
            constants.as_ref()?.get(tag.as_ref()?).cloned()
        };
        let tags: Vec<Option<String>> = constants.iter().map(tag_of).collect();
        let labels = {
            let targets: Vec<Cow<'_, Schema>> = branches
                .iter()
                .map(|branch| self.target_of(&branch.schema))
                .collect();
            let labeled = branches.iter().zip(&targets).zip(&tags);
            let labeled: Vec<Labeled<'_>> = labeled
                .map(|((branch, target), tag)| Labeled {
                    schema: &branch.schema,
                    target,
                    sketch: &branch.sketch,
                    tag: tag.as_deref(),
                })
                .collect();
            label_variants(&labeled)
        };
        let variants = branches.into_iter().zip(tags).zip(labels);
        UnionSketch {
            variants: variants
                .map(|((branch, tag), label)| VariantSketch {
                    label,
                    tag,
                    sketch: branch.sketch,
                })
                .collect(),
            tag,
            is_exact,
        }
    }

    /// Returns the target of a reference, or the schema itself.
    fn target_of<'s>(&'s self, schema: &'s Schema) -> Cow<'s, Schema> {
        let mut target = schema;
        for _ in 0..MAX_UNION_DEPTH {
            let next = target
                .reference
                .as_ref()
                .and_then(|reference| reference.target.as_ref());
            match next.and_then(|pointer| self.part.targets.get(pointer)) {
                Some(next) => target = next,
                None => break,
            }
        }
        self.compose(target)
    }

    /// Returns the required properties of an object that have a single string value, or `None` if
    /// the schema is not an object.
    fn constants_of(&self, schema: &Schema, sketch: &Sketch) -> Option<BTreeMap<String, String>> {
        let is_object = matches!(
            sketch.kind,
            SketchKind::Struct(_) | SketchKind::Map(_) | SketchKind::Shared(_)
        );
        let target = self.target_of(schema);
        if !is_object || !matches!(classify(&target), Ok(Form::Struct | Form::Map)) {
            return None;
        }
        let constants = target.properties.iter().filter_map(|(name, property)| {
            match property.values.as_deref() {
                Some([Json::String(value)]) if target.required.contains(name) => {
                    Some((name.clone(), value.clone()))
                }
                _ => None,
            }
        });
        Some(constants.collect())
    }

    /// Returns `true` if the checks of a sketch express its whole schema.
    fn is_exact(&self, sketch: &Sketch) -> bool {
        self.is_exact_within(sketch, MAX_UNION_DEPTH, &mut BTreeSet::new())
    }

    /// The definitions in `known` are exact if everything else is.
    fn is_exact_within<'s>(
        &'s self,
        sketch: &'s Sketch,
        depth: usize,
        known: &mut BTreeSet<&'s SchemaPlace>,
    ) -> bool {
        let Some(left) = depth.checked_sub(1) else {
            return false;
        };
        let mut inner = |sketch: &'s Sketch| self.is_exact_within(sketch, left, known);
        sketch.precision == Precision::Exact
            && match &sketch.kind {
                SketchKind::Plain(_)
                | SketchKind::Id(_)
                | SketchKind::Choice(_)
                | SketchKind::Constant(_) => true,
                SketchKind::List(element) | SketchKind::Map(element) => inner(element),
                SketchKind::Tuple(elements) => elements.iter().all(inner),
                SketchKind::Struct(fields) => {
                    let rest = match &fields.rest {
                        Rest::Like(values) => inner(values),
                        Rest::Refused | Rest::Kept => true,
                    };
                    rest && fields.fields.iter().all(|field| inner(&field.sketch))
                }
                SketchKind::Union(union) => {
                    union.variants.iter().all(|variant| inner(&variant.sketch))
                }
                SketchKind::Shared(key) => {
                    let definition = self.definitions.get(key);
                    definition.is_some_and(|definition| {
                        !known.insert(key) || {
                            let sketch = &definition.sketch;
                            self.is_exact_within(sketch, MAX_UNION_DEPTH, known)
                        }
                    })
                }
            }
    }
}

/// Returns a place of a branch that differs from the `known` ones. Branches from elsewhere are named after
/// their types, which several may share.
fn distinct(known: &mut Vec<SchemaPlace>, place: SchemaPlace) -> SchemaPlace {
    let number = known.iter().filter(|other| **other == place).count();
    known.push(place.clone());
    match number {
        0 => place,
        number => place.join(&format!("/{number}")),
    }
}

/// Turns the sketch of a union into that of its only branch.
fn become_branch(sketch: &mut Sketch, only: Sketch) {
    sketch.kind = only.kind;
    sketch.checks.extend(only.checks);
    if only.precision != Precision::Exact {
        sketch.precision = only.precision;
    }
    sketch.place = only.place;
    sketch.description = sketch.description.take().or(only.description);
}

/// Adds a branch. If an earlier branch has the same type, either set of checks may pass. `by_type` has
/// the positions of the branches by the signatures of their types.
fn add_branch<'s>(
    direction: Direction,
    schema: Cow<'s, Schema>,
    sketch: Sketch,
    branches: &mut Vec<Branch<'s>>,
    by_type: &mut BTreeMap<String, usize>,
) {
    let mut unchecked = sketch.clone();
    unchecked.checks = Vec::new();
    let text = signature(&unchecked, direction, &Classes::default());
    let position = *by_type.entry(text).or_insert(branches.len());
    let same = branches.get_mut(position);
    let alternative = sketch.checks.clone();
    let Some(known) = same else {
        branches.push(Branch {
            schema,
            sketch,
            alternatives: vec![alternative],
        });
        return;
    };
    if !known.alternatives.contains(&alternative) {
        known.alternatives.push(alternative);
    }
    if sketch.precision != Precision::Exact {
        known.sketch.precision = sketch.precision;
    }
    if let SketchKind::Choice(choice) = &mut known.sketch.kind
        && let SketchKind::Choice(other) = sketch.kind
    {
        choice.is_open |= other.is_open;
        choice.titles.extend(other.titles);
    }
}

/// Combines the checks of branches with the same type. If exactly one branch may fit and the checks
/// of all are exact, exactly one set has to pass.
fn settle_checks(branch: &mut Branch<'_>, is_exact: bool) {
    let alternatives = std::mem::take(&mut branch.alternatives);
    let is_remark = |check: &Check| matches!(check, Check::Format(_));
    let is_plain = matches!(branch.sketch.kind, SketchKind::Plain(_));
    let has_remark = alternatives.iter().flatten().any(is_remark);
    branch.sketch.checks = match alternatives.as_slice() {
        [only] => only.clone(),
        several if several.iter().any(Vec::is_empty) => Vec::new(),
        _ if is_exact && is_plain && !has_remark => vec![Check::OneOf(alternatives)],
        _ => vec![Check::AnyOf(alternatives)],
    };
}

/// Drops integer branches next to number branches, because integers are numbers.
fn drop_integers(branches: &mut Vec<Branch<'_>>) {
    let is_number = |branch: &Branch<'_>| {
        branch.sketch.kind == SketchKind::Plain(TypeRef::Number) && branch.sketch.checks.is_empty()
    };
    if branches.iter().any(is_number) {
        branches.retain(|branch| {
            let kind = &branch.sketch.kind;
            *kind != SketchKind::Plain(TypeRef::Integer)
                && *kind != SketchKind::Plain(TypeRef::Unsigned)
        });
    }
}
