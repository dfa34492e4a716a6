//! Silent changes of what programs send. A run that applies one needs consent.

mod compare;
mod facts;
mod literal;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, bail};
use toolsmith_codegen::write::Plan;

pub(crate) use self::text::{accept_option, render_refusal, render_silent};

use self::compare::compare_facts;
use self::facts::CodeFacts;
use crate::context::Context;
use crate::diff::{ACCEPTED, Accepted, CatalogDiff, ChangeResult, render_change, today};
use crate::text::nearest::{listed, nearest};

/// The silent changes that a run may apply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Consent {
    /// Those that the file of accepted changes lists.
    #[default]
    Listed,
    /// Those of these tools or kinds, too.
    Named(Vec<String>),
    /// All.
    All,
}

/// Finds the silent changes of a run: those between the generated code on disk and the new code, and
/// those of the fetched catalogs, as the comparison of catalogs reports them.
pub(super) fn find_silent(plan: &Plan, folder: &str, drifted: &[CatalogDiff]) -> Vec<CatalogDiff> {
    let mut found: BTreeMap<String, Vec<ChangeResult>> = BTreeMap::new();
    for catalog in drifted {
        let silent = catalog.changes.iter().filter(|change| change.silent);
        let changes = found.entry(catalog.name.clone()).or_default();
        changes.extend(silent.cloned());
    }
    for (name, changes) in compare_code(plan, |path| catalog_of(path, folder)) {
        let known = found.entry(name).or_default();
        for change in changes {
            if !known.iter().any(|known| is_same(known, &change)) {
                known.push(change);
            }
        }
    }
    let found = found.into_iter().filter(|(_, changes)| !changes.is_empty());
    found
        .map(|(name, changes)| CatalogDiff { name, changes })
        .collect()
}

/// Returns the names of the tools that a source of generated code lists, or `None` if it is not valid Rust.
pub(super) fn tools_of(source: &str) -> Option<BTreeSet<String>> {
    let mut facts = CodeFacts::default();
    if !facts.read(source) {
        return None;
    }
    let tools = facts.tools.into_values();
    Some(tools.map(|tool| tool.name).collect())
}

/// Finds the silent changes of a crate with a single catalog.
pub(crate) fn find_silent_of_crate(plan: &Plan, catalog: &str) -> Vec<ChangeResult> {
    let is_code = |path: &str| Path::new(path).extension().is_some_and(|kind| kind == "rs");
    let found = compare_code(plan, |path| is_code(path).then_some(catalog));
    found.into_iter().flat_map(|(_, changes)| changes).collect()
}

/// Returns `true` if both describe one change.
fn is_same(one: &ChangeResult, other: &ChangeResult) -> bool {
    let item = |change: &ChangeResult| change.rust.as_ref().map(|rust| rust.item.clone());
    // The code does not say to which tools an object inside the arguments belongs.
    let is_same_place = match other.tool.as_str() {
        "" => item(one) == item(other),
        _ => one.tool == other.tool && one.pointer == other.pointer,
    };
    one.id == other.id && is_same_place
}

/// Compares the code of each catalog on disk with the new code. `catalog_of` returns the catalog of a file.
fn compare_code<'p>(
    plan: &'p Plan,
    catalog_of: impl Fn(&'p str) -> Option<&'p str>,
) -> Vec<(String, Vec<ChangeResult>)> {
    let files = plan.files.iter();
    let files: Vec<_> = files
        .filter_map(|file| Some((catalog_of(&file.path)?, file)))
        .collect();
    let changed = files.iter().filter(|(_, file)| file.before != file.after);
    let changed: BTreeSet<&str> = changed.map(|(name, _)| *name).collect();
    let mut sides: BTreeMap<&str, [CodeFacts; 2]> = BTreeMap::new();
    for (name, file) in files {
        if !changed.contains(name) {
            continue;
        }
        // The tools and the identifiers of a type that changes may be in a file that stays.
        let mut texts = [&file.before, &file.after].into_iter().flatten();
        let is_needed =
            texts.any(|text| text.contains("ToolSpec::new(") || text.contains("ids! {"));
        if is_needed || file.before != file.after {
            let [before, after] = sides.entry(name).or_default();
            before.read(file.before.as_deref().unwrap_or_default());
            after.read(file.after.as_deref().unwrap_or_default());
        }
    }
    let sides = sides.into_iter();
    sides
        .map(|(name, [before, after])| (name.to_owned(), compare_facts(&before, &after)))
        .collect()
}

