//! Every tool of the shop.

use toolsmith_runtime::codegen::{CatalogSpec, NameIndex, Tool, ToolSpec, Variables};

use super::orders::{CancelOrder, FindOrder, ListOrders, SetTags};
use super::projects::{CreateProject, DeleteProject, GetProject, ListProjects, UpdateProject};

/// The catalog.
pub static CATALOG: CatalogSpec = CatalogSpec {
    name: "shop",
    variables: Variables {
        token: &["SHOP_TOKEN", "SHOP_API_KEY"],
        account: "SHOP_ACCOUNT_ID",
        base_url: "SHOP_BASE_URL",
    },
    base_url: "https://api.shop.test",
    tools: TOOLS,
    names: NameIndex::new(),
};

/// Every tool, sorted by name.
pub const TOOLS: &[&ToolSpec] = &[
    CreateProject::SPEC,
    DeleteProject::SPEC,
    GetProject::SPEC,
    ListOrders::SPEC,
    ListProjects::SPEC,
    FindOrder::SPEC,
    SetTags::SPEC,
    CancelOrder::SPEC,
    UpdateProject::SPEC,
];
