//! Labels for the variants of a union.

use std::collections::BTreeSet;

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
    for (index, branch) in branches.iter().enumerate() {
        let proposals = [
            branch.tag.map(|tag| Label::Telling(tag.to_owned())),
            given(branch, branches),
            single_value(branch.target).map(Label::Telling),
            telling_property(index, branches).map(Label::Telling),
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

/// Returns the name of a branch in the catalog, unless several branches share it.
fn given(branch: &Labeled<'_>, branches: &[Labeled<'_>]) -> Option<Label> {
    let name = |branch: &Labeled<'_>| {
        let title = branch
            .schema
            .title
            .as_ref()
            .or(branch.target.title.as_ref());
        let reference = branch.schema.reference.as_ref();
        let referred = || {
            let name = reference?.text.rsplit(['/', '#']).next()?;
            name.parse::<usize>().is_err().then(|| name.to_owned())
        };
        title.cloned().or_else(referred)
    };
    let wanted = name(branch)?;
    let same = branches
        .iter()
        .filter(|other| name(other).as_ref() == Some(&wanted));
    let is_name = same.count() == 1 && split_words(&wanted).len() <= MAX_TITLE_WORDS;
    is_name.then_some(Label::Given(wanted))
}

fn single_value(schema: &Schema) -> Option<String> {
    match schema.values.as_deref() {
        Some([Json::String(value)]) => Some(value.clone()),
        _ => None,
    }
}

/// Returns a property that only this branch has, preferring required ones.
fn telling_property(index: usize, branches: &[Labeled<'_>]) -> Option<String> {
    let own = branches.get(index)?;
    let is_alone = |name: &&String| {
        let others = branches
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index);
        let mut others = others.filter(|(_, other)| is_object(other.sketch));
        let is_lonely = others.clone().next().is_none();
        !is_lonely && !others.any(|(_, other)| other.target.properties.contains_key(*name))
    };
    if !is_object(own.sketch) {
        return None;
    }
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
