//! A small catalog, written by hand exactly as the generator writes one: the form that generated
//! code has, and what the other tests call.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "generated code is public and whole, whatever of it the tests need"
)]

mod client;
mod orders;
mod projects;
mod registry;
mod types;

pub use client::Client;
pub use orders::{
    CANCEL_ORDER, CancelOrder, FindOrder, LIST_ORDERS, ListOrders, Order, SET_TAGS, SetTags,
};
pub use projects::{
    CreateProject, DeleteProject, GET_PROJECT, GetProject, LIST_PROJECTS, ListProjects,
    UpdateProject,
};
pub use registry::{CATALOG, TOOLS};
pub use types::{AccountId, Env, OrderId, Project, ProjectId};
