//! Types of a catalog by name.

use std::collections::BTreeMap;

use crate::emit::ctx::{Ctx, Placement};
use crate::ident::Ident;
use crate::model::{Api, Struct, Union};
use crate::options::Options;

/// A catalog with its structs and unions indexed by name.
pub(crate) struct Lookup<'a> {
    pub(crate) ctx: Ctx<'a>,
    pub(super) structs: BTreeMap<&'a Ident, &'a Struct>,
    pub(super) unions: BTreeMap<&'a Ident, &'a Union>,
}

impl<'a> Lookup<'a> {
    /// Indexes a catalog.
    pub(crate) fn new(api: &'a Api, options: &Options) -> Self {
        let structs = api.structs.iter();
        let unions = api.unions.iter();
        Self {
            ctx: Ctx::new(api, &Placement::new(options)),
            structs: structs.map(|item| (&item.name, item)).collect(),
            unions: unions.map(|union| (&union.name, union)).collect(),
        }
    }
}
