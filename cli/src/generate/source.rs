//! Where the catalog of a stand-alone crate comes from: a file, or a server that is asked.

use anyhow::{Result, bail};
use toolsmith_codegen::{CatalogKind, SourceText, recognize};

use super::Request;
use crate::catalogs::not_set;
use crate::context::Context;
use crate::disk;
use crate::fetch::{Limits, Server};

/// The catalog as it was given, under the name that the user has for it, and its kind.
///
/// # Errors
///
/// The file cannot be read or is no catalog, or the server does not answer.
pub(super) fn load(request: &Request, context: &Context) -> Result<(SourceText, CatalogKind)> {
    let kind = match (request.kind, &request.endpoint) {
        (None | Some(CatalogKind::Mcp), Some(_)) => Some(CatalogKind::Mcp),
        (Some(kind), Some(_)) => bail!(
            "--url and --command name an MCP server, and the kind is `{}`; leave one of them out",
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
            server.list_tools(Limits::default())?
        }
        (None, None) => bail!("name a catalog: --input, --url or --command"),
    };
    if let Some(kind) = kind {
        return Ok((document, kind));
    }
    let kind = recognize(&document)?;
    context.screen.note(&format!(
        "{} is taken for a catalog of kind `{}`; --kind says otherwise",
        document.file,
        kind.name()
    ));
    Ok((document, kind))
}
