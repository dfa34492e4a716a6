//! Every tool of the shop.

use toolsmith_runtime::codegen::{CatalogSpec, ToolSpec, Variables};

use super::orders::{CANCEL_ORDER, FIND_ORDER, LIST_ORDERS, SET_TAGS};
use super::projects::{CREATE_PROJECT, DELETE_PROJECT, GET_PROJECT, LIST_PROJECTS, UPDATE_PROJECT};

/// The catalog.
pub static CATALOG: CatalogSpec = CatalogSpec::of_account(
    "shop",
    "https://api.shop.test",
    Variables {
        token: &["SHOP_TOKEN", "SHOP_API_KEY"],
        account: "SHOP_ACCOUNT_ID",
        base_url: "SHOP_BASE_URL",
    },
    TOOLS,
);

/// Every tool, sorted by name.
pub const TOOLS: &[&ToolSpec] = &[
    &CREATE_PROJECT,
    &DELETE_PROJECT,
    &GET_PROJECT,
    &LIST_ORDERS,
    &LIST_PROJECTS,
    &FIND_ORDER,
    &SET_TAGS,
    &CANCEL_ORDER,
    &UPDATE_PROJECT,
];
