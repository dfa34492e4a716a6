//! Tests of the commands that set up a project and change its configuration.

mod add;
mod edges;
mod fresh;
mod init;
mod json_page;
mod roots;
#[cfg(unix)]
mod updates;
mod upgrade;
mod workflows;
