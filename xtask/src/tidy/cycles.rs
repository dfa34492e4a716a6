//! Cycles of imports between the modules of a folder.
//!
//! A module and its ancestors may import each other; modules next to each other must not, be they
//! files or folders.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::modules::{Module, Modules};
use super::rules::{ALLOWED_CYCLES, CRATES};
use super::sources::Sources;

/// The imports between the modules of one folder.
type Graph<'a> = BTreeMap<String, BTreeMap<String, Place<'a>>>;

/// The place of an import.
#[derive(Clone, Copy)]
struct Place<'a> {
    module: &'a Module<'a>,
    line: usize,
}

/// Checks every crate.
pub(super) fn check(sources: &Sources, findings: &mut Vec<Finding>) {
    for folder in CRATES {
        let modules = Modules::read(sources, folder);
        for (parent, graph) in graphs(&modules) {
            let parent = format!("{folder}{}", parent.join("/"));
            check_folder(parent.trim_end_matches('/'), &graph, findings);
        }
    }
}

/// Returns the imports of every folder, by the path of its module.
fn graphs<'a>(modules: &'a Modules<'a>) -> BTreeMap<Vec<String>, Graph<'a>> {
    let mut graphs: BTreeMap<Vec<String>, Graph<'a>> = BTreeMap::new();
    for module in modules.iter() {
        for import in &module.imports {
            let Some(imported) = modules.innermost(&modules.original(&import.path)) else {
                continue;
            };
            let pairs = module.path.iter().zip(&imported.path);
            let shared = pairs.take_while(|(from, to)| from == to).count();
            let (Some(from), Some(to)) = (module.path.get(shared), imported.path.get(shared))
            else {
                // One of them contains the other.
                continue;
            };
            let parent = module.path.iter().take(shared).cloned().collect();
            let line = import.line;
            let graph = graphs.entry(parent).or_default();
            let imports = graph.entry(from.clone()).or_default();
            imports.entry(to.clone()).or_insert(Place { module, line });
        }
    }
    graphs
}

fn check_folder(folder: &str, graph: &Graph<'_>, findings: &mut Vec<Finding>) {
    for (from, imports) in graph {
        for (to, place) in imports {
            let Some(back) = path_between(graph, to, from) else {
                continue;
            };
            let is_allowed = ALLOWED_CYCLES.iter().any(|(allowed, members)| {
                *allowed == folder && back.iter().all(|module| members.contains(module))
            });
            if !is_allowed {
                let cycle = [&[from.as_str()], &back[..]].concat().join(" -> ");
                let message = format!("'{from}' must not import '{to}': cycle {cycle}");
                findings.push(place.module.file.finding(place.line, message));
            }
        }
    }
}

/// Returns a shortest path of imports, both ends included.
fn path_between<'a>(graph: &'a Graph<'_>, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut paths = std::collections::VecDeque::from([vec![from]]);
    let mut seen = BTreeSet::from([from]);
    while let Some(path) = paths.pop_front() {
        let last = *path.last()?;
        if last == to {
            return Some(path);
        }
        for next in graph.get(last).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(next) {
                paths.push_back([&path[..], &[next.as_str()]].concat());
            }
        }
    }
    None
}
