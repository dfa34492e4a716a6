//! The root of the generated crate.

use quote::quote;

use crate::emit::ctx::parts::condition_of_catalog;
use crate::emit::docs;
use crate::emit::file::{FileContents, Item};
use crate::emit::imports::emit_runtime_reexport;
use crate::emit::tokens::names;
use crate::model::Api;
use crate::options::Features;

/// Emits the file.
pub(crate) fn emit_root(apis: &[&Api], features: Features) -> FileContents {
    let runtime = emit_runtime_reexport();
    let mut sorted = apis.to_vec();
    sorted.sort_by(|left, right| left.module.cmp(&right.module));
    let modules = sorted.into_iter().map(|api| {
        let module = names::token(&api.module);
        let condition = condition_of_catalog(api, features);
        // Another version of rustfmt may break lines differently.
        let tokens = quote! {
            #[rustfmt::skip]
            pub mod #module;
        };
        Item::new(condition, tokens)
    });
    FileContents {
        docs: emit_root_docs(apis, features),
        items: [runtime.into()].into_iter().chain(modules).collect(),
    }
}

fn emit_root_docs(apis: &[&Api], features: Features) -> Vec<String> {
    let first = match features {
        Features::None => {
            &["Typed clients for catalogs of agent tools. Each catalog is a module."] as &[&str]
        }
        Features::Catalogs => &[
            "Typed clients for catalogs of agent tools. Each catalog is a module, enabled by the feature",
            "of the same name.",
        ],
        Features::Resources => &[
            "Typed clients for catalogs of agent tools. Each catalog is a module, enabled by the feature",
            "of the same name. A feature such as `catalog-resource` enables a single resource.",
        ],
    };
    let mut lines: Vec<String> = first.iter().map(|line| (*line).to_owned()).collect();
    if !apis.is_empty() {
        lines.push(String::new());
    }
    for api in apis {
        let module = docs::code(api.module.plain());
        lines.push(format!("- {module}: {}", docs::sentence(&api.title)));
    }
    lines
}
