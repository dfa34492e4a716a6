//! The source of the catalog: a file or an MCP server.

use anyhow::{Result, bail};
use toolsmith_codegen::{CatalogKind, SourceText, recognize};

use super::Request;
use crate::catalogs::not_set;
use crate::context::Context;
use crate::disk;
use crate::fetch::{Limits, Server, fetch_server};

/// Returns the catalog unchanged and its kind.
///
/// # Errors
///
/// Returns an error if the file cannot be read or is not a catalog, or if the server cannot be reached.
pub(super) fn load(request: &Request, context: &Context) -> Result<(SourceText, CatalogKind)> {
    let kind = match (request.kind, &request.endpoint) {
        (None | Some(CatalogKind::Mcp), Some(_)) => Some(CatalogKind::Mcp),
        (Some(kind), Some(_)) => bail!(
            "--url and --command require the kind `mcp`, but the kind is `{}`; remove one of them",
            kind.name()
        ),
        (kind, None) => kind,
    };
    let document = match (&request.input, &request.endpoint) {
        (Some(input), _) => disk::read_catalog(input)?,
        (None, Some(endpoint)) => {
            let server = match Server::find(&request.name, endpoint, &context.environment) {
                Ok(server) => server,
                Err(missing) => bail!(
                    "cannot fetch the tools of `{}`: {}",
                    request.name,
                    not_set(&missing.variables)
                ),
            };
            let what = format!("listing the tools of {}", server.address());
            let _progress = context.screen.progress(&what);
            fetch_server(server, Limits::default())?
        }
        (None, None) => bail!("no catalog; set --input, --url or --command"),
    };
    if let Some(kind) = kind {
        return Ok((document, kind));
    }
    let kind = recognize(&document)?;
    context.screen.note(&format!(
        "{} is a catalog of kind `{}`; set --kind if that is wrong",
        document.file,
        kind.name()
    ));
    Ok((document, kind))
}
