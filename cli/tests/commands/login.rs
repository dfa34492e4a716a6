//! Tests of `login`, and of fetches that use its tokens, with a server that requires OAuth.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use toolsmith_testkit::fake_oauth::{Behavior, FakeOAuth, Settings, browse};

use crate::generate::runtime_of_project;
use crate::project::{Ended, Project};

/// A project with one catalog, whose server requires OAuth, and a directory for tokens.
struct Remote {
    project: Project,
    tokens: tempfile::TempDir,
    server: FakeOAuth,
}

impl Remote {
    /// Starts the server of a project that has no catalog of it yet.
    async fn start_unconfigured() -> Self {
        Self {
            project: Project::settled(),
            tokens: tempfile::tempdir().unwrap(),
            server: FakeOAuth::start().await.unwrap(),
        }
    }

    async fn start() -> Self {
        let remote = Self::start_unconfigured().await;
        let mut config = remote.project.text("toolsmith.toml");
        let url = remote.server.url();
        let catalog = format!("\n[catalog.notes]\nkind = \"mcp\"\nurl = \"{url}\"\n");
        config.push_str(&catalog);
        remote.project.put("toolsmith.toml", config.as_bytes());
        remote
    }

    fn tokens(&self) -> String {
        self.tokens
            .path()
            .join("tokens")
            .to_str()
            .unwrap()
            .to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toolsmith"));
        command
            .env("TOOLSMITH_TOKENS", self.tokens())
            .arg("--root")
            .arg(self.project.path(""))
            .args(arguments);
        command
    }

    /// Runs a command, while the servers go on.
    async fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        let ended = Ended::of(output.await.unwrap());
        self.check(&format!("{ended:?}"));
        ended
    }

    /// Runs `login`, and opens the page that it prints.
    async fn login(&self, arguments: &[&str]) -> Ended {
        let mut child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (page, said) = page(&mut child).await;
        if let Some(page) = page {
            browse(&page).await.unwrap();
        }
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
        let mut ended = Ended::of(output.await.unwrap());
        ended.err.insert_str(0, &said);
        self.check(&format!("{ended:?}"));
        ended
    }

    fn check(&self, text: &str) {
        for secret in self.server.secrets() {
            assert!(!text.contains(&secret), "{secret} in {text}");
        }
    }
}

