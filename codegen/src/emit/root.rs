//! The root of the generated crate.

use quote::quote;

use super::file::FileContents;
use super::imports::emit_runtime_reexport;
use super::{docs, literal, names};
use crate::model::Api;

/// Emits the file.
pub(crate) fn emit_root(apis: &[&Api]) -> FileContents {
    let runtime = emit_runtime_reexport();
    let mut sorted = apis.to_vec();
    sorted.sort_by(|left, right| left.module.cmp(&right.module));
    let modules = sorted.into_iter().map(|api| {
        let module = names::token(&api.module);
        let feature = literal::text(api.module.plain());
        quote! {
            #[cfg(feature = #feature)]
            pub mod #module;
        }
    });
    FileContents {
        docs: emit_root_docs(apis),
        items: [runtime].into_iter().chain(modules).collect(),
    }
}

fn emit_root_docs(apis: &[&Api]) -> Vec<String> {
    let mut lines = vec![
        "Typed clients for catalogs of agent tools. Each catalog is a module, enabled by the feature".to_owned(),
        "of the same name.".to_owned(),
        String::new(),
    ];
    for api in apis {
        let module = docs::code(api.module.plain());
        lines.push(format!("- {module}: {}", docs::sentence(&api.title)));
    }
    lines
}
