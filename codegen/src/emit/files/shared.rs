//! The file of the types that belong to no single resource.

use crate::emit::ctx::Ctx;
use crate::emit::ctx::parts::SHARED;
use crate::emit::file::FileContents;
use crate::emit::imports::Imports;
use crate::emit::types::module_types::emit_module_types;

/// Emits the file.
pub(crate) fn emit_shared(ctx: &Ctx<'_>) -> FileContents {
    let mut imports = Imports::new(ctx, SHARED);
    let mut items = emit_module_types(ctx, SHARED, &[], &mut imports);
    items.splice(..0, imports.emit());
    FileContents {
        docs: vec!["Types that several resources share.".to_owned()],
        items,
    }
}
