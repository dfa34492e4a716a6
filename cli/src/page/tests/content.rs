//! The content of a page, and the document around it.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use toolsmith_codegen::CatalogSource;
use toolsmith_codegen::options::AccountSettings;

use super::{input_of, page_of, page_of_functions, page_of_text, the_auth_api};
use crate::page::content::{DialectTotal, PageData, ToolDetails, Wire, WireBody};
use crate::page::html;

fn details<'a>(page: &'a PageData, name: &str) -> &'a ToolDetails {
    let index = page.tools.iter().position(|tool| tool.name == name);
    &page.details[index.unwrap()]
}

#[test]
fn an_argument_has_its_type_location_checks_and_description() {
    let page = the_auth_api();
    let update = details(&page, "update_a_the_auth_api_api_key_by_id");
    let place = |label: &str| {
        let mut places = update.arguments.iter();
        places.find(|place| place.label == label).unwrap()
    };
    let id = place("id");
    assert_eq!((id.rust.as_str(), id.is_required), ("ApiKeyId", true));
    assert_eq!(id.locations, ["path"]);
    let name = place("name");
    assert_eq!(name.locations, ["body"]);
    assert_eq!(name.checks, ["minLength 1"]);
    assert_eq!(name.description, "Name of the key.");
    let inner = place("rateLimitConfigs.rateLimit");
    assert_eq!((inner.depth, inner.is_required), (1, true));
    assert!(inner.locations.is_empty(), "{inner:?}");
    assert!(
        update
            .response
            .iter()
            .any(|place| place.label == "projectId" && !place.is_required),
        "{:?}",
        update.response
    );
}

/// The runtime decides what is sent, and recorded calls show it.
#[test]
fn the_request_is_the_one_that_is_recorded() {
    let page = the_auth_api();
    let recorded = include_str!("../../../../tests/corpus/recorded_calls.jsonl");
    let mut compared = 0;
    for line in recorded.lines() {
        let call: Json = serde_json::from_str(line).unwrap();
        let name = call["tool"].as_str().unwrap();
        let Wire::Http {
            method,
            path,
            query,
            body,
        } = &details(&page, name).wire
        else {
            panic!("{name}");
        };
        assert_eq!(call["request"]["method"], *method, "{name}");
        let target = call["request"]["target"].as_str().unwrap();
        let (sent_path, sent_query) = target.split_once('?').unwrap();
        let prefix = path.split('{').next().unwrap();
        assert!(sent_path.starts_with(prefix), "{name}: {path} {sent_path}");
        assert_eq!(
            sent_path.matches('/').count(),
            path.matches('/').count(),
            "{name}: {path} {sent_path}"
        );
        for parameter in sent_query.split('&') {
            let parameter = parameter.split(['=', '%', '[']).next().unwrap();
            let is_known = query.iter().any(|known| known.name == parameter);
            // The recorded client repeats the identifier of the path, and sends arguments that no schema has.
            let is_in_query = details(&page, name)
                .arguments
                .iter()
                .any(|argument| argument.label == parameter && argument.locations == ["query"]);
            assert!(is_known || !is_in_query, "{name}: {parameter}");
        }
        let sent: Option<Json> = call["request"]["body"]
            .as_str()
            .and_then(|body| serde_json::from_str(body).ok());
        assert_eq!(body.is_some(), !call["request"]["body"].is_null(), "{name}");
        if let (Some(WireBody::Object { properties }), Some(Json::Object(sent))) = (body, sent) {
            let required = properties.iter().filter(|property| property.is_required);
            for property in required {
                assert!(sent.contains_key(&property.name), "{name}: {property:?}");
            }
        }
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}

/// The sizes of a page are those of the lists that the generated crate writes.
#[test]
fn sizes_are_those_of_the_generated_crate() {
    let page = the_auth_api();
    let expected = include_str!("../../../../tests/it/dialects/sizes.txt");
    let mut expected: BTreeMap<&str, Vec<usize>> = expected
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next()?;
            Some((name, words.map(|word| word.parse().unwrap()).collect()))
        })
        .collect();
    let sizes = |(index, dialect): (usize, &DialectTotal)| {
        let each = page.details.iter();
        let each: Vec<usize> = each.map(|tool| tool.sizes[index].size.unwrap()).collect();
        let (least, most) = (each.iter().min().unwrap(), each.iter().max().unwrap());
        (dialect.name, vec![dialect.size, *least, *most])
    };
    let mut found: BTreeMap<&str, Vec<usize>> =
        page.dialects.iter().enumerate().map(sizes).collect();
    // In one request 20 tools are strict. Here each of them is.
    let strict = found.remove("anthropic-strict").unwrap();
    let listed = expected.remove("anthropic-strict").unwrap();
    assert!(strict[0] > listed[0], "{strict:?}");
    assert_eq!(strict[2], listed[2]);
    assert_eq!(found, expected);
}

