//! A client that may only read.

use generated::runtime::ReadOnly;
use generated::the_auth_api::{Client, DeleteProject};

fn main() {}

pub async fn clean_up(client: &Client<ReadOnly>) {
    let _ = client.projects().delete(DeleteProject::new("prj_4411")).await;
}
