//! Themes, narrow windows and prints.

use serde_json::json;
use toolsmith_browser_tests::{Project, Visit};

/// The lowest contrast of any text to its background, by the formula of WCAG.
const CONTRAST: &str = "(() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgb = color => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map(each => each / 255)
        .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
    const behind = node => {
        for (let each = node; each; each = each.parentElement) {
            const color = rgb(getComputedStyle(each).backgroundColor);
            if (color[3] === 255) return color;
        }
        return [255, 255, 255, 255];
    };
    let lowest = [21, ''];
    for (const node of document.querySelectorAll('body *:not(svg *)')) {
        const hasText = [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
        if (!hasText || !node.getClientRects().length) continue;
        const [one, other] = [rgb(getComputedStyle(node).color), behind(node)].map(light).sort((a, b) => b - a);
        const contrast = (one + 0.05) / (other + 0.05);
        if (contrast < lowest[0]) lowest = [contrast, node.className + ' ' + node.textContent.slice(0, 40)];
    }
    return lowest;
})()";

#[tokio::test]
async fn the_theme_follows_the_system_or_the_person() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "#update_a_the_auth_api_api_key_by_id").await
    else {
        return;
    };
    let paper = "getComputedStyle(document.body).backgroundColor";
    let mut papers = Vec::new();
    for theme in ["light", "dark"] {
        visit.prefer(theme, "screen").await;
        papers.push(visit.text(paper).await);
        visit.click("#filters button", "reads").await;
        let lowest = visit.value(CONTRAST).await;
        assert!(lowest[0].as_f64().unwrap() >= 4.5, "{theme}: {lowest}");
        visit.click("#filters button", "reads").await;
        visit.picture(theme).await;
    }
    assert_ne!(papers[0], papers[1]);
    visit.prefer("dark", "screen").await;
    visit.click("#theme", "").await;
    assert_eq!(visit.text(paper).await, papers[0], "light");
    visit.reload().await;
    assert_eq!(visit.text(paper).await, papers[0], "light after a reload");
    visit.click("#theme", "").await;
    assert_eq!(visit.text(paper).await, papers[1], "dark");
    visit.prefer("light", "screen").await;
    assert_eq!(visit.text(paper).await, papers[1], "dark");
    visit.click("#theme", "").await;
    assert_eq!(visit.text(paper).await, papers[0], "as the system");
    visit.end().await;
}

#[tokio::test]
async fn a_narrow_window_shows_one_part_at_a_time() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "").await else {
        return;
    };
    visit.resize(400, 800).await;
    for anchor in [
        "",
        "#/identifiers",
        "#/corrections",
        "#update_a_the_auth_api_api_key_by_id",
        "#/tools",
    ] {
        visit.value(&format!("location.hash = '{anchor}'")).await;
        visit
            .wait_for(&format!(
                "document.querySelector('#columns').classList.contains('on-list') === {}",
                anchor == "#/tools"
            ))
            .await;
        let width = visit.number("document.documentElement.scrollWidth").await;
        assert!(width <= 400.0, "{anchor}: {width}");
        visit
            .picture(&format!("narrow{}", anchor.replace(['#', '/'], "-")))
            .await;
    }
    assert_eq!(
        visit
            .value("document.querySelector('main').getClientRects().length === 0")
            .await,
        true
    );
    visit.click("#list a", "List the projects").await;
    visit
        .wait_for("document.querySelector('#list').getClientRects().length === 0")
        .await;
    visit.click("main a", "All tools").await;
    visit
        .wait_for("document.querySelector('#list').getClientRects().length > 0")
        .await;
    visit.end().await;
}

#[tokio::test]
async fn a_print_has_the_whole_view_and_no_controls() {
    let page = Project::the_auth_api();
    let Some(visit) = Visit::open(&page.page(&[]), "#update_a_the_auth_api_api_key_by_id").await
    else {
        return;
    };
    visit.prefer("dark", "print").await;
    visit.value("dispatchEvent(new Event('beforeprint'))").await;
    visit.picture("print").await;
    let closed = "document.querySelectorAll('main details:not([open])').length";
    assert_eq!(visit.number(closed).await, 0.0);
    let shown = "['.side', '#views', '#theme', '.copy'].filter(each => document.querySelector(each).getClientRects().length)";
    assert_eq!(visit.value(shown).await, json!([]));
    assert_eq!(
        visit
            .text("getComputedStyle(document.body).backgroundColor")
            .await,
        "rgb(255, 255, 255)"
    );
    visit.value("dispatchEvent(new Event('afterprint'))").await;
    assert!(visit.number(closed).await > 0.0);
    visit.end().await;
}
