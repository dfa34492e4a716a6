//! The views of the whole catalog.

use toolsmith_browser_tests::{Project, Visit};

use super::count;

#[tokio::test]
async fn the_graph_links_its_tools() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "#/identifiers").await else {
        return;
    };
    visit.picture("graph").await;
    let arrows = visit
        .number("document.querySelectorAll('.graph .arrow').length")
        .await;
    assert!(arrows >= 5.0, "{arrows}");
    // No text is wider than its card.
    let wide = "[...document.querySelectorAll('.graph .card')].filter(card => {
        const right = card.querySelector('rect').getBoundingClientRect().right;
        return [...card.querySelectorAll('text')].some(text => text.getBoundingClientRect().right > right);
    }).length";
    assert_eq!(visit.number(wide).await, 0.0);
    visit.click(".graph a", "webhooks.create").await;
    visit.wait_for_heading("webhooks.create").await;
    visit.value("history.back()").await;
    visit.wait_for_heading("Identifiers").await;
    visit.click("main button", "Find").await;
    visit
        .wait_for("document.getElementById('search').value.endsWith('Id')")
        .await;
    assert!(count(&visit).await.ends_with(" of 46 tools"));
    visit.end().await;
}

#[tokio::test]
async fn changes_since_a_revision_are_listed() {
    let project = Project::the_auth_api();
    project.commit();
    let snapshot = project.path("catalogs/the_auth_api.json");
    let text = std::fs::read_to_string(&snapshot).unwrap();
    let text = text.replacen(
        "Fetch one API key.",
        "Fetch one API key by its identifier.",
        1,
    );
    std::fs::write(&snapshot, text).unwrap();
    let overlay = project.path("catalogs/the_auth_api.overlay.toml");
    let text = std::fs::read_to_string(&overlay).unwrap();
    let text = text.replacen(
        "a ping tests the address of a webhook and creates nothing",
        "a ping creates nothing",
        1,
    );
    std::fs::write(&overlay, text).unwrap();
    let Some(visit) = Visit::open(&project.page(&["--since", "first"]), "#/changes").await else {
        return;
    };
    visit.wait_for_heading("Changes").await;
    let main = visit.text("document.querySelector('main').innerText").await;
    for part in [
        "3 changes since first",
        "description changed",
        "correction removed",
        "correction added",
    ] {
        assert!(main.contains(part), "{part} is not in {main}");
    }
    visit.click("#filters button", "changed").await;
    assert_eq!(count(&visit).await, "2 of 46 tools");
    visit.click("main a", "api_keys.get").await;
    visit.wait_for_heading("api_keys.get").await;
    assert!(
        visit
            .text("document.querySelector('main').innerText")
            .await
            .contains("Changes since first")
    );
    visit.end().await;
}
