//! The root of the generated crate.

use quote::quote;

use super::paths::emit_runtime_reexport;
use super::{File, docs, literal, names};
use crate::model::Api;

/// The file.
pub(crate) fn emit_root(apis: &[&Api]) -> File {
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
    File {
        docs: emit_root_docs(apis),
        items: [runtime].into_iter().chain(modules).collect(),
    }
}

fn emit_root_docs(apis: &[&Api]) -> Vec<String> {
    let mut lines = vec![
        "Typed clients of agent tool catalogs: one module and one feature for each.".to_owned(),
        String::new(),
    ];
    for api in apis {
        let module = docs::code(api.module.plain());
        lines.push(format!("- {module}: {}", docs::sentence(&api.title)));
    }
    lines
}
