//! Types whose places had one schema before and differ now.

use serde::{Serialize, Serializer};
use toolsmith_codegen::report::{Report, TypePlace};

use crate::screen::lines::push_line;
use crate::screen::style::{HEADING, NAME, SUCCESS, WARNING, count, paint};
use crate::text::escaped::visible_name;

/// The maximum number of listed places of a type.
const MAX_LISTED_PLACES: usize = 5;

/// The maximum number of listed values or properties of a difference.
const MAX_LISTED_MEMBERS: usize = 6;

/// A type whose places differ now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Split {
    /// Its name.
    pub(crate) name: String,
    /// The places that keep the name.
    #[serde(serialize_with = "as_text")]
    pub(crate) kept: Vec<TypePlace>,
    /// The other places, by their type.
    pub(crate) parts: Vec<Part>,
}

/// Places that have another type than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    /// The name of the type.
    pub(crate) name: String,
    /// The places.
    #[serde(serialize_with = "as_text")]
    pub(crate) places: Vec<TypePlace>,
    /// The values or properties that the type before does not have.
    pub(crate) added: Vec<String>,
    /// The values or properties that only the type before has.
    pub(crate) removed: Vec<String>,
}

/// The files of a catalog that keep a type shared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CatalogFiles<'a> {
    /// The overlay.
    pub(crate) overlay: &'a str,
    /// The lock.
    pub(crate) lock: &'a str,
}

impl Split {
    /// Returns the splits of a catalog.
    pub(crate) fn collect(report: &Report) -> Vec<Self> {
        let splits = report.splits.iter().map(|split| {
            let parts = split.parts.iter().map(|part| Part {
                name: part.name.clone(),
                places: part.places.clone(),
                added: part.added.clone(),
                removed: part.removed.clone(),
            });
            Self {
                name: split.name.clone(),
                kept: split.kept.clone(),
                parts: parts.collect(),
            }
        });
        splits.collect()
    }
}

/// Serializes places as text.
fn as_text<S: Serializer>(places: &[TypePlace], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(places.iter().map(ToString::to_string))
}

/// Renders the types of a catalog that split, and how to keep them shared.
pub(crate) fn render_splits(catalog: &str, splits: &[Split], files: CatalogFiles<'_>) -> String {
    if splits.is_empty() {
        return String::new();
    }
    let heading = format!("Types of {catalog} that are no longer shared");
    let mut text = format!("\n{}\n", paint(HEADING, &heading));
    for split in splits {
        let kept = count(split.kept.len(), "place");
        let name = paint(NAME, &split.name);
        push_line(
            &mut text,
            &format!("  {name} {} {kept}", paint(SUCCESS, "keeps")),
        );
        push_places(&mut text, &split.kept);
        for part in &split.parts {
            let moved = format!(
                "  {} {} {}{}",
                paint(NAME, &part.name),
                paint(WARNING, "takes"),
                count(part.places.len(), "place"),
                describe(part)
            );
            push_line(&mut text, &moved);
            push_places(&mut text, &part.places);
        }
    }
    let advice = format!(
        "  Callers that name the type at the moved places no longer compile. To keep one type, restore\n  \
         {} and add to {}:\n",
        files.lock, files.overlay
    );
    text.push_str(&advice);
    for split in splits {
        text.push_str(&render_change(split));
    }
    text
}

fn push_places(text: &mut String, places: &[TypePlace]) {
    for place in places.iter().take(MAX_LISTED_PLACES) {
        push_line(text, &format!("    {}", visible_name(&place.to_string())));
    }
    let hidden = places.len().saturating_sub(MAX_LISTED_PLACES);
    if hidden > 0 {
        push_line(text, &format!("    and {hidden} more"));
    }
}

/// Describes the difference from the type before: `, which adds "hour"`.
fn describe(part: &Part) -> String {
    let list = |verb: &str, members: &[String]| {
        let shown = members.iter().take(MAX_LISTED_MEMBERS);
        let mut shown: Vec<String> = shown.map(|member| format!("{member:?}")).collect();
        let hidden = members.len() - shown.len();
        if hidden > 0 {
            shown.push(format!("{hidden} more"));
        }
        (!members.is_empty()).then(|| format!("{verb} {}", shown.join(", ")))
    };
    let added = list("adds", &part.added);
    let removed = list("lacks", &part.removed);
    let parts: Vec<String> = added.into_iter().chain(removed).collect();
    match parts.as_slice() {
        [] => ", which differs in a nested type".to_owned(),
        parts => format!(", which {}", parts.join(" and ")),
    }
}

/// Renders the change of an overlay that keeps a type shared.
fn render_change(split: &Split) -> String {
    let Some(first) = split.kept.first() else {
        return String::new();
    };
    let others = split.parts.iter().filter_map(|part| part.places.first());
    let others: Vec<String> = others
        .map(|place| toml_string(&place.to_string()))
        .collect();
    format!(
        "\n    [[change]]\n    tool = {}\n    at = {}\n    share = [{}]\n    reason = \"…\"\n",
        toml_string(&first.tool),
        toml_string(&first.pointer),
        others.join(", ")
    )
}

fn toml_string(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}
