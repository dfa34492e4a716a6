//! The file of the types that belong to no single resource.

use super::File;
use super::ctx::{Ctx, SHARED};
use super::defined::emit_defined;
use super::paths::Imports;

/// The file.
pub(crate) fn emit_shared(ctx: &Ctx<'_>) -> File {
    let mut imports = Imports::new(ctx, SHARED);
    let mut items = emit_defined(ctx, SHARED, &[], &mut imports);
    items.splice(..0, imports.emit());
    File {
        docs: vec!["Types that several resources have in common.".to_owned()],
        items,
    }
}
