//! References: each shared schema is sketched once, and recursion refers to the same definition.

use super::classify::classify;
use super::form::Form;
use super::{Node, REFERENCES, Sketcher, described};

use crate::catalog::SchemaPlace;
use crate::lower::sketch::identify::{Owner, ValueRole};
use crate::lower::sketch::precision::{LooseReason, Precision};
use crate::lower::sketch::tree::{Definition, Sketch, SketchKind};
use crate::model::TypeRef;
use crate::schema::{Schema, is_null_alone};
use crate::source::{Json, SchemaStep, SchemaSteps};

/// Keywords that constrain nothing.
const REMARKS: &[&str] = &[
    "title",
    "description",
    "default",
    "definitions",
    "examples",
    "deprecated",
    "nullable",
    "$comment",
];

/// Maximum length of a chain of references.
const MAX_CHAINED_REFERENCES: usize = 32;

impl<'a> Sketcher<'a> {
    /// Sketches a node that is a reference or the target of one. Returns `None` if it is neither.
    pub(super) fn sketch_reference(
        &mut self,
        node: Node<'_>,
        place: &SchemaPlace,
    ) -> Option<Sketch> {
        let schema = node.schema;
        let Some(reference) = &schema.reference else {
            let is_target = self.part.targets.contains_key(&schema.pointer);
            let is_itself = self
                .stack
                .last()
                .is_some_and(|(pointer, _)| *pointer == schema.pointer);
            let is_extended = !schema.conditional.is_empty();
            if !is_target || is_itself || is_extended || is_small(schema) {
                return None;
            }
            let pointer = schema.pointer.clone();
            let target = self.part.targets.get(&pointer)?;
            return Some(self.refer(node, target, place));
        };
        let Some(target) = self.follow(reference.target.as_deref()) else {
            let reason = self.missing_target(schema)?;
            return Some(self.loosened(schema, place.clone(), reason));
        };
        if let Some(link) = self.link_of(reference.target.as_deref()) {
            let node = Node {
                schema: link,
                ..node
            };
            let mut sketch = self.sketch_node(node, place.clone());
            self.add_siblings(schema, &mut sketch);
            return Some(sketch);
        }
        let composed = self.compose(target);
        if is_small(&composed) {
            let node = Node {
                schema: &composed,
                ..node
            };
            let mut sketch = self.sketch_here(node, place.clone());
            self.add_siblings(schema, &mut sketch);
            return Some(sketch);
        }
        Some(self.refer(node, target, place))
    }

    /// Returns the reason for which the reference of a schema leads to no schema.
    pub(super) fn missing_target(&self, schema: &Schema) -> Option<LooseReason> {
        let reference = schema.reference.as_ref()?;
        let target = reference.target.as_deref();
        if self.follow(target).is_some() {
            return None;
        }
        let is_there = target.is_some_and(|target| self.part.targets.contains_key(target));
        Some(if is_there {
            LooseReason::EndlessReference(reference.text.clone())
        } else {
            LooseReason::MissingTarget(reference.text.clone())
        })
    }