/// Returns the address that a child prints, and what it printed until then.
async fn page(child: &mut Child) -> (Option<String>, String) {
    let stderr = child.stderr.take().unwrap();
    let reading = tokio::task::spawn_blocking(move || {
        let mut lines = BufReader::new(stderr).lines();
        let mut said = String::new();
        for line in lines.by_ref() {
            let line = line.unwrap();
            said.push_str(&line);
            said.push('\n');
            let page = line.trim().to_owned();
            if page.starts_with("http://") {
                // The rest is read, so that the child can write.
                std::thread::spawn(move || lines.count());
                return (Some(page), said);
            }
        }
        (None, said)
    });
    reading.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fetch_uses_and_renews_the_tokens_of_a_login() {
    let remote = Remote::start().await;
    let fetch = ["regen", "notes", "--fetch"];
    let refused = remote.run(&fetch).await.with_status(3);
    assert!(
        refused.err.contains("requires authorization"),
        "{}",
        refused.err
    );
    assert!(
        refused.err.contains("run toolsmith login notes"),
        "{}",
        refused.err
    );

    let ended = remote
        .login(&["login", "notes", "--json"])
        .await
        .with_status(0);
    assert_eq!(ended.json()["outcome"], "authorized");
    let ended = remote.run(&fetch).await.with_status(0);
    assert!(ended.out.contains("notes"), "{}", ended.out);
    // The token has ended, and then the refresh token as well.
    remote.server.end_access_tokens();
    remote.run(&fetch).await.with_status(0);
    remote.server.end_access_tokens();
    remote.server.end_refresh_tokens();
    let refused = remote.run(&fetch).await.with_status(3);
    assert!(
        refused.err.contains("no longer accepts the refresh token"),
        "{}",
        refused.err
    );
    assert!(
        refused.err.contains("run toolsmith login notes"),
        "{}",
        refused.err
    );
    remote.login(&["login", "notes"]).await.with_status(0);
    remote.run(&fetch).await.with_status(0);
    // No file of the project has a secret.
    for (path, bytes) in remote.project.written() {
        remote.check(&format!("{path} {}", String::from_utf8_lossy(&bytes)));
    }
    let ended = remote
        .run(&["login", "notes", "--forget"])
        .await
        .with_status(0);
    assert!(ended.out.contains("removed"), "{}", ended.out);
    remote.run(&fetch).await.with_status(3);
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_a_server_that_requires_it_authorizes_the_program() {
    let remote = Remote::start_unconfigured().await;
    let before = remote.project.text("toolsmith.toml");
    let url = remote.server.url();
    let add = ["add", "mcp", "notes", "--url", &url];
    remote.server.set(Settings {
        behavior: Behavior::Deny,
        ..Settings::default()
    });
    remote.login(&add).await.with_status(3);
    assert_eq!(remote.project.text("toolsmith.toml"), before);
    remote.server.set(Settings::default());
    let ended = remote.login(&add).await.with_status(0);
    assert!(
        ended.err.contains("to authorize this program for notes"),
        "{}",
        ended.err
    );
    assert!(
        remote
            .project
            .text("toolsmith.toml")
            .contains("[catalog.notes]")
    );
    // The token is there already.
    remote
        .run(&["regen", "notes", "--fetch"])
        .await
        .with_status(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_that_fail_say_why() {
    let remote = Remote::start().await;
    remote.server.set(Settings {
        behavior: Behavior::Deny,
        ..Settings::default()
    });
    let ended = remote.login(&["login", "notes"]).await.with_status(3);
    assert!(
        remote.tokens.path().read_dir().unwrap().next().is_none(),
        "{}",
        ended.err
    );
    let ended = remote.run(&["login", "the_auth_api"]).await.with_status(3);
    assert!(ended.err.contains("is not an MCP server"), "{}", ended.err);
    remote.server.set(Settings {
        server_paths: Vec::new(),
        ..Settings::default()
    });
    let ended = remote.run(&["login", "notes"]).await.with_status(3);
    assert!(
        ended.err.contains("name its variable with `token`"),
        "{}",
        ended.err
    );
    remote.server.set(Settings {
        is_open: true,
        metadata_paths: Vec::new(),
        ..Settings::default()
    });
    let ended = remote.run(&["login", "notes"]).await.with_status(0);
    assert!(
        ended.out.contains("requires no authorization"),
        "{}",
        ended.out
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_inside_the_project_are_refused() {
    let remote = Remote::start().await;
    let inside = remote.project.path("catalogs/tokens");
    let mut command = remote.command(&["login", "notes"]);
    command.env("TOOLSMITH_TOKENS", &inside);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let ended = Ended::of(output.await.unwrap()).with_status(3);
    assert!(
        ended.err.contains("from where they could be committed"),
        "{}",
        ended.err
    );
    assert!(!inside.exists());
    assert!(remote.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stand_alone_crate_of_a_server_that_requires_it_authorizes_the_program() {
    let remote = Remote::start_unconfigured().await;
    let (url, out) = (remote.server.url(), remote.project.path("made"));
    let runtime = runtime_of_project();
    let generate = [
        "generate",
        "--url",
        &url,
        "--out",
        out.to_str().unwrap(),
        "--name",
        "made",
        "--runtime",
        &runtime,
    ];
    // A check never asks a person.
    let check = [&generate[..], &["--check"]].concat();
    let refused = remote.run(&check).await.with_status(3);
    assert!(
        refused
            .err
            .contains("run this command again, and authorize it"),
        "{}",
        refused.err
    );
    let ended = remote.login(&generate).await.with_status(0);
    assert!(
        ended.err.contains("to authorize this program for made"),
        "{}",
        ended.err
    );
    // A token that the server forgot is renewed; without a way to renew it, a person is asked again.
    remote.run(&check).await.with_status(0);
    remote.server.end_access_tokens();
    remote.server.end_refresh_tokens();
    remote.run(&check).await.with_status(3);
    remote.login(&generate).await.with_status(0);
    let files = remote.project.written();
    for (path, bytes) in files {
        remote.check(&format!("{path} {}", String::from_utf8_lossy(&bytes)));
    }
}
