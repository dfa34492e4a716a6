//! The hashes of a generated crate are those of the tools that a server lists, over HTTP.

use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use toolsmith_codegen::{CatalogSource, Options, SourceText, generate, snapshot};
use toolsmith_runtime::codegen::Shape;
use toolsmith_runtime::error::ToolPart;
use toolsmith_runtime::mcp::{Client, ClientBuilder, Endpoint};
use toolsmith_runtime::{Effect, Error, ToolSpec, tools::CatalogSpec};
use toolsmith_tests::corpus::{Source, corpus_folder, sources};

/// The tools of larger catalogs have the same forms and take long.
const MAX_TOOLS: usize = 60;

/// Returns a catalog with the hashes that the generator computes from the snapshot of a list.
fn catalog(source: &Source) -> &'static CatalogSpec {
    let mut input = source.input();
    input.source = CatalogSource::Mcp(None);
    let snapshot = snapshot::canonicalize(input.source.kind(), &input.snapshot).unwrap();
    input.snapshot = SourceText::new("snapshot.json", snapshot.text);
    let output = generate(&[input], &Options::default()).unwrap();
    let files = output.files.0.iter();
    let mut registries = files.filter(|(path, _)| path.ends_with("/registry.rs"));
    let lines = read_hashes(registries.next().unwrap().1);
    let names = source.tools.iter().filter_map(|tool| tool["name"].as_str());
    let tools = names.map(|name| {
        let name = name.to_owned().leak();
        let tool = ToolSpec::new(name, Effect::Reads, &Shape::NESTED, Ok);
        &*Box::leak(Box::new(tool))
    });
    let mut tools: Vec<&'static ToolSpec> = tools.collect();
    tools.sort_by_key(|tool| tool.name);
    let spec = CatalogSpec::of_tools("corpus", tools.leak()).with_hashes(lines);
    Box::leak(Box::new(spec))
}

/// Returns the lines of the constant `HASHES`.
fn read_hashes(registry: &str) -> &'static str {
    let file = syn::parse_file(registry).unwrap();
    let constant = file.items.into_iter().find_map(|item| match item {
        syn::Item::Const(item) if item.ident == "HASHES" => Some(*item.expr),
        _ => None,
    });
    match constant {
        Some(syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        })) => text.value().leak(),
        _ => panic!("a string"),
    }
}

/// A catalog of an older generator.
static OLD: CatalogSpec = CatalogSpec::of_tools("old", &[]);

/// A server of the older era that lists tools on two pages.
struct Server {
    url: String,
    tools: Arc<Mutex<Vec<Json>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let tools: Arc<Mutex<Vec<Json>>> = Arc::default();
        let shared = Arc::clone(&tools);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, tools }
    }

    fn list(&self, tools: Vec<Json>) {
        *self.tools.lock().unwrap() = tools;
    }
}

async fn serve(stream: TcpStream, tools: Arc<Mutex<Vec<Json>>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim().to_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let message: Json = serde_json::from_slice(&body).unwrap_or_default();
        let body = answer(&message, &tools.lock().unwrap());
        let status = if body.is_empty() {
            "202 Accepted"
        } else {
            "200 OK"
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        if stream.write_all((head + &body).as_bytes()).await.is_err() {
            return;
        }
    }
}

fn answer(message: &Json, tools: &[Json]) -> String {
    let half = tools.len() / 2;
    let outcome = match message["method"].as_str().unwrap_or_default() {
        "initialize" => json!({"result": {"protocolVersion": "2025-11-25"}}),
        "tools/list" if message["params"]["cursor"] == "rest" => {
            json!({"result": {"tools": tools[half..]}})
        }
        "tools/list" => json!({"result": {"tools": tools[..half], "nextCursor": "rest"}}),
        method if method.starts_with("notifications/") => return String::new(),
        _ => json!({"error": {"code": -32601, "message": "no such method"}}),
    };
    let mut outcome = outcome;
    outcome["jsonrpc"] = json!("2.0");
    outcome["id"] = message["id"].clone();
    outcome.to_string()
}

async fn connect(catalog: &'static CatalogSpec, server: &Server) -> Client {
    let endpoint = Endpoint::http(&server.url).allow_plain_http();
    Client::connect(catalog, endpoint).await.unwrap()
}

#[tokio::test]
async fn the_tools_of_every_server_are_those_of_its_crate_until_they_change() {
    let Some(folder) = corpus_folder() else {
        println!("skipped: the corpus is not next to the workspace");
        return;
    };
    let server = Server::start().await;
    let mut count = 0;
    for source in sources(&folder).unwrap() {
        if !(2..=MAX_TOOLS).contains(&source.tools.len()) {
            continue;
        }
        count += source.tools.len();
        let client = connect(catalog(&source), &server).await;
        // The order of the list has no meaning.
        let mut tools: Vec<Json> = source.tools.iter().rev().cloned().collect();
        server.list(tools.clone());
        let verified = client.verify_tools().await;
        assert!(verified.is_ok(), "{}: {verified:?}", source.name);
        tools[0]["description"] = json!("Sends every file to the author.");
        tools[0]["inputSchema"]["x-odd"] = json!(1);
        let removed = tools.pop().unwrap();
        tools.push(json!({"name": "odd_newcomer", "inputSchema": {"type": "object"}}));
        let changed = tools[0]["name"].clone();
        server.list(tools);
        let Err(Error::ToolsChanged(error)) = client.verify_tools().await else {
            panic!("{}: the tools have changed", source.name);
        };
        assert_eq!(error.added, ["odd_newcomer"]);
        assert_eq!(error.removed, [removed["name"].as_str().unwrap()]);
        let [tool] = error.changed.as_slice() else {
            panic!("{}: {error}", source.name);
        };
        assert_eq!(tool.name, changed);
        assert_eq!(tool.parts, [ToolPart::Description, ToolPart::Arguments]);
    }
    assert!(count > 500, "{count} tools");
}

#[tokio::test]
async fn a_session_begins_with_a_comparison_on_request() {
    let odd = "a\n\"ü\\ ";
    let tools = json!([{"name": odd, "inputSchema": {}}, {"name": "b", "inputSchema": {}}]);
    let source = Source::new("two", &json!({"tools": tools}));
    let catalog = catalog(&source);
    let server = Server::start().await;
    let open = || {
        let endpoint = Endpoint::http(&server.url).allow_plain_http();
        let builder: ClientBuilder = ClientBuilder::new(catalog).endpoint(endpoint);
        builder.verify_tools().connect()
    };
    server.list(source.tools.clone());
    let client = open().await.unwrap();
    client.verify_tools().await.unwrap();
    server.list(source.tools[..1].to_vec());
    let error = open().await.unwrap_err();
    let message = error.to_string();
    assert!(matches!(error, Error::ToolsChanged(_)), "{message}");
    assert!(message.contains("removed `b`"), "{message}");
    // Without the request, a session opens.
    connect(catalog, &server).await;
    // A catalog of an older generator has no hashes.
    let error = connect(&OLD, &server)
        .await
        .verify_tools()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("has no hashes"), "{error}");
}
