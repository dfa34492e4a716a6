//! Large catalogs.

use serde_json::{Value as Json, json};
use toolsmith_browser_tests::{Project, Visit};

use super::count;

#[tokio::test]
async fn two_thousand_tools_do_not_stutter() {
    let verbs = [
        "list", "get", "create", "update", "delete", "archive", "restore", "export", "merge",
        "share",
    ];
    let tools: Vec<Json> = (0..2000)
        .map(|index| {
            let (resource, verb) = (format!("things_{:03}", index / 10), verbs[index % 10]);
            let id = json!({"type": "string", "description": "Identifier of the thing."});
            let text = json!({"type": "string", "description": "A text that describes the thing for people.", "maxLength": 200});
            json!({
                "resource": resource,
                "method": verb,
                "name": format!("{verb}_{resource}"),
                "description": format!("Calls {verb} on the things of group {}. It says so in a sentence of the usual length.", index / 10),
                "query_schema": {"type": "object", "properties": {"id": id, "limit": {"type": "integer", "minimum": 1}}},
                "body_schema": {"type": "object", "properties": {"title": text, "note": text, "ownerId": id}},
                "response_schema": {"type": "object", "properties": {"id": id, "title": text, "note": text}},
            })
        })
        .collect();
    let project = Project::of_tools("truto", &tools);
    let page = project.page(&[]);
    println!(
        "the file has {} kB",
        std::fs::metadata(&page).unwrap().len() / 1000
    );
    let Some(visit) = Visit::open(&page, "").await else {
        return;
    };
    visit.picture("many").await;
    assert_eq!(count(&visit).await, "2,000 tools in 200 groups");
    let start = visit
        .number("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        .await;
    // From the key to the new layout, the slowest of each letter.
    let latency = "(() => {
        const search = document.getElementById('search');
        const times = [];
        for (const text of ['t', 'th', 'things_1', 'archive things_19', 'no match at all', '', 'e', 'list', '']) {
            const begun = performance.now();
            search.value = text;
            search.dispatchEvent(new Event('input', {bubbles: true}));
            document.getElementById('list').getBoundingClientRect();
            times.push(performance.now() - begun);
        }
        return Math.max(...times);
    })()";
    let filter = visit.number(latency).await;
    let opened = visit
        .number(
            "(() => {
                const begun = performance.now();
                location.hash = '#archive_things_150';
                dispatchEvent(new HashChangeEvent('hashchange'));
                document.querySelector('main').getBoundingClientRect();
                return performance.now() - begun;
            })()",
        )
        .await;
    println!(
        "2,000 tools: shown after {start:.0} ms, filtered in {filter:.1} ms, a tool opened in {opened:.1} ms"
    );
    visit.wait_for_heading("things_150.archive").await;
    // On two busy cores, with a margin: a person notices a delay of 100 ms.
    assert!(filter < 100.0, "{filter} ms");
    assert!(opened < 200.0, "{opened} ms");
    visit.click("#views a", "Identifiers").await;
    visit.wait_for_heading("Identifiers").await;
    visit.picture("many-graph").await;
    visit.click("#search", "").await;
    visit.enter("archive things_150").await;
    assert_eq!(count(&visit).await, "1 of 2,000 tools");
    visit.end().await;
}
