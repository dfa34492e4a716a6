//! The README of a stand-alone crate: what it is, a first call, how it is written anew.

use toolsmith_codegen::CatalogKind;

use super::manifest::Package;
use super::regenerate_commands::commands;
use super::{CATALOG, LOCK, OVERLAY, Request};
use crate::digest::FOLDER;
use crate::screen::style::count;

/// The text. `example` is a call as the documentation of the crate has it.
pub(super) fn render(
    package: &Package<'_>,
    request: &Request,
    tools: usize,
    example: &[String],
) -> String {
    let name = package.name;
    let tools = count(tools, "tool");
    let source = match package.kind {
        CatalogKind::Mcp => "an MCP server",
        CatalogKind::Functions => "function definitions",
        _ => "a connected account at Truto",
    };
    let setup = setup(package.kind, request.endpoint.is_some());
    let call = first_call(example);
    let digest = if package.has_digest {
        format!(
            "| `{FOLDER}/index.md` | the crate in Markdown, for coding agents; it leads on to a page for each part |\n"
        )
    } else {
        String::new()
    };
    let (written, fetched) = match commands(package, request).as_slice() {
        [written, fetched] => (
            written.clone(),
            format!("\nThe catalog is fetched anew by\n\n```console\n{fetched}\n```\n"),
        ),
        written => (written.concat(), String::new()),
    };
    format!(
        "\
# {name}

{tools} of {source}, each with a type for its arguments: a call that is wrong does not compile.
Written by Toolsmith.

## A first call

{call}
{setup}

`cargo doc --open` shows every tool. A program depends on `{name}` by its path, and on `tokio` to
run calls.

## Files

| file | is |
|---|---|
| `{CATALOG}` | the catalog that the crate is written from |
| `{OVERLAY}` | your corrections of it, if there are any; never written by the generator |
| `{LOCK}` | the names given so far, so that none changes by accident; keep it |
{digest}| everything else | written anew by the command below |

It is run in the project of Toolsmith; `DIR` is this directory.

```console
{written}
```
{fetched}"
    )
}

/// What has to be there before a call.
fn setup(kind: CatalogKind, knows_server: bool) -> &'static str {
    match kind {
        CatalogKind::Mcp if knows_server => {
            "`Client::connect` knows the server; `Client::connect_to` takes another. An answer is a\n\
             `ToolResult`: `structured()`, `text()`, `content`; a tool that says that it failed is an error."
        }
        CatalogKind::Mcp => {
            "`Client::connect_to` takes `Endpoint::command(\"npx\").args([\"-y\", \"…\"])`, which starts a server, or\n\
             `Endpoint::http(\"https://…\")`, which connects to one. An answer is a `ToolResult`: `structured()`,\n\
             `text()`, `content`; a tool that says that it failed is an error."
        }
        CatalogKind::Functions => {
            "`caller` is yours: whatever implements `runtime::functions::Caller`, one method that is given the\n\
             name of a function and its arguments, checked, and gives back what the function answers."
        }
        _ => "`Client::from_env` says which variables it reads, and which of them is missing.",
    }
}

/// The example without what only a test needs.
fn first_call(example: &[String]) -> String {
    let mut text = String::from("```rust\n");
    let lines = example.iter().filter(|line| !line.starts_with("```"));
    for line in lines.filter(|line| !line.starts_with("# ")) {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str("```\n");
    if example.is_empty() {
        return "The catalog has no tool.\n".to_owned();
    }
    text
}
