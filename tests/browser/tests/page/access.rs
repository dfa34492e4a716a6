//! Keys and screen readers.

use serde_json::{Value as Json, json};
use toolsmith_browser_tests::{Project, Visit};

use super::{FOCUS, count};

#[tokio::test]
async fn every_part_is_reached_with_keys() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "").await else {
        return;
    };
    visit.press("/").await;
    visit
        .wait_for("document.activeElement.id === 'search'")
        .await;
    visit.enter("projects").await;
    assert_eq!(
        visit.text("document.getElementById('search').value").await,
        "projects"
    );
    visit.press("ArrowDown").await;
    let first = visit.text(FOCUS).await;
    visit.press("ArrowDown").await;
    assert_ne!(visit.text(FOCUS).await, first);
    visit.press("ArrowUp").await;
    assert_eq!(visit.text(FOCUS).await, first);
    visit.press("Enter").await;
    visit
        .wait_for("document.activeElement.matches('main h2')")
        .await;
    visit.press("Escape").await;
    visit
        .wait_for("document.activeElement.matches('#list [aria-current]')")
        .await;
    visit.press("ArrowUp").await;
    visit
        .wait_for("document.activeElement.id === 'search'")
        .await;
    visit.press("Escape").await;
    assert_eq!(count(&visit).await, "46 tools in 11 groups");
    // Enter in the search opens the first match.
    visit.enter("rotate").await;
    visit.press("Enter").await;
    visit.wait_for_heading("api_keys.rotate").await;
    // Everything that can be clicked can be focused, and says its name.
    let unnamed = "[...document.querySelectorAll('a, button, input, summary')].filter(each =>
        each.tabIndex < 0 || !(each.textContent.trim() || each.ariaLabel || each.labels?.length)).map(each => each.outerHTML)";
    assert_eq!(visit.value(unnamed).await, json!([]));
    visit.end().await;
}

#[tokio::test]
async fn a_screen_reader_finds_headings_and_landmarks() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "#list_all_the_auth_api_projects").await else {
        return;
    };
    let levels = visit
        .value(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map(each => Number(each.tagName[1]))",
        )
        .await;
    let levels: Vec<i64> = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each.as_i64().unwrap())
        .collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert_eq!(levels[0], 1);
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{levels:?}"
    );
    for selector in [
        "main",
        "nav[aria-label]",
        "[role=search] label",
        "#count[role=status]",
        "html[lang=en]",
    ] {
        let found = format!("Boolean(document.querySelector({}))", Json::from(selector));
        assert_eq!(visit.value(&found).await, true, "{selector}");
    }
    let repeated = "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(each => each.id))";
    assert_eq!(visit.number(repeated).await, 0.0);
    visit.end().await;
}
