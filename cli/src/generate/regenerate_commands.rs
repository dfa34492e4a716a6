//! The commands that write a crate anew, as its README has them.

use toolsmith_codegen::options::McpEndpoint;

use super::manifest::Package;
use super::{CATALOG, Pages, Request, written};

/// What stands for the directory of the crate, which may lie elsewhere by then.
const HERE: &str = "DIR";

/// The command that writes the crate from the catalog that lies in it, and the one that fetches
/// that anew, if there is a server.
pub(super) fn commands(package: &Package<'_>, request: &Request) -> Vec<String> {
    let mut before = vec![package.program.command("generate"), "--kind".to_owned()];
    before.push(package.kind.name().to_owned());
    let mut after = vec![format!("--out {HERE} --name {}", request.name)];
    if let Some(catalog) = &request.catalog {
        after.push(format!("--catalog {}", quoted(catalog)));
    }
    if request.runtime.is_some() {
        let runtime = if package.runtime.is_absolute() {
            written(&package.runtime)
        } else {
            format!("{HERE}/{}", written(&package.runtime))
        };
        after.push(format!("--runtime {}", quoted(&runtime)));
    }
    if request.pages == Pages::Written {
        after.push("--digest".to_owned());
    }
    after.extend(request.endpoint.iter().map(endpoint_options));
    let input = format!("--input {HERE}/{CATALOG}");
    let from_file = before.iter().chain([&input]).chain(&after);
    let from_file: Vec<&str> = from_file.map(String::as_str).collect();
    let mut commands = vec![from_file.join(" ")];
    if request.endpoint.is_some() {
        let fetched: Vec<&str> = before.iter().chain(&after).map(String::as_str).collect();
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
            format!("--url {}{}", quoted(url), token.unwrap_or_default())
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

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | ':' | '@' | '=')
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
    fn words_are_quoted_where_a_shell_needs_it() {
        assert_eq!(quoted("@scope/server"), "@scope/server");
        assert_eq!(quoted("it's here"), "'it'\\''s here'");
        assert_eq!(quoted(""), "''");
    }
}
