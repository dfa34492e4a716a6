//! What a person does with a page. The output lists every click.

use serde_json::{Value as Json, json};
use toolsmith_browser_tests::{Project, Visit};

/// The rows of the list that are visible, as the text of their methods.
const SHOWN: &str = "[...document.querySelectorAll('#list li a')].filter(a => a.getClientRects().length).map(a => a.querySelector('.method').textContent)";

const COUNT: &str = "document.getElementById('count').textContent";

/// The text of the focused element.
const FOCUS: &str = "document.activeElement.textContent";

async fn count(visit: &Visit) -> String {
    visit.text(COUNT).await
}

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
    project.write(
        "catalogs/demo.overlay.toml",
        &format!(
            "[[change]]\ntool = \"/tools\"\neffect = \"reads\"\nreason = {}\n",
            Json::from(HARM)
        ),
    );
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
