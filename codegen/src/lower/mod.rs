//! Decides what each tool becomes in Rust, in four steps.
//!
//! 1. `sketch`: each schema becomes a tree of types without names.
//! 2. `name`: equal types are merged, and everything public gets its name, locked names first.
//! 3. `build`: sketches and names become the model.
//! 4. `report`: the report lists what each place of the catalog became.

mod build;
mod compared;
mod name;
mod report;
mod sketch;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::catalog::Catalog;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::ident::Ident;
use crate::model::Api;
use crate::options::{CatalogInput, Layout, is_reserved_catalog_name};
use crate::overlay::{Omissions, parse_with_hashes, parse_without};
use crate::report::Report;
use crate::text::{TextFindings, check_texts};
pub(crate) use compared::{ComparedCatalog, lower_both, lower_one};
use name::{Lock, Names};
pub(crate) use report::describe_checks;
use sketch::ToolSketch;

/// The result of lowering a catalog.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The model to emit.
    pub(crate) api: Api,
    /// The lock to write: all names given so far.
    pub(crate) lock: String,
    /// The report on each place.
    pub(crate) report: Report,
    /// The findings in the texts that models read.
    pub(crate) texts: TextFindings,
}

/// Lowers one catalog, and refuses texts that are errors.
///
/// # Errors
///
/// Returns every problem of the catalog, its overlay, its lock and its texts.
pub(crate) fn lower_input(input: &CatalogInput) -> Result<Lowered, Diagnostics> {
    let lowered = lower_any_text(input)?;
    lowered.texts.refuse(&input.snapshot.file)?;
    Ok(lowered)
}

/// Lowers one catalog with the texts that it has.
///
/// # Errors
///
/// Returns every problem of the catalog, its overlay and its lock.
pub(crate) fn lower_any_text(input: &CatalogInput) -> Result<Lowered, Diagnostics> {
    let module = lower_name(input, &Layout::Root)?;
    let catalog = parse_with_hashes(input)?;
    let texts = check_texts(&catalog);
    let mut lock = name::parse_lock(input.lock.as_ref())?;
    let mut tools = sketch_tools(input, &catalog);
    settle(&catalog, &mut tools, &mut lock)?;
    let mut requests = BTreeMap::new();
    let names = name_tools(input, &catalog, &tools, &lock, &mut requests)?;
    let mut api = build::build_api(input, module, &tools, &names);
    build::trace_identifiers(&mut api);
    api.hashes = hash_lines(&catalog);
    let (report, lock) = rayon::join(
        || report::report_catalog(&input.name, &catalog, live(&tools), &names, &api, &texts),
        || name::render_lock(&name::extend_lock(lock, &tools, &names)),
    );
    drop(names);
    // Large catalogs take long to free, so their tools are dropped in parallel.
    tools.into_par_iter().for_each(drop);
    catalog.tools.into_par_iter().for_each(drop);
    Ok(Lowered {
        api,
        lock,
        report,
        texts,
    })
}

/// Returns the hash and the escaped name of each tool of the snapshot. A tool that is not generated has
/// only its name, so that it is not new in a live list.
fn hash_lines(catalog: &Catalog) -> Vec<String> {
    let is_visible = |name: &String| {
        let found = catalog.tools.binary_search_by(|tool| tool.name.cmp(name));
        found.is_ok()
    };
    let hashes = catalog.hashes.iter();
    hashes
        .map(|(name, hash)| {
            let hash = if is_visible(name) { hash } else { "-" };
            format!("{hash} {}", name.escape_default())
        })
        .collect()
}

/// A catalog that is parsed and corrected, and its module.
struct Parsed {
    module: Ident,
    catalog: Catalog,
}

fn parse_input(input: &CatalogInput, omissions: &Omissions) -> Result<Parsed, Diagnostics> {
    Ok(Parsed {
        module: lower_name(input, &Layout::Root)?,
        catalog: parse_without(input, omissions)?,
    })
}

/// Lowers each catalog, or returns the errors of all catalogs. Their names are those of modules of the
/// layout.
pub(crate) fn lower_all(
    catalogs: &[CatalogInput],
    layout: &Layout,
) -> Result<Vec<Lowered>, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut lowered = Vec::new();
    for catalog in catalogs {
        match lower_name(catalog, layout).and_then(|_| lower_input(catalog)) {
            Ok(result) => lowered.push(result),
            Err(found) => problems.extend(found),
        }
    }
    problems.finish()?;
    Ok(lowered)
}

fn sketch_tools<'a>(input: &CatalogInput, catalog: &'a Catalog) -> Vec<ToolSketch<'a>> {
    let rule = sketch::IdentifierRule::new(catalog, input.identifiers);
    // Removed tools come last, so that no other tool depends on them.
    let tools = catalog.tools.par_iter().chain(&catalog.removed);
    tools.map(|tool| sketch::sketch_tool(&rule, tool)).collect()
}

/// Applies the decisions about names that precede naming: the lock follows renamed tools, and the overlay
/// shares and names types.
fn settle(
    catalog: &Catalog,
    tools: &mut Vec<ToolSketch<'_>>,
    lock: &mut Lock,
) -> Result<(), Diagnostics> {
    name::follow_renamed_tools(live(tools), lock);
    // A tool whose names another one has now has nothing left to keep.
    tools.retain(|tool| {
        let locked = || lock.tools.get(&tool.tool.name);
        !tool.is_removed() || locked().is_some_and(|locked| !locked.method.is_empty())
    });
    name::share_types(&catalog.sharings, tools, lock)?;
    name::enter_renamings(&catalog.renamings, tools, lock)
}

/// Returns the tools that the catalog has, without the removed ones.
fn live<'s, 'a>(tools: &'s [ToolSketch<'a>]) -> &'s [ToolSketch<'a>] {
    let count = tools.iter().take_while(|tool| !tool.is_removed()).count();
    tools.split_at(count).0
}

fn name_tools<'a>(
    input: &CatalogInput,
    catalog: &Catalog,
    tools: &'a [ToolSketch<'a>],
    lock: &Lock,
    requests: &'a mut BTreeMap<String, String>,
) -> Result<Names<'a>, Diagnostics> {
    let names = name::name_all(input, tools, lock, requests)?;
    name::check_renamings(&catalog.renamings, lock, &names)?;
    Ok(names)
}

/// Checks that the name of a catalog can be used for a module and a feature in a layout.
fn lower_name(input: &CatalogInput, layout: &Layout) -> Result<Ident, Diagnostics> {
    let is_reserved = |name: &str| is_reserved_catalog_name(name, layout);
    match Ident::for_value(&input.name) {
        Some(ident) if ident.as_str() == input.name && !is_reserved(&input.name) => Ok(ident),
        converted => {
            let location = SourceLocation {
                file: input.snapshot.file.clone(),
                ..SourceLocation::default()
            };
            let what = format!("`{}` cannot be the name of a catalog", input.name);
            let problem = Diagnostic::new(location, what)
                .because("it becomes a module and a feature: lower-case words joined by `_`");
            let is_free =
                |ident: &Ident| ident.as_str() == ident.plain() && !is_reserved(ident.plain());
            Err(match converted {
                Some(ident) if is_free(&ident) => problem.help(format!("call it `{ident}`")),
                Some(ident) => problem.help(format!("call it `{}_tools`", ident.plain())),
                None => problem,
            }
            .into())
        }
    }
}
