//! A headless Chromium with one page in it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams,
};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, InsertTextParams,
};
use chromiumoxide::cdp::browser_protocol::log::EventEntryAdded;
use chromiumoxide::cdp::browser_protocol::network::EventRequestWillBeSent;
use chromiumoxide::cdp::js_protocol::runtime::{EventConsoleApiCalled, EventExceptionThrown};
use chromiumoxide::page::ScreenshotParams;
use chromiumoxide::{Browser, BrowserConfig, Page};
use futures_util::StreamExt as _;
use serde_json::Value as Json;
use tokio::task::JoinHandle;

/// The names of the program.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The time in which the page shows what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A visit of one page.
pub struct Visit {
    browser: Browser,
    running: Vec<JoinHandle<()>>,
    page: Page,
    address: String,
    /// Everything that the console shows, and every exception.
    problems: Arc<Mutex<Vec<String>>>,
    requests: Arc<Mutex<Vec<String>>>,
    _profile: tempfile::TempDir,
}

/// Finds the browser: `CHROME`, or a program of a usual name.
fn find_browser() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROME") {
        return Some(PathBuf::from(path));
    }
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    let paths = PROGRAMS
        .iter()
        .flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    paths.into_iter().find(|path| path.is_file())
}

impl Visit {
    /// Opens a file; `None` without a browser, which the output says.
    pub async fn open(file: &Path, anchor: &str) -> Option<Self> {
        let Some(program) = find_browser() else {
            println!("not run: there is no Chromium; install it, or set CHROME to its path");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let config = BrowserConfig::builder()
            .chrome_executable(program)
            .user_data_dir(profile.path())
            .new_headless_mode()
            // A container has no user namespaces, and the page is ours.
            .no_sandbox()
            .arg("disable-gpu")
            .viewport(None)
            .window_size(1280, 900)
            .launch_timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        let (browser, mut handler) = Browser::launch(config).await.unwrap();
        let events = tokio::spawn(async move {
            // Messages of a newer protocol that the bindings do not know are not of interest.
            while let Some(_event) = handler.next().await {}
        });
        let page = browser.new_page("about:blank").await.unwrap();
        let mut visit = Self {
            browser,
            running: vec![events],
            page,
            address: format!("file://{}{anchor}", file.display()),
            problems: Arc::default(),
            requests: Arc::default(),
            _profile: profile,
        };
        visit.listen().await;
        visit.page.goto(visit.address.as_str()).await.unwrap();
        visit
            .wait_for("document.getElementById('main').childElementCount > 1")
            .await;
        println!("opened {}{anchor}", file.file_name().unwrap().display());
        Some(visit)
    }

    async fn listen(&mut self) {
        self.page.enable_log().await.unwrap();
        self.page.enable_runtime().await.unwrap();
        let mut console = self
            .page
            .event_listener::<EventConsoleApiCalled>()
            .await
            .unwrap();
        let mut thrown = self
            .page
            .event_listener::<EventExceptionThrown>()
            .await
            .unwrap();
        let mut logged = self.page.event_listener::<EventEntryAdded>().await.unwrap();
        let mut sent = self
            .page
            .event_listener::<EventRequestWillBeSent>()
            .await
            .unwrap();
        let (problems, requests) = (self.problems.clone(), self.requests.clone());
        self.running.push(tokio::spawn(async move {
            loop {
                let problem = tokio::select! {
                    Some(event) = console.next() => format!("console: {:?}", event.args),
                    Some(event) = thrown.next() => format!("exception: {:?}", event.exception_details),
                    Some(event) = logged.next() => format!("log: {}", event.entry.text),
                    Some(event) = sent.next() => {
                        requests.lock().unwrap().push(event.request.url.clone());
                        continue;
                    }
                    else => return,
                };
                problems.lock().unwrap().push(problem);
            }
        }));
    }

    /// Returns the value of an expression.
    pub async fn value(&self, expression: &str) -> Json {
        let evaluated = self.page.evaluate(expression).await;
        let evaluated = evaluated.unwrap_or_else(|error| panic!("{expression}: {error}"));
        evaluated.value().cloned().unwrap_or_default()
    }

    /// Returns a string.
    pub async fn text(&self, expression: &str) -> String {
        let value = self.value(expression).await;
        value
            .as_str()
            .unwrap_or_else(|| panic!("{expression}: {value}"))
            .to_owned()
    }

    /// Returns a number.
    pub async fn number(&self, expression: &str) -> f64 {
        let value = self.value(expression).await;
        value
            .as_f64()
            .unwrap_or_else(|| panic!("{expression}: {value}"))
    }

    /// Waits until an expression is true.
    pub async fn wait_for(&self, expression: &str) {
        let begun = Instant::now();
        while self.value(expression).await != Json::Bool(true) {
            assert!(begun.elapsed() < PATIENCE, "never true: {expression}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for the heading of the view.
    pub async fn wait_for_heading(&self, text: &str) {
        let text = Json::from(text);
        self.wait_for(&format!(
            "document.querySelector('main h2')?.textContent === {text}"
        ))
        .await;
    }

    /// Clicks, with the mouse, the first visible element of a selector that has this text.
    pub async fn click(&self, selector: &str, text: &str) {
        let (selector_json, text_json) = (Json::from(selector), Json::from(text));
        let found = self
            .value(&format!(
                "(() => {{
                    document.querySelector('[data-clicked]')?.removeAttribute('data-clicked');
                    const all = [...document.querySelectorAll({selector_json})];
                    const one = all.find(each => each.textContent.includes({text_json}) && each.getClientRects().length);
                    one?.setAttribute('data-clicked', '');
                    return Boolean(one);
                }})()"
            ))
            .await;
        assert_eq!(found, true, "nothing to click: {selector} with {text}");
        let element = self.page.find_element("[data-clicked]").await.unwrap();
        element.click().await.unwrap();
        println!("clicked {selector} {text:?}");
    }

    /// Presses a key.
    pub async fn press(&self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            "Tab" => 9,
            "/" => 191,
            _ => 0,
        };
        let text = match key {
            "Enter" => Some("\r"),
            "/" => Some("/"),
            _ => None,
        };
        let mut down = DispatchKeyEventParams::builder()
            .key(key)
            .code(key)
            .windows_virtual_key_code(code);
        let up = down
            .clone()
            .r#type(DispatchKeyEventType::KeyUp)
            .build()
            .unwrap();
        if let Some(text) = text {
            down = down.text(text);
        }
        let kind = match text {
            Some(_) => DispatchKeyEventType::KeyDown,
            None => DispatchKeyEventType::RawKeyDown,
        };
        self.page
            .execute(down.r#type(kind).build().unwrap())
            .await
            .unwrap();
        self.page.execute(up).await.unwrap();
        println!("pressed {key}");
    }

    /// Types into the focused element.
    pub async fn enter(&self, text: &str) {
        self.page
            .execute(InsertTextParams::new(text))
            .await
            .unwrap();
        println!("typed {text:?}");
    }

    /// Sets the size of the window.
    pub async fn resize(&self, width: i64, height: i64) {
        let size = SetDeviceMetricsOverrideParams::new(width, height, 1.0, false);
        self.page.execute(size).await.unwrap();
        println!("resized to {width} by {height}");
    }

    /// Sets what the person prefers, `light` or `dark`, or the medium `print`.
    pub async fn prefer(&self, theme: &str, medium: &str) {
        let media = SetEmulatedMediaParams::builder()
            .media(medium)
            .feature(MediaFeature::new("prefers-color-scheme", theme));
        self.page.execute(media.build()).await.unwrap();
    }

    pub async fn reload(&self) {
        self.page.reload().await.unwrap();
        self.wait_for("document.getElementById('main')?.childElementCount > 1")
            .await;
        println!("reloaded");
    }

    /// Saves a picture if `PAGE_PICTURES` names a folder.
    pub async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("PAGE_PICTURES") {
            let path = Path::new(&folder).join(name).with_extension("png");
            let params = ScreenshotParams::builder().build();
            self.page.save_screenshot(params, path).await.unwrap();
        }
    }

    /// Ends the visit. The console must be empty, and the file the only request.
    pub async fn end(mut self) {
        // What the browser reports late arrives meanwhile.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let problems = self.problems.lock().unwrap().clone();
        assert!(problems.is_empty(), "{problems:#?}");
        let file = self.address.split('#').next().unwrap().to_owned();
        for request in self.requests.lock().unwrap().iter() {
            let is_own = request.split('#').next() == Some(&file);
            assert!(
                is_own || request.starts_with("data:image/svg+xml,"),
                "{request}"
            );
        }
        assert!(
            !self.requests.lock().unwrap().is_empty(),
            "requests are not seen"
        );
        self.browser.close().await.unwrap();
        self.browser.wait().await.unwrap();
        for running in self.running {
            running.abort();
        }
    }
}
