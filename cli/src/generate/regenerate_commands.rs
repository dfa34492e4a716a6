//! The commands in the README that regenerate a crate.

use toolsmith_codegen::options::{McpEndpoint, McpUrl, UnreadableTools};

use super::manifest::Package;
use super::{CATALOG, Pages, Request, slashes};

/// The placeholder of the crate's directory, which may be moved.
const DIRECTORY: &str = "DIR";

/// Returns the command that regenerates the crate from its own copy of the catalog, and the one that
/// fetches the catalog again if there is a server.
pub(super) fn commands(package: &Package<'_>, request: &Request) -> Vec<String> {
    let mut first = vec![package.program.command("generate"), "--kind".to_owned()];
    first.push(package.kind.name().to_owned());
    let mut options = vec![format!("--out {DIRECTORY} --name {}", request.name)];
    if let Some(catalog) = &request.catalog {
        options.push(format!("--catalog {}", quoted(catalog)));
    }
    if request.runtime.is_some() {
        let runtime = if package.runtime.is_absolute() {
            slashes(&package.runtime)
        } else {
            format!("{DIRECTORY}/{}", slashes(&package.runtime))
        };
        options.push(format!("--runtime {}", quoted(&runtime)));
    }
    if request.pages == Pages::Written {
        options.push("--digest".to_owned());
    }
    if package.unreadable == UnreadableTools::Skipped {
        options.push("--skip-unreadable".to_owned());
    }
    options.extend(request.endpoint.iter().map(endpoint_options));
    let input = format!("--input {DIRECTORY}/{CATALOG}");
    let from_file = first.iter().chain([&input]).chain(&options);
    let from_file: Vec<&str> = from_file.map(String::as_str).collect();
    let mut commands = vec![from_file.join(" ")];
    if request.endpoint.is_some() {
        let fetched: Vec<&str> = first.iter().chain(&options).map(String::as_str).collect();
        commands.push(fetched.join(" "));
    }
    commands
}

fn endpoint_options(endpoint: &McpEndpoint) -> String {
    match endpoint {
        McpEndpoint::Http {
            url,
            token_variable,
        } => {
            let token = token_variable.as_ref();
            let token = token.map(|name| format!(" --token-env {name}"));
            let url = match url {
                McpUrl::Literal(url) => quoted(url),
                // The shell replaces it, so that the command does not contain the secret.
                McpUrl::Variable(name) => format!("\"${name}\""),
            };
            format!("--url {url}{}", token.unwrap_or_default())
        }
        McpEndpoint::Command {
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

/// Quotes a word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |char: char| {
        char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | '/' | ':' | '@' | '=')
    };
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_words_for_a_shell() {
        assert_eq!(quoted("@scope/server"), "@scope/server");
        assert_eq!(quoted("it's here"), "'it'\\''s here'");
        assert_eq!(quoted(""), "''");
    }
}