#[test]
fn the_graph_has_the_tool_that_returns_each_identifier() {
    let page = the_auth_api();
    let arrow = |kind: &str| {
        let mut arrows = page.graph.arrows.iter();
        arrows
            .find(|arrow| arrow.kind == kind)
            .map(|arrow| arrow.tool.as_str())
    };
    assert_eq!(arrow("ProjectId"), Some("list_all_the_auth_api_projects"));
    assert_eq!(arrow("ApiKeyId"), Some("list_all_the_auth_api_api_keys"));
    let rows = page
        .graph
        .cards
        .iter()
        .map(|card| card.rows.len() + card.more);
    assert_eq!(rows.sum::<usize>(), page.tools.len());
    let label = page.graph.cards.iter().flat_map(|card| &card.rows);
    assert!(label.into_iter().any(|row| row.label == "api_keys.rotate"));
}

#[test]
fn a_large_card_leaves_out_tools_that_begin_no_arrow() {
    let tool = |resource: &str, method: &str, properties: &str| {
        format!(
            r#"{{"resource": "{resource}", "method": "{method}", "name": "{method}_{resource}", "query_schema": {{"properties": {{{properties}}}}}, "response_schema": {{"properties": {{"id": {{"type": "string"}}}}}}}}"#
        )
    };
    let id = r#""id": {"type": "string"}"#;
    let tools: Vec<String> = (0..20)
        .flat_map(|number| {
            let resource = format!("things{number}s");
            [
                tool(&resource, "list", ""),
                tool(&resource, "get", id),
                tool(&resource, "create", ""),
            ]
        })
        .collect();
    let text = format!("{{\"result\": [{}]}}", tools.join(","));
    let page = page_of_text(&text, CatalogSource::Truto(AccountSettings::default()));
    let graph = &page.graph;
    assert_eq!(page.identifiers.len(), 20);
    assert_eq!(graph.arrows.len(), 20);
    let root = graph
        .cards
        .iter()
        .find(|card| card.kind.is_empty())
        .unwrap();
    assert_eq!((root.rows.len(), root.more), (20, 20));
}

#[test]
fn a_place_that_is_loosened_is_listed_with_its_reason() {
    let page = page_of_functions(
        r#"{"name": "a", "inputSchema": {"type": "object", "properties": {"b": {}, "c": {"type": "string", "pattern": "(?<=x)y"}}}}"#,
    );
    let found: Vec<[&str; 3]> = page
        .loosened
        .iter()
        .map(|entry| [entry.tool.as_str(), entry.pointer.as_str(), entry.outcome])
        .collect();
    assert!(
        found.contains(&["a", "/inputSchema/properties/c", "unchecked"]),
        "{found:?}"
    );
    assert!(page.loosened.iter().all(|entry| !entry.why.is_empty()));
    assert_eq!(page.tools[0].loosened, page.loosened.len());
}

#[test]
fn the_document_makes_no_request_and_holds_every_tool() {
    let page = the_auth_api();
    let text = html::render(&page).unwrap();
    for outside in ["http://", "https://", " src=", "@import", "url("] {
        let found: Vec<&str> = text
            .match_indices(outside)
            .map(|(at, _)| text.get(at.saturating_sub(40)..at + 60).unwrap_or_default())
            .filter(|around| !around.contains("www.w3.org/2000/svg"))
            .filter(|around| !around.contains("url(#arrow-tip)"))
            .collect();
        assert_eq!(found, [""; 0], "{outside}");
    }
    let lines: Vec<&str> = text
        .split_once("id=\"page-details\">[\n")
        .and_then(|(_, rest)| rest.split_once("\n]</script>"))
        .map(|(details, _)| details.lines().collect())
        .unwrap();
    assert_eq!(lines.len(), page.tools.len());
    for line in lines {
        let details: Json = serde_json::from_str(line.trim_end_matches(',')).unwrap();
        assert!(
            details["code"].as_str().unwrap().contains("client."),
            "{details}"
        );
    }
}

#[test]
fn text_of_a_catalog_cannot_leave_its_script() {
    let tools = r#"[{"name": "a", "description": "</script><img src=x onerror=alert(1)><!--\u2028", "inputSchema": {"type": "object", "properties": {"</script>": {"type": "string"}}}}]"#;
    let page = page_of(&input_of(tools, CatalogSource::Functions));
    let text = html::render(&page).unwrap();
    assert_eq!(text.matches("</script>").count(), 3);
    assert_eq!(text.matches("<img").count(), 0);
    assert_eq!(text.matches("<!--").count(), 1, "the header");
    assert!(!text.contains('\u{2028}'));
}

#[test]
fn a_page_without_tools_of_its_own_is_small() {
    let empty = page_of_functions(r#"{"name": "a", "inputSchema": {"type": "object"}}"#);
    let text = html::render(&empty).unwrap();
    assert!(text.len() < 64_000, "{}", text.len());
}
