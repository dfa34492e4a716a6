//! Search, filters, and what a tool shows.

use serde_json::json;
use toolsmith_browser_tests::{Project, Visit};

use super::{SHOWN, count};

#[tokio::test]
async fn search_and_filters_find_tools() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "").await else {
        return;
    };
    visit.picture("light").await;
    assert_eq!(count(&visit).await, "46 tools in 11 groups");
    visit.click("#filters button", "destroys").await;
    let destroying = count(&visit).await;
    assert!(destroying.ends_with(" of 46 tools"), "{destroying}");
    let effects = "[...document.querySelectorAll('#list li:not([hidden]) .effect')].every(each => each.textContent === 'destroys')";
    assert_eq!(visit.value(effects).await, true);
    visit.click("#filters button", "reads").await;
    assert_ne!(count(&visit).await, destroying);
    visit.click("#filters button", "reads").await;
    assert_eq!(count(&visit).await, destroying);
    visit.click("#filters button", "destroys").await;
    assert_eq!(count(&visit).await, "46 tools in 11 groups");

    visit.click("#search", "").await;
    // Words of the resource, of the description, of an argument and of an identifier.
    for (words, expected) in [
        ("api_keys ROTATE", "1 of 46 tools"),
        ("stops working authenticating", "1 of 46 tools"),
        ("customMetaData create", "1 of 46 tools"),
        ("no such thing", "No tool matches"),
    ] {
        visit
            .value("document.getElementById('search').select()")
            .await;
        visit.enter(words).await;
        assert_eq!(count(&visit).await, expected, "{words}");
    }
    assert_eq!(visit.value(SHOWN).await, json!([]));
    visit.press("Escape").await;
    assert_eq!(count(&visit).await, "46 tools in 11 groups");
    visit.end().await;
}

#[tokio::test]
async fn a_tool_shows_everything_about_it() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "").await else {
        return;
    };
    visit
        .click("#list a", "Replace the value of an API key")
        .await;
    visit.wait_for_heading("api_keys.rotate").await;
    visit.picture("tool").await;
    assert_eq!(
        visit.text("location.hash").await,
        "#create_a_the_auth_api_api_key_rotate"
    );
    assert!(
        visit
            .text("document.title")
            .await
            .starts_with("api_keys.rotate")
    );
    let headings = visit
        .value("[...document.querySelectorAll('main h3')].map(each => each.textContent)")
        .await;
    assert_eq!(
        headings,
        json!([
            "Call in Rust",
            "Arguments",
            "Response",
            "Needs and returns",
            "Request on the wire",
            "JSON Schema",
            "Size in each provider’s list",
            "Corrections"
        ])
    );
    let main = visit.text("document.querySelector('main').innerText").await;
    for part in [
        "RotateApiKey::new(id: ApiKeyId)",
        "client.api_keys().rotate(request).await?",
        "Identifier of the API key.",
        "rotating is an action on an API key, not a resource",
        "move api_keys.rotate",
        "POST /proxy/api_key_rotate",
        "Anthropic",
    ] {
        assert!(main.contains(part), "{part} is not in {main}");
    }
    let size = visit
        .number("Number(document.querySelector('main td.amount').textContent.replace(',', ''))")
        .await;
    assert!(size > 200.0, "{size}");

    visit.click("main summary", "Body").await;
    visit.wait_for("document.querySelector('main details[open] pre')?.textContent.startsWith('{\\n  \"type\": \"object\"')").await;
    visit.click("main summary", "Types in Rust").await;
    visit.wait_for("[...document.querySelectorAll('main details[open] pre')].some(each => each.textContent.includes('struct ApiKey {'))").await;

    // What is needed first leads to the tool that returns it, and back.
    visit.click("main .chain a", "api_keys.list").await;
    visit.wait_for_heading("api_keys.list").await;
    assert_eq!(visit.text("document.querySelector('#list [aria-current]').querySelector('.method').textContent").await, "list");
    visit.value("history.back()").await;
    visit.wait_for_heading("api_keys.rotate").await;
    visit.click("main button", "Copy").await;
    visit
        .wait_for(
            "document.getElementById('announcer').textContent === 'Copied the name of the tool'",
        )
        .await;
    visit.end().await;
}

#[tokio::test]
async fn an_address_leads_to_a_tool_and_survives_a_reload() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "#list_all_the_auth_api_projects").await else {
        return;
    };
    visit.wait_for_heading("projects.list").await;
    visit.reload().await;
    visit.wait_for_heading("projects.list").await;
    for (label, heading) in [
        ("Identifiers", "Identifiers"),
        ("Loosened", "Loosened"),
        ("Corrections", "Corrections"),
        ("Overview", "The Auth API"),
    ] {
        visit.click("#views a", label).await;
        visit.wait_for_heading(heading).await;
        let current = "document.querySelector('#views [aria-current]').firstChild.textContent";
        assert_eq!(visit.text(current).await, label);
    }
    visit.value("location.hash = '#no%20such%ZZ'").await;
    visit.wait_for_heading("No such tool").await;
    visit.end().await;
}