    /// Returns the schema at the end of a chain of references.
    pub(super) fn follow(&self, pointer: Option<&str>) -> Option<&'a Schema> {
        let mut target = self.part.targets.get(pointer?)?;
        for _ in 0..MAX_CHAINED_REFERENCES {
            match &target.reference {
                Some(reference) if target.all.is_empty() => {
                    target = self.part.targets.get(reference.target.as_ref()?)?;
                }
                _ => return Some(target),
            }
        }
        None
    }

    /// Returns the target of a reference if it is a reference itself that says more than its own
    /// target does, so that it cannot be skipped.
    fn link_of(&self, pointer: Option<&str>) -> Option<&'a Schema> {
        let link = self.part.targets.get(pointer?)?;
        let is_link = link.reference.is_some() && link.all.is_empty();
        let members = self.raw(link).and_then(Json::as_object)?;
        let mut keywords = members.keys().map(String::as_str);
        let says_more =
            keywords.any(|keyword| !keyword.starts_with('$') && !REMARKS.contains(&keyword));
        (is_link && says_more).then_some(link)
    }

    /// Returns a reference to `target`, which is sketched first if it has not been yet.
    fn refer(&mut self, node: Node<'_>, target: &'a Schema, place: &SchemaPlace) -> Sketch {
        let inner = target
            .pointer
            .strip_prefix(self.pointer)
            .unwrap_or_default();
        let key = self.base.join(inner);
        let around = self
            .stack
            .iter()
            .find(|(pointer, _)| *pointer == target.pointer);
        match around {
            Some((_, depth)) if *depth == self.depth => {
                let composed = self.compose(target);
                let form = classify(&composed);
                if matches!(form, Ok(Form::List | Form::Tuple | Form::Map)) {
                    let reason = LooseReason::ContainsItself;
                    return self.loosened(node.schema, place.clone(), reason);
                }
                let reason = LooseReason::OnlyItself;
                return self.loosened(&Schema::default(), place.clone(), reason);
            }
            Some(_) => {}
            None if self.definitions.contains_key(&key) => {}
            None => self.define(target, &key),
        }
        let known = self
            .definitions
            .get(&key)
            .map(|definition| &definition.sketch);
        let is_json = match known {
            Some(sketch) => sketch.kind == SketchKind::Plain(TypeRef::Json),
            None => classify(&self.compose(target)).is_err(),
        };
        let mut sketch = Sketch {
            place: place.clone(),
            nullable: node.schema.nullable || target.nullable || is_json,
            description: described(node.schema),
            checks: known
                .map(|sketch| sketch.outer_checks().to_vec())
                .unwrap_or_default(),
            precision: known.map_or(Precision::Exact, |sketch| match &sketch.precision {
                loosened @ Precision::Loosened(..) => loosened.clone(),
                Precision::Exact | Precision::Unchecked(_) => Precision::Exact,
            }),
            ignored: None,
            kind: if is_json {
                SketchKind::Plain(TypeRef::Json)
            } else {
                SketchKind::Shared(key)
            },
        };
        if node.schema.reference.is_some() {
            self.add_siblings(node.schema, &mut sketch);
        }
        sketch
    }

    fn define(&mut self, target: &'a Schema, key: &SchemaPlace) {
        let name = definition_name(&key.pointer);
        self.stack.push((target.pointer.clone(), self.depth));
        // The definition must not depend on the place that refers to it first.
        let joined = std::mem::take(&mut self.joined);
        let node = Node {
            schema: target,
            property: &name,
            owner: Owner::Property(&name),
            role: ValueRole::Element,
        };
        let sketch = self.sketch_node(node, key.clone());
        self.stack.pop();
        self.joined = joined;
        let name = target.title.clone().unwrap_or(name);
        self.definitions
            .insert(key.clone(), Definition { name, sketch });
    }

    /// Adds checks for the keywords next to a reference.
    fn add_siblings(&self, schema: &Schema, sketch: &mut Sketch) {
        let mut but = REFERENCES.to_vec();
        let members = self.raw(schema).and_then(Json::as_object);
        for keyword in ["anyOf", "oneOf"] {
            let value = members.and_then(|members| members.get(keyword));
            // The type already expresses this, and checks would write out the whole definition.
            if value.is_some_and(names_one_or_null) {
                but.push(keyword);
            }
        }
        let (mut checks, mut unread) = self.read_rules(schema, &but);
        self.add_around(schema, &mut checks, &mut unread);
        sketch.precision.add_unchecked(unread);
        if !matches!(sketch.kind, SketchKind::Struct(_) | SketchKind::Union(_)) {
            sketch.checks.extend(checks);
        }
    }
}

/// Returns `true` if a union consists of null and one reference without further constraints.
fn names_one_or_null(branches: &Json) -> bool {
    let branches = branches.as_array().unwrap_or_default().iter();
    let mut others = branches.filter(|branch| !is_null_alone(branch));
    let (Some(Json::Object(only)), None) = (others.next(), others.next()) else {
        return false;
    };
    let mut keywords = only.keys().map(String::as_str);
    only.contains_key("$ref")
        && keywords.all(|keyword| keyword == "$ref" || REMARKS.contains(&keyword))
}

/// Returns `true` if a schema becomes a type without a name and without parts. Such a schema is
/// sketched at each reference, as if it were inlined.
fn is_small(schema: &Schema) -> bool {
    schema.all.is_empty() && matches!(classify(schema), Ok(Form::Scalar(_)))
}

/// Returns the name of the schema at `pointer`, which is the last name on the path to it.
fn definition_name(pointer: &str) -> String {
    let names = SchemaSteps::new(pointer).filter_map(|step| match step {
        SchemaStep::Definition(name)
        | SchemaStep::Property(name)
        | SchemaStep::Pattern(name)
        | SchemaStep::Other(name) => Some(name.into_owned()),
        SchemaStep::Branch { keyword, key: None } => Some(keyword.to_owned()),
        SchemaStep::Items
        | SchemaStep::Values
        | SchemaStep::Index(_)
        | SchemaStep::Branch { .. } => None,
    });
    let name = names.filter(|name| !name.is_empty()).last();
    name.unwrap_or_else(|| "root".to_owned())
}
