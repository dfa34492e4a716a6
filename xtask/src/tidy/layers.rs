//! Imports against the tables of layers.

use super::finding::Finding;
use super::library_layers::LIBRARY_LAYERS;
use super::modules::{Module, Modules};
use super::order::Layers;
use super::rules::LAYERS;
use super::sources::Sources;

/// Checks every crate that has a table.
pub(super) fn check(sources: &Sources, findings: &mut Vec<Finding>) {
    for layers in LAYERS.iter().chain(LIBRARY_LAYERS) {
        let modules = Modules::read(sources, layers.folder);
        for module in modules.iter() {
            check_module(layers, &modules, module, findings);
        }
    }
}

fn check_module(
    layers: &Layers,
    modules: &Modules<'_>,
    module: &Module<'_>,
    findings: &mut Vec<Finding>,
) {
    // The root declares the modules and may name all of them.
    let Some(first) = module.path.first() else {
        return;
    };
    let Some(from) = layers.order.find(&module.path) else {
        let message = format!("'{first}' has no layer: add it to xtask/src/tidy/rules.rs");
        findings.push(module.file.finding(1, message));
        return;
    };
    for import in &module.imports {
        let Some(first) = import.path.first() else {
            continue;
        };
        let to = layers
            .order
            .find(&import.path)
            .or_else(|| layers.order.find(&modules.original(&import.path)));
        let message = match to {
            Some(to) if layers.order.allows(&from, &to) => continue,
            Some(to) => format!("'{from}' must not import '{to}'"),
            None => format!("'{from}' must not import `{first}` of the crate's root"),
        };
        findings.push(module.file.finding(import.line, message));
    }
}
