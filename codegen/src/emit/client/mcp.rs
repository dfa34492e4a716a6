//! The client of an MCP server, which makes its calls through a session.

use proc_macro2::{Group, Literal, TokenStream};
use quote::quote;

use super::wrapper::{emit_catalog, emit_constructors, emit_definition};
use crate::emit::ctx::Ctx;
use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::tokens::{literal, names};
use crate::options::{McpSettings, McpUrl};

/// Emits the items of the client that precede its tools.
pub(super) fn emit_mcp(
    ctx: &Ctx<'_>,
    endpoint: Option<&McpSettings>,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    imports.add_runtime(["Error", "McpClientBuilder", "McpEndpoint", "McpSession"]);
    let connect = endpoint.map(emit_connect);
    let builder = emit_builder(ctx, endpoint);
    let constructors = quote! {
        #connect

        /// Opens a session with an MCP server.
        ///
        /// # Errors
        ///
        /// Returns an error if the server cannot be reached or does not speak MCP.
        pub async fn connect_to(endpoint: impl Into<McpEndpoint>) -> Result<Self, Error> {
            Self::builder().endpoint(endpoint).connect().await
        }

        #builder

        /// Creates a client that uses an open session.
        #[must_use]
        pub fn with_session(session: McpSession) -> Self {
            Self(codegen::McpClient::with_session(CATALOG, session))
        }
    };
    let mut items = Vec::from(emit_catalog(ctx, imports));
    items.push(emit_definition(ctx, "the session", "McpClient"));
    items.extend(emit_constructors(&constructors, imports));
    items
}

/// Emits the builder. It introduces the crate to the server.
fn emit_builder(ctx: &Ctx<'_>, endpoint: Option<&McpSettings>) -> TokenStream {
    let name = literal::text(&ctx.crate_name);
    let known = endpoint.map(|endpoint| {
        let endpoint = emit_endpoint(endpoint);
        quote!(.endpoint(#endpoint))
    });
    let constants = endpoint.map(emit_constants);
    let docs = match endpoint {
        Some(_) => {
            "Returns a builder for a client that can answer the server's questions. It already has the endpoint."
        }
        None => {
            "Returns a builder for a client that can answer the server's questions. Set its endpoint first."
        }
    };
    let docs = docs::emit_lines(&[docs.to_owned()]);
    quote! {
        #docs
        pub fn builder() -> McpClientBuilder<Self> {
            #constants
            McpClientBuilder::new(CATALOG)
                .client_info(
                    option_env!("CARGO_PKG_NAME").unwrap_or(#name),
                    option_env!("CARGO_PKG_VERSION").unwrap_or("0.0.0"),
                )
                #known
        }
    }
}

/// Emits the conversion that the builder uses to return the generated client.
pub(super) fn emit_conversion() -> TokenStream {
    quote! {
        impl From<codegen::McpClient<Full>> for Client {
            fn from(client: codegen::McpClient<Full>) -> Self {
                Self(client)
            }
        }
    }
}

/// Emits the constructor that knows the server.
fn emit_connect(endpoint: &McpSettings) -> TokenStream {
    let docs = emit_connect_docs(endpoint);
    quote! {
        #docs
        pub async fn connect() -> Result<Self, Error> {
            Self::builder().connect().await
        }
    }
}

fn emit_endpoint(endpoint: &McpSettings) -> TokenStream {
    match endpoint {
        McpSettings::Http {
            url,
            token_variable,
        } => {
            let endpoint = match url {
                McpUrl::Literal(url) => {
                    let url = literal::text(url);
                    quote!(McpEndpoint::http(#url))
                }
                McpUrl::Variable(name) => {
                    let name = literal::text(name);
                    quote!(McpEndpoint::http_from(#name))
                }
            };
            let token = token_variable.as_ref().map(|name| {
                let name = literal::text(name);
                quote!(.token_from(#name))
            });
            quote!(#endpoint #token)
        }
        McpSettings::Command {
            arguments,
            variables,
            ..
        } => emit_command(arguments, variables),
    }
}

fn emit_connect_docs(endpoint: &McpSettings) -> Group {
    let (summary, variables) = match endpoint {
        McpSettings::Http {
            url,
            token_variable,
        } => (
            match url {
                McpUrl::Literal(url) => format!(
                    "Opens a session with the MCP server at {}.",
                    docs::code(url)
                ),
                McpUrl::Variable(name) => format!(
                    "Opens a session with the MCP server whose URL is in the variable {}.",
                    docs::code(name)
                ),
            },
            token_variable
                .as_ref()
                .map(|name| format!("Reads the bearer token from {}.", docs::code(name))),
        ),
        McpSettings::Command {
            program, variables, ..
        } => {
            let names: Vec<String> = variables.iter().map(|name| docs::code(name)).collect();
            let passed = format!("The server inherits these variables: {}.", names.join(", "));
            (
                format!(
                    "Starts the MCP server {} and opens a session with it.",
                    docs::code(program)
                ),
                (!names.is_empty()).then_some(passed),
            )
        }
    };
    let mut lines = vec![summary];
    lines.extend(
        variables
            .into_iter()
            .flat_map(|variables| [String::new(), variables]),
    );
    lines.extend(
        [
            "",
            "# Errors",
            "",
            "Returns an error if a variable is not set, or if the server cannot be reached or does",
            "not speak MCP.",
        ]
        .map(str::to_owned),
    );
    docs::emit_lines(&lines)
}

/// Emits `McpEndpoint::command(PROGRAM).args(ARGS).variables(ENV)`.
fn emit_command(arguments: &[String], variables: &[String]) -> TokenStream {
    let arguments = (!arguments.is_empty()).then(|| quote!(.args(ARGS)));
    let variables = (!variables.is_empty()).then(|| quote!(.variables(ENV)));
    quote!(McpEndpoint::command(PROGRAM)#arguments #variables)
}

/// Emits the texts of a command as constants, so that each statement has one layout only.
fn emit_constants(endpoint: &McpSettings) -> TokenStream {
    let McpSettings::Command {
        program,
        arguments,
        variables,
    } = endpoint
    else {
        return TokenStream::new();
    };
    let program = literal::text(program);
    let list = |name: &str, texts: &[String]| {
        let (name, length) = (
            names::token_of(name),
            Literal::usize_unsuffixed(texts.len()),
        );
        let literals = texts.iter().map(|text| literal::text(text));
        (!texts.is_empty()).then(|| quote!(const #name: [&str; #length] = [#(#literals),*];))
    };
    let arguments = list("ARGS", arguments);
    let variables = list("ENV", variables);
    quote! {
        const PROGRAM: &str = #program;
        #arguments
        #variables
    }
}
