//! The changes between two snapshots, proved by programs: each is compiled before and after.

mod compiler;
mod edits;
mod kinds;
mod pairs;
mod random;
mod table;
mod witness;

use toolsmith_codegen::{CatalogInput, Options, SourceText, generate};

/// Gives both versions of a catalog the lock of the older one, as `regen` does.
#[track_caller]
fn with_lock(before: CatalogInput, after: CatalogInput) -> (CatalogInput, CatalogInput) {
    let generated = generate(std::slice::from_ref(&before), &Options::default());
    let mut generated = generated.unwrap_or_else(|problems| panic!("{problems}"));
    let lock = SourceText::new(
        format!("{}.lock.toml", before.name),
        generated.locks.remove(0),
    );
    let locked = |input: CatalogInput| CatalogInput {
        lock: Some(lock.clone()),
        ..input
    };
    (locked(before), locked(after))
}
