//! Decides what each tool becomes in Rust.
//!
//! In four steps: every schema is *sketched*, a tree of types without names; *uses* of types that
//! need names are collected, and those that are equal become one type; everything is *named*, what
//! the lock knows first; then the model is *built*, and the lock and the report with it.

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

/// What lowering gives.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The API to be written.
    pub(crate) api: Api,
    /// The names given so far and now.
    pub(crate) lock: String,
    /// What became of each place.
    pub(crate) report: Report,
}

/// Lowers one catalog.
pub(crate) fn lower_input(input: &CatalogInput) -> Result<Lowered, Diagnostics> {
    let module = lower_name(input)?;
    let catalog = parse_catalog(input)?;
    let mut lock = name::parse_lock(input.lock.as_ref())?;
    let rule = sketch::IdentifierRule::new(&catalog, input.identifiers);
    let tools: Vec<_> = catalog
        .tools
        .par_iter()
        .map(|tool| sketch::sketch_tool(&rule, tool))
        .collect();
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
    // What a large catalog holds takes long to free.
    tools.into_par_iter().for_each(drop);
    catalog.tools.into_par_iter().for_each(drop);
    Ok(Lowered { api, lock, report })
}

/// The name of a catalog is a module and a feature as it stands.
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
