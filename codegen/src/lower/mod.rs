//! Decides what each tool becomes in Rust, in four steps.
//!
//! 1. `sketch`: each schema becomes a tree of types without names.
//! 2. `name`: equal types are merged, and everything public gets its name, locked names first.
//! 3. `build`: sketches and names become the model.
//! 4. `report`: the report lists what each place of the catalog became.

mod build;
mod name;
mod report;
mod sketch;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::ident::Ident;
use crate::model::Api;
use crate::options::CatalogInput;
use crate::overlay::parse_catalog;
use crate::report::Report;
pub(crate) use report::describe_checks;

/// The result of lowering a catalog.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The model to emit.
    pub(crate) api: Api,
    /// The lock to write: all names given so far.
    pub(crate) lock: String,
    /// The report on each place.
    pub(crate) report: Report,
}

/// Lowers one catalog.
///
/// # Errors
///
/// Returns every problem of the catalog, its overlay and its lock.
pub(crate) fn lower_input(input: &CatalogInput) -> Result<Lowered, Diagnostics> {
    let module = lower_name(input)?;
    let catalog = parse_catalog(input)?;
    let mut lock = name::parse_lock(input.lock.as_ref())?;
    let rule = sketch::IdentifierRule::new(&catalog, input.identifiers);
    let mut tools: Vec<_> = catalog
        .tools
        .par_iter()
        .map(|tool| sketch::sketch_tool(&rule, tool))
        .collect();
    name::follow_renamed_tools(&tools, &mut lock);
    name::share_types(&catalog.sharings, &mut tools, &mut lock)?;
    name::enter_renamings(&catalog.renamings, &tools, &mut lock)?;
    let mut requests = BTreeMap::new();
    let names = name::name_all(input, &tools, &lock, &mut requests)?;
    name::check_renamings(&catalog.renamings, &names)?;
    let api = build::build_api(input, module, &tools, &names);
    let (report, lock) = rayon::join(
        || report::report_catalog(&input.name, &catalog, &tools, &names, &api),
        || name::render_lock(&name::extend_lock(lock, &tools, &names)),
    );
    drop(names);
    // Large catalogs take long to free, so their tools are dropped in parallel.
    tools.into_par_iter().for_each(drop);
    catalog.tools.into_par_iter().for_each(drop);
    Ok(Lowered { api, lock, report })
}

/// Checks that the name of a catalog can be used for a module and a feature.
fn lower_name(input: &CatalogInput) -> Result<Ident, Diagnostics> {
    match Ident::for_value(&input.name) {
        Some(ident) if ident.as_str() == input.name => Ok(ident),
        converted => {
            let location = SourceLocation {
                file: input.snapshot.file.clone(),
                ..SourceLocation::default()
            };
            let what = format!("`{}` cannot be the name of a catalog", input.name);
            let problem = Diagnostic::new(location, what)
                .because("it becomes a module and a feature: lower-case words joined by `_`");
            let suggestion = converted.filter(|ident| ident.as_str() == ident.plain());
            Err(match suggestion {
                Some(ident) => problem.help(format!("call it `{ident}`")).into(),
                None => problem.into(),
            })
        }
    }
}
