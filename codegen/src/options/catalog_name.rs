//! The names of catalogs.

use super::Layout;

/// Names that no module at the root of a crate can have: features and modules of every generated crate,
/// files that Cargo compiles as other targets, and crates and tools that generated paths begin with.
///
/// A name is also not a keyword.
const RESERVED_IN_CRATE: &[&str] = &[
    "alloc",
    "bin",
    "clippy",
    "core",
    "default",
    "diagnostic",
    "lib",
    "main",
    "miri",
    "runtime",
    "rust_analyzer",
    "rustfmt",
    "std",
    "toolsmith_runtime",
];

/// Names that no module of a generated module can have: the runtime, which it reexports twice, the tool
/// that it names in an attribute, and the feature that Cargo enables.
const RESERVED_IN_MODULE: &[&str] = &["default", "runtime", "rustfmt", "toolsmith_runtime"];

/// Keywords of a later edition, and files that Windows does not have.
const RESERVED: &[&str] = &["aux", "con", "gen", "mod", "nul", "prn"];

/// Returns `true` for a name that no catalog can have in this layout, because the generated code would not
/// compile, or not on every system: `lib`, `std`, `com1`.
///
/// The catalog of a crate with a single one has no module and no feature, so its name may be `lib`.
#[must_use]
pub fn is_reserved_catalog_name(name: &str, layout: &Layout) -> bool {
    let is_port = ["com", "lpt"].iter().any(|device| {
        let number = name.strip_prefix(device).unwrap_or_default();
        number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit())
    });
    let reserved = match layout {
        Layout::Modules => RESERVED_IN_CRATE,
        Layout::Nested(_) => RESERVED_IN_MODULE,
        Layout::Root => &[],
    };
    RESERVED.contains(&name) || reserved.contains(&name) || is_port
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::NestedModule;
    use crate::{CatalogInput, CatalogSource, Options, SourceText, generate};

    #[test]
    fn a_name_is_refused_where_it_would_clash() {
        let nested = Layout::Nested(NestedModule {
            path: "tools".to_owned(),
            folder: "src/tools".to_owned(),
        });
        let layouts = [Layout::Modules, nested, Layout::Root];
        // The layouts that refuse a name: the root of a crate, a module, and a crate with one catalog.
        for (name, refused) in [
            ("notes", [false, false, false]),
            ("lib", [true, false, false]),
            ("main", [true, false, false]),
            ("diagnostic", [true, false, false]),
            ("std", [true, false, false]),
            ("rustfmt", [true, true, false]),
            ("runtime", [true, true, false]),
            ("toolsmith_runtime", [true, true, false]),
            ("default", [true, true, false]),
            ("type", [true, true, true]),
            ("gen", [true, true, true]),
            ("con", [true, true, true]),
            ("com1", [true, true, true]),
        ] {
            let snapshot = SourceText::new("tools.json", r#"[{"name": "a"}]"#);
            let input = CatalogInput::new(name, CatalogSource::Functions, snapshot);
            for (layout, refused) in layouts.iter().zip(refused) {
                let options = Options {
                    layout: layout.clone(),
                    ..Options::default()
                };
                let found = generate(std::slice::from_ref(&input), &options);
                let problems = found.err().map(|found| found.to_string());
                let is_refused = problems.as_ref().is_some_and(|problems| {
                    problems.contains(&format!("`{name}` cannot be the name of a catalog"))
                });
                assert_eq!(
                    (is_refused, problems.is_some()),
                    (refused, refused),
                    "{name} {layout:?}: {problems:?}"
                );
            }
        }
    }
}
