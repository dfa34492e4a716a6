//! The commands in the README that regenerate a crate.

use toolsmith_codegen::options::{CatalogKind, McpSettings, McpUrl, UnreadableTools};

use super::manifest::{Package, Runtime};
use super::{CATALOG, Pages, Request, slashes};
use crate::text::shell::quoted;

/// The placeholder of the crate's directory, which may be moved.
const DIRECTORY: &str = "DIR";

/// Returns the command that regenerates the crate from its own copy of the catalog, and the one that
/// fetches the catalog again if there is a server.
pub(super) fn commands(package: &Package<'_>, request: &Request) -> Vec<String> {
    let mut first = vec![package.program.command("generate"), "--kind".to_owned()];
    first.push(package.kind.as_str().to_owned());
    let mut options = vec![format!("--out {DIRECTORY} --name {}", request.name)];
    if let Some(catalog) = &request.catalog {
        options.push(format!("--catalog {}", quoted(catalog)));
    }
    if let (Some(_), Runtime::Path(path)) = (&request.runtime, &package.runtime) {
        let runtime = if path.is_absolute() {
            slashes(path)
        } else {
            format!("{DIRECTORY}/{}", slashes(path))
        };
        options.push(format!("--runtime-path {}", quoted(&runtime)));
    }
    if request.pages == Pages::Written {
        options.push("--digest".to_owned());
    }
    if package.unreadable == UnreadableTools::Skipped {
        options.push("--skip-unreadable".to_owned());
    }
    options.extend(account_options(package, request));
    options.extend(request.endpoint.iter().map(endpoint_options));
    let input = format!("--input {DIRECTORY}/{CATALOG}");
    let from_file = first.iter().chain([&input]).chain(&options);
    let from_file: Vec<&str> = from_file.map(String::as_str).collect();
    let mut commands = vec![from_file.join(" ")];
    if request.endpoint.is_some() || package.kind == CatalogKind::Truto {
        let fetched: Vec<&str> = first.iter().chain(&options).map(String::as_str).collect();
        commands.push(fetched.join(" "));
    }
    commands
}

/// Returns the options of an account whose variables are not the usual ones.
fn account_options(package: &Package<'_>, request: &Request) -> Option<String> {
    if package.kind != CatalogKind::Truto {
        return None;
    }
    let options = [
        ("--account-env", &request.account),
        ("--token-env", &request.token),
    ];
    let options = options
        .into_iter()
        .filter_map(|(option, name)| Some(format!("{option} {}", name.as_ref()?)));
    let options: Vec<String> = options.collect();
    (!options.is_empty()).then(|| options.join(" "))
}

fn endpoint_options(endpoint: &McpSettings) -> String {
    match endpoint {
        McpSettings::Http {
            url,
            token_variable,
        } => {
            let token = token_variable.as_ref();
            let token = token.map(|name| format!(" --token-env {name}"));
            let url = match url {
                McpUrl::Literal(url) => format!("--url {}", quoted(url)),
                McpUrl::Variable(name) => format!("--url-env {name}"),
            };
            format!("{url}{}", token.unwrap_or_default())
        }
        McpSettings::Command {
            program,
            arguments,
            variables,
        } => {
            let variables = variables.iter().map(|name| format!("--env {name} "));
            let words = [program].into_iter().chain(arguments);
            let words: Vec<String> = words.map(|word| quoted(word)).collect();
            format!(
                "{}--command {}",
                variables.collect::<String>(),
                words.join(" ")
            )
        }
    }
}
