//! What is particular to the client of an MCP server: it is made by opening a session.

use proc_macro2::TokenStream;
use quote::quote;

use super::{emit_definition, emit_restrictions, emit_toolset};
use crate::emit::ctx::Ctx;
use crate::emit::paths::Imports;
use crate::emit::{docs, literal};
use crate::options::McpEndpoint;

/// The items of such a client, before its tools.
pub(super) fn emit_mcp(
    ctx: &Ctx<'_>,
    server: Option<&McpEndpoint>,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    imports.add_runtime(["Error", "McpServer", "McpSession"]);
    let connect = server.map(emit_connect);
    let constructors = quote! {
        #connect

        /// Opens a session with a server.
        ///
        /// # Errors
        ///
        /// There is no such server, or it does not speak the protocol.
        pub async fn connect_to(server: McpServer) -> Result<Self, Error> {
            codegen::McpClient::connect(CATALOG, server).await.map(Self)
        }

        /// A client over a session that is open already.
        #[must_use]
        pub fn over(session: McpSession) -> Self {
            Self(codegen::McpClient::over(CATALOG, session))
        }
    };
    let mut items = Vec::from(emit_toolset(ctx, imports));
    items.push(emit_definition(
        ctx,
        "clones share the session",
        "McpClient",
    ));
    items.extend(emit_restrictions(&constructors, imports));
    items
}

/// The constructor that knows the server.
fn emit_connect(server: &McpEndpoint) -> TokenStream {
    let (summary, variables, server) = match server {
        McpEndpoint::Http {
            url,
            token_variable,
        } => {
            let token = token_variable.as_ref().map(|name| {
                let name = literal::text(name);
                quote!(.token_from(#name))
            });
            let address = literal::text(url);
            (
                format!("Opens a session with the server at {}.", docs::code(url)),
                token_variable.iter().collect::<Vec<_>>(),
                quote!(McpServer::http(#address)#token),
            )
        }
        McpEndpoint::Command {
            program,
            arguments,
            variables,
        } => (
            format!(
                "Starts {} and opens a session with it.",
                docs::code(program)
            ),
            variables.iter().collect(),
            emit_command(program, arguments, variables),
        ),
    };
    let mut lines = vec![summary];
    if !variables.is_empty() {
        let names: Vec<String> = variables.iter().map(|name| docs::code(name)).collect();
        lines.extend([
            String::new(),
            format!("It is given what stands in {}.", names.join(", ")),
        ]);
    }
    lines.extend(
        [
            "",
            "# Errors",
            "",
            "A variable is not set, there is no such server, or it does not speak the protocol.",
        ]
        .map(str::to_owned),
    );
    let docs = docs::emit_lines(&lines);
    quote! {
        #docs
        pub async fn connect() -> Result<Self, Error> {
            Self::connect_to(#server).await
        }
    }
}

/// `McpServer::command("npx").args(["-y", "server"]).variables(["TOKEN"])`
fn emit_command(program: &str, arguments: &[String], variables: &[String]) -> TokenStream {
    let program = literal::text(program);
    let list = |texts: &[String]| {
        let texts = texts.iter().map(|text| literal::text(text));
        quote!([#(#texts),*])
    };
    let arguments = (!arguments.is_empty()).then(|| {
        let arguments = list(arguments);
        quote!(.args(#arguments))
    });
    let variables = (!variables.is_empty()).then(|| {
        let variables = list(variables);
        quote!(.variables(#variables))
    });
    quote!(McpServer::command(#program)#arguments #variables)
}
