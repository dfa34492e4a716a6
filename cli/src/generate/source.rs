//! The source of the catalog: a file, an MCP server or a connected account.

use std::path::Path;

use anyhow::{Result, bail};
use toolsmith_codegen::SourceText;
use toolsmith_codegen::options::CatalogKind;
use toolsmith_codegen::snapshot::recognize;

use super::{Request, account_settings};
use crate::catalogs::{Mode, fetch_account, not_set};
use crate::context::Context;
use crate::fetch::{Limits, MissingVariables, Reauthorization, Server, fetch_server};
use crate::login;
use crate::system::disk;

/// Returns the catalog unchanged and its kind. A person authorizes the program if the server requires it;
/// no token is stored in `directory`.
///
/// # Errors
///
/// Returns an error if the file cannot be read or is not a catalog, or if the server cannot be reached.
pub(super) fn load(
    request: &Request,
    directory: &Path,
    context: &Context,
) -> Result<(SourceText, CatalogKind)> {
    let kind = match (request.kind, &request.endpoint) {
        (None | Some(CatalogKind::Mcp), Some(_)) => Some(CatalogKind::Mcp),
        (Some(kind), Some(_)) => bail!(
            "--url, --url-env and --command require the kind `mcp`, but the kind is `{}`; remove one of them",
            kind.as_str()
        ),
        (Some(kind @ (CatalogKind::Mcp | CatalogKind::Functions)), None)
            if request.account.is_some() || request.token.is_some() =>
        {
            bail!(
                "--account-env and --token-env name the variables of an account or of --url, but the kind is `{}`; remove them",
                kind.as_str()
            )
        }
        (None, None) if request.account.is_some() => Some(CatalogKind::Truto),
        (kind, None) => kind,
    };
    let document = match (&request.input, &request.endpoint) {
        (Some(input), _) => disk::read_catalog(input)?,
        (None, Some(endpoint)) => {
            let server = match Server::find(&request.name, endpoint, &context.environment) {
                Ok(server) => server.with_login(Reauthorization::SameCommand),
                Err(missing) => bail!(cannot_fetch(request, &missing)),
            };
            if request.mode == Mode::Write {
                login::run_if_required(&request.name, endpoint, directory, context)?;
            }
            let what = format!("listing the tools of {}", server.address());
            let _progress = context.screen.progress(&what);
            fetch_server(server, Limits::default())?
        }
        (None, None) if kind == Some(CatalogKind::Truto) => {
            let settings = account_settings(request);
            match fetch_account(&request.name, &settings, context)? {
                Ok(fetched) => {
                    for note in &fetched.notes {
                        context.screen.note(note);
                    }
                    fetched.document
                }
                Err(missing) => bail!(cannot_fetch(request, &missing)),
            }
        }
        (None, None) => {
            bail!("no catalog; set --input, --url, --url-env, --command or --kind truto")
        }
    };
    if let Some(kind) = kind {
        return Ok((document, kind));
    }
    let kind = recognize(&document)?;
    context.screen.note(&format!(
        "{} is a catalog of kind `{}`; set --kind if that is wrong",
        document.file,
        kind.as_str()
    ));
    Ok((document, kind))
}

fn cannot_fetch(request: &Request, missing: &MissingVariables) -> String {
    format!(
        "cannot fetch the tools of `{}`: {}",
        request.name,
        not_set(&missing.variables)
    )
}
