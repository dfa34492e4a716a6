//! Labels for the variants of a union.

use std::collections::{BTreeMap, BTreeSet};

use crate::lower::sketch::identify::IdentifierKind;
use crate::lower::sketch::tree::{Label, Sketch, SketchKind};
use crate::lower::words::split_words;
use crate::model::TypeRef;
use crate::schema::Schema;
use crate::source::Json;

/// A branch of a union, with everything that can name it.
pub(super) struct Labeled<'a> {
    pub(super) schema: &'a Schema,
    /// The target of the branch's reference, or the branch itself.
    pub(super) target: &'a Schema,
    pub(super) sketch: &'a Sketch,
    pub(super) tag: Option<&'a str>,
}

/// Returns a unique label for each branch: from its tag, its name in the catalog, a value or
/// property that only it has, or its kind.
pub(super) fn label_variants(branches: &[Labeled<'_>]) -> Vec<Label> {
    let mut taken = BTreeSet::new();
    let mut labels = Vec::new();
    let counts = Counts::of(branches);
    for branch in branches {
        let proposals = [
            branch.tag.map(|tag| Label::Telling(tag.to_owned())),
            given(branch, &counts),
            single_value(branch.target).map(Label::Telling),
            telling_property(branch, &counts).map(Label::Telling),
        ];
        let kind = Label::Kind(kind_words(branch.sketch));
        let is_usable = |label: &Label| !split_words(label.words()).is_empty();
        let proposals = proposals.into_iter().flatten().filter(is_usable);
        let mut label = None;
        for proposal in proposals.chain([kind.clone()]) {
            if taken.insert(split_words(proposal.words())) {
                label = Some(proposal);
                break;
            }
        }
        labels.push(label.unwrap_or_else(|| further(&kind, &mut taken)));
    }
    labels
}

/// Returns a label for another branch of a kind that is already taken.
fn further(kind: &Label, taken: &mut BTreeSet<Vec<String>>) -> Label {
    let mut words = kind.words().to_owned();
    while !taken.insert(split_words(&words)) {
        words = format!("other {words}");
    }
    Label::Kind(words)
}

/// Maximum number of words in a title that is used as a name. Longer titles are sentences.
const MAX_TITLE_WORDS: usize = 6;

/// The numbers of branches that have something in common.
#[derive(Default)]
struct Counts<'a> {
    /// The branches with each name in the catalog.
    names: BTreeMap<&'a str, usize>,
    /// The objects with each property.
    properties: BTreeMap<&'a str, usize>,
    /// The objects.
    objects: usize,
}

impl<'a> Counts<'a> {
    fn of(branches: &'a [Labeled<'_>]) -> Self {
        let mut counts = Self::default();
        for branch in branches {
            if let Some(name) = name_of(branch) {
                *counts.names.entry(name).or_default() += 1;
            }
            if is_object(branch.sketch) {
                counts.objects += 1;
                for property in branch.target.properties.keys() {
                    *counts.properties.entry(property).or_default() += 1;
                }
            }
        }
        counts
    }
}

/// Returns the name of a branch in the catalog.
fn name_of<'a>(branch: &Labeled<'a>) -> Option<&'a str> {
    let title = branch.schema.title.as_deref();
    let title = title.or(branch.target.title.as_deref());
    let reference = branch.schema.reference.as_ref();
    title.or_else(|| {
        let name = reference?.text.rsplit(['/', '#']).next()?;
        name.parse::<usize>().is_err().then_some(name)
    })
}

/// Returns the name of a branch in the catalog, unless several branches share it.
fn given(branch: &Labeled<'_>, counts: &Counts<'_>) -> Option<Label> {
    let name = name_of(branch)?;
    let is_name = counts.names.get(name) == Some(&1) && split_words(name).len() <= MAX_TITLE_WORDS;
    is_name.then(|| Label::Given(name.to_owned()))
}

fn single_value(schema: &Schema) -> Option<String> {
    match schema.values.as_deref() {
        Some([Json::String(value)]) => Some(value.clone()),
        _ => None,
    }
}

/// Returns a property that only this branch has, preferring required ones.
fn telling_property(own: &Labeled<'_>, counts: &Counts<'_>) -> Option<String> {
    if !is_object(own.sketch) || counts.objects < 2 {
        return None;
    }
    let is_alone = |name: &&String| {
        let own = usize::from(own.target.properties.contains_key(*name));
        let all = counts.properties.get(name.as_str());
        all.copied().unwrap_or_default() == own
    };
    let required = own.target.required.iter().find(is_alone);
    // The first by name: a variant must not be named after the order of the properties.
    required
        .or_else(|| own.target.properties.keys().filter(is_alone).min())
        .cloned()
}

fn is_object(sketch: &Sketch) -> bool {
    matches!(
        sketch.kind,
        SketchKind::Struct(_) | SketchKind::Map(_) | SketchKind::Shared(_)
    )
}

/// Returns the words for the kind of a sketch.
fn kind_words(sketch: &Sketch) -> String {
    let words = match &sketch.kind {
        SketchKind::Plain(ty) => match ty {
            TypeRef::String => "text",
            TypeRef::Bool => "flag",
            TypeRef::Null => "null",
            TypeRef::Integer | TypeRef::Unsigned => "integer",
            TypeRef::Number => "number",
            TypeRef::DateTime => "date time",
            TypeRef::Date => "date",
            _ => "other",
        },
        SketchKind::Id(IdentifierKind::Named(name)) => name,
        SketchKind::Id(IdentifierKind::Of(noun)) => return format!("{noun} id"),
        SketchKind::Choice(_) | SketchKind::Constant(_) => "choice",
        SketchKind::Struct(_) | SketchKind::Shared(_) => "object",
        SketchKind::Map(_) => "map",
        SketchKind::Tuple(_) => "tuple",
        SketchKind::Union(_) => "union",
        SketchKind::List(element) => {
            return match &element.kind {
                SketchKind::Plain(TypeRef::Json) => "list".to_owned(),
                SketchKind::List(_) => {
                    format!("{} lists", kind_words(element).trim_end_matches(" list"))
                }
                _ => format!("{} list", kind_words(element)),
            };
        }
    };
    words.to_owned()
}

/// Returns the property that has a different value in each object branch.
pub(super) fn find_tag(
    discriminator: Option<&str>,
    constants: &[Option<BTreeMap<String, String>>],
) -> Option<String> {
    let objects: Vec<&BTreeMap<String, String>> = constants.iter().flatten().collect();
    let (first, others) = objects.split_first()?;
    if others.is_empty() {
        return None;
    }
    let tells = |name: &&String| {
        let values = objects.iter().filter_map(|constants| constants.get(*name));
        let mut values: Vec<&String> = values.collect();
        values.sort_unstable();
        values.dedup();
        values.len() == objects.len()
    };
    let mut candidates = first.keys().filter(tells);
    let named = discriminator.and_then(|name| first.keys().find(|key| *key == name).filter(tells));
    named.or_else(|| candidates.next()).cloned()
}
