//! The pairs of catalogs in `tests/changes/kinds.toml`, in both directions.

use serde::Deserialize;
use serde_json::{Value as Json, json};
use toolsmith_codegen::options::AccountSettings;
use toolsmith_codegen::{CatalogInput, CatalogSource, SourceText};

use super::with_lock;

/// The pairs, as they are written.
const PAIRS: &str = include_str!("../../changes/kinds.toml");

#[derive(Debug, Deserialize)]
struct Document {
    pair: Vec<Pair>,
}

/// Two versions of a catalog, and callers of both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    there: String,
    back: String,
    #[serde(default)]
    with: Vec<String>,
    catalog: Option<String>,
    part: Option<String>,
    before: String,
    after: String,
    old: String,
    new: Option<String>,
    old_back: Option<String>,
    response: Option<String>,
    overlay: Option<String>,
    overlay_before: Option<String>,
    overlay_after: Option<String>,
}

/// One direction of a pair.
pub(crate) struct Direction {
    /// The name of the module: `p07_back`.
    pub(crate) name: String,
    /// The identifier of the kind, and those of the others that come with it.
    pub(crate) kind: String,
    pub(crate) with: Vec<String>,
    pub(crate) catalog: String,
    /// The catalogs, both with the lock of the older one.
    pub(crate) before: CatalogInput,
    pub(crate) after: CatalogInput,
    /// The caller of the older crate, and that of the newer one if it differs.
    pub(crate) old: String,
    pub(crate) new: Option<String>,
    response: Option<String>,
}

/// Reads every direction of every pair.
pub(crate) fn directions() -> Vec<Direction> {
    let document: Document = toml::from_str(PAIRS).unwrap();
    let pairs = document.pair.iter().enumerate();
    pairs
        .flat_map(|(index, pair)| {
            let back = (!pair.back.is_empty()).then(|| pair.direction(index, true));
            std::iter::once(pair.direction(index, false)).chain(back)
        })
        .collect()
}

impl Pair {
    fn direction(&self, index: usize, is_back: bool) -> Direction {
        let name = format!("p{index:02}_{}", if is_back { "back" } else { "there" });
        let new = self.new.as_ref().unwrap_or(&self.old);
        let mut sides = [
            self.input(&name, &self.before, self.overlay_before.as_ref()),
            self.input(&name, &self.after, self.overlay_after.as_ref()),
        ];
        let mut callers = [&self.old, new];
        if is_back {
            sides.reverse();
            callers.reverse();
            if let Some(caller) = &self.old_back {
                callers = [caller, caller];
            }
        }
        let [before, after] = sides;
        let (before, after) = with_lock(before, after);
        Direction {
            kind: if is_back { &self.back } else { &self.there }.clone(),
            with: self.with.clone(),
            catalog: self.catalog.clone().unwrap_or("functions".to_owned()),
            before,
            after,
            old: callers[0].clone(),
            new: self.new.is_some().then(|| callers[1].clone()),
            response: self.response.clone(),
            name,
        }
    }

    fn input(&self, name: &str, part: &str, overlay: Option<&String>) -> CatalogInput {
        let part: Json =
            serde_json::from_str(part).unwrap_or_else(|error| panic!("{part}: {error}"));
        let schema = || {
            let mut schema = json!({"type": "object"});
            let members = part.as_object().unwrap().clone();
            schema.as_object_mut().unwrap().extend(members);
            schema
        };
        let tools = match self.part.as_deref() {
            None | Some("arguments") => json!([{"name": "find_key", "inputSchema": schema()}]),
            Some("record") => json!([{"name": "find_key", "outputSchema": schema()}]),
            Some("tools") => part.clone(),
            Some(other) => panic!("{other} is not a part"),
        };
        let (source, document) = match self.catalog.as_deref() {
            None | Some("functions") => (CatalogSource::Functions, tools),
            Some("truto") => {
                let settings = AccountSettings {
                    base_url: "https://api.truto.one".to_owned(),
                    ..AccountSettings::default()
                };
                (CatalogSource::Truto(settings), tools)
            }
            Some("mcp") => (CatalogSource::Mcp(None), json!({"tools": tools})),
            Some(other) => panic!("{other} is not a kind of catalog"),
        };
        let text = document
            .to_string()
            .replace("LONG", &"Finds a key. ".repeat(100));
        let snapshot = SourceText::new(format!("{name}.json"), text);
        let overlay = overlay.or(self.overlay.as_ref());
        CatalogInput {
            overlay: overlay.map(|text| SourceText::new(format!("{name}.overlay.toml"), text)),
            ..CatalogInput::new(name, source, snapshot)
        }
    }
}

impl Direction {
    /// Returns the module of a program that makes the calls of `caller`.
    pub(crate) fn program(&self, caller: &str) -> String {
        let is_truto = self.catalog == "truto";
        let response = match &self.response {
            Some(response) => response.as_str(),
            None if is_truto => r#"{"result": []}"#,
            None => "{}",
        };
        let client = match self.catalog.as_str() {
            "functions" => "Client::new(harness::Handler::new(RESPONSE, log))",
            "mcp" => "Client::connect_to(Endpoint::http(&harness::mcp_server(log).await)).await?",
            _ => {
                "Client::builder().token(\"t\").account(\"a\")\
                 .transport(harness::transport(RESPONSE, log)).build()?"
            }
        };
        PROGRAM
            .replace("{module}", &self.name)
            .replace("{response}", response)
            .replace("{client}", client)
            .replace("{caller}", caller)
    }
}

/// The module of a caller.
const PROGRAM: &str = r##"
use sdk::{module}::*;
use toolsmith_runtime::mcp::Endpoint;
use toolsmith_runtime::{Date, Error, Json, Open, client::Deleted};

use crate::harness;

const RESPONSE: &str = r#"{response}"#;

pub async fn run(log: harness::Log) -> Result<String, Error> {
    let client = {client};
    let value = {
        {caller}
    };
    Ok(format!("{value:?}"))
}
"##;
