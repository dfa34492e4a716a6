//! Hostile text.

use serde_json::{Value as Json, json};
use toolsmith_browser_tests::{Project, Visit};

use super::count;

/// Text that would do harm as anything but text.
const HARM: &str = "</script><img src=x onerror=\"hacked=1\"><!--<script>hacked=1</script>${hacked=1}\u{202e}gnol\u{e0041}\u{2028}";

#[tokio::test]
async fn hostile_text_stays_text() {
    let tool = |name: &str, argument: &str| {
        json!({
            "name": name,
            "title": HARM,
            "description": format!("Before. {HARM} After."),
            "inputSchema": {
                "type": "object",
                "properties": {
                    argument: {"type": "string", "description": HARM, "pattern": "^<b>", "enum": [HARM, "<i>"]},
                    "__proto__": {"type": "string", "description": HARM},
                },
                "required": [argument],
            },
            "outputSchema": {"type": "object", "properties": {"</td><b>": {"type": "string", "description": HARM}}},
        })
    };
    let tools = [
        tool("a</script><b>", "\"><b onclick=hacked=1>"),
        tool("/tools", "x"),
        tool("constructor", "toString"),
        tool("100%25 #/graph", "y"),
    ];
    let project = Project::of_tools("mcp", &tools);
    let reason = Json::from(HARM);
    let mut overlay =
        format!("[[change]]\ntool = \"/tools\"\neffect = \"reads\"\nreason = {reason}\n");
    for tool in &tools {
        let name = &tool["name"];
        overlay += &format!(
            "[[change]]\ntool = {name}\nallow = [\"text-hidden-characters\"]\nreason = \"a test\"\n"
        );
    }
    project.write("catalogs/demo.overlay.toml", &overlay);
    let Some(visit) = Visit::open(&project.page(&[]), "").await else {
        return;
    };
    assert_eq!(count(&visit).await, "4 tools in 1 group");
    let rows = visit
        .number("document.querySelectorAll('#list li a').length")
        .await;
    assert_eq!(rows, 4.0);
    for index in 0..4 {
        let name = visit
            .text(&format!(
                "decodeURIComponent(document.querySelectorAll('#list li a')[{index}].hash.slice(1))"
            ))
            .await;
        assert!(tools.iter().any(|tool| tool["name"] == *name), "{name}");
        visit
            .value(&format!(
                "document.querySelectorAll('#list li a')[{index}].click()"
            ))
            .await;
        println!("clicked row {index}");
        let expected = Json::from(name.as_str());
        visit
            .wait_for(&format!(
                "document.querySelector('main .tool-name')?.textContent === {expected}"
            ))
            .await;
        visit
            .value("[...document.querySelectorAll('main summary')].forEach(each => each.click())")
            .await;
        visit.wait_for("[...document.querySelectorAll('main details')].every(each => each.childElementCount === 2)").await;
        let description = visit
            .text("document.querySelector('.description').textContent")
            .await;
        let seen = HARM
            .replace('\u{202e}', "U+202E")
            .replace('\u{e0041}', "U+E0041")
            .replace('\u{2028}', "U+2028");
        assert_eq!(description, format!("Before. {seen} After."));
    }
    visit.click("#views a", "Corrections").await;
    visit.wait_for_heading("Corrections").await;
    visit.picture("hostile").await;
    for (expression, expected) in [
        ("typeof hacked", json!("undefined")),
        (
            "document.querySelectorAll('img, b, i, iframe, object').length",
            json!(0),
        ),
        ("document.scripts.length", json!(3)),
        ("Object.keys({}).length", json!(0)),
    ] {
        assert_eq!(visit.value(expression).await, expected, "{expression}");
    }
    visit.end().await;
}
