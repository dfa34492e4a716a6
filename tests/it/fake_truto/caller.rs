//! A server, and a plain HTTP client that calls its tools by name as the catalog describes them.

use std::collections::BTreeMap;

use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};
use serde_json::{Map, Value, json};
use toolsmith_testkit::fake_truto::FakeTruto;

const CATALOG: &str = include_str!("../../../catalogs/the_auth_api.json");

/// The server under test and a client of it.
pub(crate) struct Caller {
    pub(crate) server: FakeTruto,
    pub(crate) tools: BTreeMap<String, Value>,
    client: Client,
}

impl Caller {
    /// Starts a server.
    pub(crate) fn start() -> Caller {
        // Another test of this process may have installed it.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let catalog: Value = serde_json::from_str(CATALOG).unwrap();
        let tools = catalog["result"].as_array().unwrap().iter();
        let named = |tool: &Value| (tool["name"].as_str().unwrap().to_owned(), tool.clone());
        Caller {
            server: FakeTruto::start().unwrap(),
            tools: tools.map(named).collect(),
            client: Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Creates a request for a target such as `/proxy/accounts?integrated_account_id=…`, with the token.
    pub(crate) fn request(&self, method: &str, target: &str) -> RequestBuilder {
        self.request_as(self.server.token(), method, target)
    }

    /// Creates a request with another token.
    pub(crate) fn request_as(&self, token: &str, method: &str, target: &str) -> RequestBuilder {
        let url = format!("{}{target}", self.server.base_url());
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, url).bearer_auth(token)
    }

    /// Sends JSON to a control route and expects success.
    pub(crate) async fn control(&self, method: &str, path: &str, body: &Value) {
        let answer = send(self.request(method, path).body(body.to_string())).await;
        assert_eq!(answer, (StatusCode::NO_CONTENT, Value::Null));
    }

    /// Creates the request of a tool. The arguments are strings, numbers, lists of strings, or objects in the body.
    pub(crate) fn tool(&self, name: &str, arguments: &Value) -> RequestBuilder {
        let tool = &self.tools[name];
        let mut arguments = arguments.as_object().unwrap().clone();
        let (method, segment) = match tool["method"].as_str().unwrap() {
            "list" => ("GET", None),
            "create" => ("POST", None),
            "get" => ("GET", arguments.remove("id")),
            "update" => ("PATCH", arguments.remove("id")),
            "delete" => ("DELETE", arguments.remove("id")),
            custom => ("POST", Some(json!(custom))),
        };
        let mut url = Url::parse(self.server.base_url()).unwrap();
        {
            let mut path = url.path_segments_mut().unwrap();
            path.push("proxy").push(tool["resource"].as_str().unwrap());
            path.extend(segment.as_ref().and_then(Value::as_str));
        }
        let in_body = |name: &str| tool["body_schema"]["properties"].get(name).is_some();
        let (body, query): (Map<_, _>, Map<_, _>) =
            arguments.into_iter().partition(|(name, _)| in_body(name));
        url.query_pairs_mut()
            .append_pair("integrated_account_id", self.server.account_id())
            .extend_pairs(query.iter().map(|(name, value)| (name, as_text(value))));
        let target = format!("{}?{}", url.path(), url.query().unwrap());
        let request = self.request(method, &target);
        match method {
            "POST" | "PATCH" => request
                .header("content-type", "application/json")
                .body(Value::Object(body).to_string()),
            _ => request,
        }
    }

    /// Calls a tool.
    pub(crate) async fn call(&self, name: &str, arguments: Value) -> (StatusCode, Value) {
        send(self.tool(name, &arguments)).await
    }

    /// Calls a tool and returns its record or its list of records.
    #[track_caller]
    pub(crate) fn ok(&self, name: &str, arguments: Value) -> impl Future<Output = Value> {
        let request = self.tool(name, &arguments);
        let name = name.to_owned();
        async move {
            let (status, mut body) = send(request).await;
            assert!(status.is_success(), "{name} {arguments}: {status} {body}");
            match body.get_mut("result") {
                Some(result) => result.take(),
                None => body,
            }
        }
    }
}

/// Sends a request and reads the response as JSON; no body is null.
pub(crate) async fn send(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let body = answer.bytes().await.unwrap();
    let body = match body.as_ref() {
        b"" => Value::Null,
        body => serde_json::from_slice(body).unwrap(),
    };
    (status, body)
}

/// Returns the values of a field of a list of records.
pub(crate) fn column<'a>(records: &'a Value, field: &str) -> Vec<&'a str> {
    let records = records.as_array().unwrap().iter();
    records
        .filter_map(|record| record[field].as_str())
        .collect()
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
