//! The creation of a client, and the restriction of its access.

use super::code::Code;
use crate::digest::line::shorten;
use crate::digest::lookup::Lookup;
use crate::emit::docs;
use crate::options::{AccountSettings, CatalogSource, McpSettings, McpUrl};

/// The characters of a text of the configuration.
const MAX_SETTING: usize = 100;

/// Emits the section.
pub(super) fn emit_client(lookup: &Lookup<'_>) -> String {
    let mut code = Code::new(lookup)
        .client()
        .runtime(["ReadOnly", "ReadWrite"]);
    match &lookup.ctx.api.source {
        CatalogSource::Truto(settings) => {
            code = code.other(["std::time::Duration"]).runtime([
                "Error",
                "RetryPolicy",
                "transport::HttpTransport",
                "transport::reqwest",
            ]);
            connect_account(&mut code, settings);
        }
        CatalogSource::Mcp(endpoint) => {
            code = code.runtime([
                "Error",
                "mcp::Elicitation",
                "mcp::ElicitationAnswer",
                "mcp::Endpoint",
            ]);
            connect_server(&mut code, endpoint.as_ref());
        }
        CatalogSource::Functions => {
            code = code.runtime([
                "Json",
                "functions::FunctionHandler",
                "functions::HandlerError",
            ]);
            handle_functions(&mut code, lookup);
        }
    }
    code.line(
        "
/// Methods that write do not compile on the first; methods that destroy compile on neither.
fn restrict(client: &Client) -> (Client<ReadOnly>, Client<ReadWrite>) {
    (client.read_only(), client.read_write())
}",
    );
    let shared = match lookup.ctx.api.source {
        CatalogSource::Truto(_) => "connections and the rate limiter",
        CatalogSource::Mcp(_) => "session",
        CatalogSource::Functions => "handler",
    };
    format!(
        "Clones are cheap, and share the {shared}. A function that only reads can take a `&Client<ReadOnly>`.\n\n{}",
        code.render()
    )
}

fn connect_account(code: &mut Code<'_, '_>, settings: &AccountSettings) {
    let tokens: Vec<String> = settings
        .token_variables
        .iter()
        .map(|name| setting(name))
        .collect();
    let base_url = shorten(&settings.base_url, MAX_SETTING);
    code.line(format!(
        "/// Reads {}, {} and the optional {}.
fn from_environment() -> Result<Client, Error> {{
    Client::from_env()
}}

fn configured(token: String, account: &str) -> Result<Client, Error> {{
    Client::builder()
        .token(token)
        .account(account) // the ID of the account that is connected to Truto, not an identifier of this API
        .base_url({base_url:?}) // optional, like the rest; these are the defaults
        .timeout(Duration::from_secs(120)) // of a call over all its attempts
        .attempt_timeout(Duration::from_secs(60)) // of each attempt
        .retry(RetryPolicy::default().max_attempts(4)) // within the timeout of the call
        .http_client_with(http_client)
        .build()
}}

/// For proxies and certificates. `reqwest::Client::builder()` would panic without a TLS provider.
fn http_client() -> Result<reqwest::Client, reqwest::Error> {{
    HttpTransport::client_builder().connect_timeout(Duration::from_secs(10)).build()
}}",
        tokens.join(" or "),
        setting(&settings.account_variable),
        setting(&settings.base_url_variable),
    ));
}

fn setting(text: &str) -> String {
    docs::code(&shorten(text, MAX_SETTING))
}

fn connect_server(code: &mut Code<'_, '_>, endpoint: Option<&McpSettings>) {
    if let Some(endpoint) = endpoint {
        let what = match endpoint {
            McpSettings::Http { url, .. } => match url {
                McpUrl::Literal(url) => format!("Connects to {}.", setting(url)),
                McpUrl::Variable(name) => format!("Connects to the URL in {}.", setting(name)),
            },
            McpSettings::Command { program, .. } => {
                format!("Starts {}.", setting(program))
            }
        };
        code.line(format!(
            "/// {what}
async fn connect() -> Result<Client, Error> {{
    Client::connect().await
}}
"
        ));
    }
    code.line(
        "async fn connect_to_program() -> Result<Client, Error> {
    // The program inherits a few variables such as `PATH`, and those that are named here.
    let endpoint = Endpoint::command(\"npx\").args([\"-y\", \"server\"]).variables([\"API_KEY\"]);
    Client::connect_to(endpoint).await
}

async fn connect_to_url() -> Result<Client, Error> {
    let endpoint = Endpoint::http(\"https://mcp.example.com/mcp\").token_from(\"API_TOKEN\");
    Client::connect_to(endpoint).await // `token_from` reads a variable
}

/// Answers a server that asks a person during a call.
async fn connect_with_answers(endpoint: Endpoint) -> Result<Client, Error> {
    let builder = Client::builder().endpoint(endpoint).on_elicitation(|question: Elicitation| async move {
        println!(\"{}\", question.message);
        ElicitationAnswer::Decline
    });
    builder.connect().await
}",
    );
}

fn handle_functions(code: &mut Code<'_, '_>, lookup: &Lookup<'_>) {
    let name = lookup
        .ctx
        .operations()
        .next()
        .map(|tool| tool.tool.name.as_str());
    let name = shorten(name.unwrap_or_default(), MAX_SETTING);
    code.line(format!(
        "/// The program carries out the functions.
struct Handler;

impl FunctionHandler for Handler {{
    /// Receives valid arguments, with the names on the wire. The result is checked against the schema.
    async fn call(&self, name: &str, arguments: Json) -> Result<Json, HandlerError> {{
        match name {{
            {name:?} => Ok(Json::String(format!(\"received {{arguments}}\"))),
            _ => Err(format!(\"{{name}} is not a function\").into()),
        }}
    }}
}}

fn create() -> Client {{
    Client::new(Handler)
}}"
    ));
}
