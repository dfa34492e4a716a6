//! Step 2: gives every public item its name, locked names first.

mod collect;
mod definitions;
mod extend;
mod follow;
mod group;
mod identifiers;
mod lock;
mod members;
mod methods;
mod namespace;
mod naming;
mod owners;
mod rename;
mod resources;
mod share;
mod sources;
mod successors;

pub(in crate::lower) use collect::{Use, UseKind, variant_wires};
pub(in crate::lower) use extend::extend_lock;
pub(in crate::lower) use group::NamedType;
pub(in crate::lower) use lock::{Lock, parse_lock, render_lock};
pub(in crate::lower) use members::{
    EXTRA, EXTRA_ARGUMENTS, EXTRA_FIELDS, MemberNames, OTHER_UNKNOWN, UNKNOWN, member_wires,
    null_setter_names,
};
pub(in crate::lower) use naming::{Names, name_all};
pub(in crate::lower) use rename::{check_renamings, enter_renamings};
pub(in crate::lower) use share::share_types;
pub(in crate::lower) use successors::follow_renamed_tools;
