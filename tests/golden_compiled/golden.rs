//! The generated modules, with the runtime where a generated crate has it.

pub(crate) use toolsmith_runtime as runtime;

#[path = "../golden/docs/src/docs/mod.rs"]
pub(crate) mod docs;
#[path = "../golden/files/src/files/mod.rs"]
pub(crate) mod files;
#[path = "../golden/gone/src/gone/mod.rs"]
pub(crate) mod gone;
#[path = "../golden/gone_before/src/gone_before/mod.rs"]
pub(crate) mod gone_before;
#[path = "../golden/names/src/names/mod.rs"]
pub(crate) mod names;
#[path = "../golden/nullable/src/nullable/mod.rs"]
pub(crate) mod nullable;
#[path = "../golden/places/src/places/mod.rs"]
pub(crate) mod places;
#[path = "../golden/shapes/src/shapes/mod.rs"]
pub(crate) mod shapes;
#[path = "../golden/shared/src/shared/mod.rs"]
pub(crate) mod shared;
#[path = "../golden/strict/src/strict/mod.rs"]
pub(crate) mod strict;
#[path = "../golden/weather/src/weather/mod.rs"]
pub(crate) mod weather;
