//! Lowering of two snapshots of one catalog at once, to compare their models and their texts. It skips the
//! reports and the sources of identifiers, which only generated code needs.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::name::{Lock, Names};
use super::sketch::ToolSketch;
use super::{Parsed, build, name, name_tools, parse_input, settle, sketch_tools};
use crate::catalog::Catalog;
use crate::diag::Diagnostics;
use crate::model::Api;
use crate::options::CatalogInput;
use crate::overlay::Omissions;
use crate::text::{TextFindings, check_texts};

/// A catalog as a comparison needs it.
#[derive(Debug)]
pub(crate) struct ComparedCatalog {
    pub(crate) api: Api,
    /// The findings in the texts that models read.
    pub(crate) texts: TextFindings,
    /// The instructions of an MCP server.
    pub(crate) instructions: Option<String>,
}

/// Lowers one catalog, with the texts that it has and without `omissions`.
///
/// # Errors
///
/// Returns every problem of the catalog, its overlay and its lock.
pub(crate) fn lower_one(
    input: &CatalogInput,
    omissions: &Omissions,
) -> Result<ComparedCatalog, Diagnostics> {
    let (parsed, lock) = rayon::join(
        || parse_input(input, omissions),
        || name::parse_lock(input.lock.as_ref()),
    );
    let (parsed, lock) = (parsed?, lock?);
    let tools = sketch_tools(input, &parsed.catalog);
    let (api, texts) = rayon::join(
        || finish(input, &parsed, tools, lock),
        || check_texts(&parsed.catalog),
    );
    Ok(compared(parsed, api?, texts))
}

fn compared(parsed: Parsed, api: Api, texts: TextFindings) -> ComparedCatalog {
    let Catalog {
        tools,
        instructions,
        ..
    } = parsed.catalog;
    // On several threads, because a large catalog takes long to free.
    tools.into_par_iter().for_each(drop);
    ComparedCatalog {
        api,
        texts,
        instructions,
    }
}

/// Lowers two snapshots, each without its omissions. If both have the same lock, the names that the older one
/// needs are given before those of the newer one.
///
/// # Errors
///
/// Returns the problems of the older snapshot, or else those of the newer one.
pub(crate) fn lower_both(
    before: &CatalogInput,
    after: &CatalogInput,
    [old_omissions, new_omissions]: &[Omissions; 2],
) -> Result<[ComparedCatalog; 2], Diagnostics> {
    let text = |input: &CatalogInput| input.lock.as_ref().map(|lock| lock.text.clone());
    if text(before) != text(after) {
        let (old, new) = rayon::join(
            || lower_one(before, old_omissions),
            || lower_one(after, new_omissions),
        );
        return Ok([old?, new?]);
    }
    let ((old, new), lock) = rayon::join(
        || {
            rayon::join(
                || parse_input(before, old_omissions),
                || parse_input(after, new_omissions),
            )
        },
        || name::parse_lock(before.lock.as_ref()),
    );
    let (old, new, lock) = (old?, new?, lock?);
    let (old_tools, new_tools) = rayon::join(
        || sketch_tools(before, &old.catalog),
        || sketch_tools(after, &new.catalog),
    );
    let (apis, (old_texts, new_texts)) = rayon::join(
        || lower_in_turn((before, &old, old_tools), (after, &new, new_tools), lock),
        || rayon::join(|| check_texts(&old.catalog), || check_texts(&new.catalog)),
    );
    let [old_api, new_api] = apis?;
    let (old, new) = rayon::join(
        || compared(old, old_api, old_texts),
        || compared(new, new_api, new_texts),
    );
    Ok([old, new])
}

/// A side of a comparison: its input, its catalog, and the sketches of its tools.
type Side<'a> = (&'a CatalogInput, &'a Parsed, Vec<ToolSketch<'a>>);

/// Names the tools of the older side and then those of the newer one. The older model is built meanwhile.
fn lower_in_turn(
    (before, old, mut tools): Side<'_>,
    (after, new, new_tools): Side<'_>,
    mut lock: Lock,
) -> Result<[Api; 2], Diagnostics> {
    settle(&old.catalog, &mut tools, &mut lock)?;
    let mut requests = BTreeMap::new();
    let names: Names<'_> = name_tools(before, &old.catalog, &tools, &lock, &mut requests)?;
    let (old_api, new_api) = rayon::join(
        || build::build_api(before, old.module.clone(), &tools, &names),
        || {
            let lock = name::extend_lock(lock, &tools, &names);
            finish(after, new, new_tools, lock.into_written())
        },
    );
    drop(names);
    tools.into_par_iter().for_each(drop);
    Ok([old_api, new_api?])
}

/// Names sketches and builds their model.
fn finish(
    input: &CatalogInput,
    parsed: &Parsed,
    mut tools: Vec<ToolSketch<'_>>,
    mut lock: Lock,
) -> Result<Api, Diagnostics> {
    settle(&parsed.catalog, &mut tools, &mut lock)?;
    let mut requests = BTreeMap::new();
    let names = name_tools(input, &parsed.catalog, &tools, &lock, &mut requests)?;
    let api = build::build_api(input, parsed.module.clone(), &tools, &names);
    drop(names);
    tools.into_par_iter().for_each(drop);
    Ok(api)
}