/// Returns the catalog of a file of generated code.
fn catalog_of<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let path = Path::new(path).strip_prefix(folder).ok()?.to_str()?;
    path.strip_suffix(".rs")?;
    path.split(['/', '\\', '.']).next()
}

/// Marks the changes that the file of accepted changes lists, and those with consent.
///
/// # Errors
///
/// Returns an error if the file is not valid, or if the consent names something that has no silent change.
pub(super) fn accept(
    silent: &mut [CatalogDiff],
    consent: &Consent,
    context: &Context,
) -> Result<()> {
    // Entries that match nothing are not judged: most of them are about changes of other grades.
    let _unjudged = Accepted::load(None, context)?.apply(silent, false, today()?, context);
    let changes = silent.iter_mut().flat_map(|catalog| &mut catalog.changes);
    consent.accept(&mut changes.collect::<Vec<_>>())
}

impl Consent {
    /// Marks the changes with consent.
    ///
    /// # Errors
    ///
    /// Returns an error if the consent names something that has no silent change.
    pub(crate) fn accept(&self, changes: &mut [&mut ChangeResult]) -> Result<()> {
        let accept = |change: &mut ChangeResult| {
            let reason = || "--accept-wire".to_owned();
            change.accepted.get_or_insert_with(reason);
        };
        match self {
            Self::Listed => {}
            Self::All => changes.iter_mut().for_each(|change| accept(change)),
            Self::Named(names) => {
                for name in names {
                    let is_named =
                        |change: &ChangeResult| change.tool == *name || change.id == name;
                    if !changes.iter().any(|change| is_named(change)) {
                        bail!(refuse_name(name, changes));
                    }
                    let accepted = changes.iter_mut().filter(|change| is_named(change));
                    accepted.for_each(|change| accept(change));
                }
            }
        }
        Ok(())
    }
}

impl From<Option<Vec<String>>> for Consent {
    /// Reads the values of `--accept-wire`.
    fn from(given: Option<Vec<String>>) -> Self {
        match given {
            None => Self::Listed,
            Some(names) if names.is_empty() => Self::All,
            Some(names) => Self::Named(names),
        }
    }
}

/// Explains that a name has no silent change.
fn refuse_name(name: &str, changes: &[&mut ChangeResult]) -> String {
    let names = changes
        .iter()
        .flat_map(|change| [change.tool.as_str(), change.id]);
    let near = nearest(name, names);
    let remedy = match near.as_slice() {
        [] => "remove it".to_owned(),
        near => format!("did you mean {}?", listed(near)),
    };
    format!("`--accept-wire` names `{name}`, which has no silent change; {remedy}")
}

/// Returns the changes that no one has accepted, each with its catalog.
pub(super) fn unaccepted(silent: &[CatalogDiff]) -> impl Iterator<Item = &ChangeResult> {
    let changes = silent.iter().flat_map(|catalog| &catalog.changes);
    changes.filter(|change| change.accepted.is_none())
}

/// Refuses silent changes in a run of another command than `regen`.
///
/// # Errors
///
/// Returns an error if there are silent changes that the file of accepted changes does not list.
pub(super) fn refuse(silent: &[CatalogDiff], context: &Context) -> Result<()> {
    let mut silent = silent.to_vec();
    accept(&mut silent, &Consent::Listed, context)?;
    let lines: Vec<String> = unaccepted(&silent).map(render_change).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let command = context.program.command("regen --offline");
    bail!(
        "the snapshot, the overlay or the lock has changed since the code was generated, and programs would \
         still compile but send something else:\n  {}\nreview it with {command}, or list it in {ACCEPTED}",
        lines.join("\n  ")
    );
}
