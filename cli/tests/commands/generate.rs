//! Tests of `generate`.

use std::path::Path;

use toolsmith_testkit::fake_mcp::FakeMcp;
use toolsmith_testkit::fake_truto::FakeTruto;

use crate::project::{Ended, Project, changed, files};

const FUNCTIONS: &str = r#"[
    {"name": "b", "description": "Does b.", "parameters": {"type": "object", "properties": {"x": {}}}},
    {"name": "a", "parameters": {"type": "object"}}
]"#;

/// A directory for generated crates.
pub(crate) struct Place {
    pub(crate) project: Project,
}

impl Place {
    pub(crate) fn new() -> Self {
        let project = Project::copy();
        project.put("functions.json", FUNCTIONS.as_bytes());
        Self { project }
    }

    /// Generates the crate `made` from a file.
    pub(crate) fn make(&self, input: &str, more: &[&str]) -> Ended {
        self.make_in("made", input, more)
    }

    pub(crate) fn make_in(&self, out: &str, input: &str, more: &[&str]) -> Ended {
        let input = self.path(input);
        self.run(out, &[&["--input", &input], more].concat())
    }

    pub(crate) fn run(&self, out: &str, more: &[&str]) -> Ended {
        let (out, runtime) = (self.path(out), runtime_of_project());
        let given = [
            "generate",
            "--out",
            &out,
            "--name",
            "made",
            "--runtime",
            &runtime,
        ];
        self.project.run(&[&given, more].concat())
    }

    pub(crate) fn path(&self, path: &str) -> String {
        self.project.path(path).to_str().unwrap().to_owned()
    }
}

pub(crate) fn runtime_of_project() -> String {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    runtime.canonicalize().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn prints_json_and_denies_loosened_places() {
    let place = Place::new();
    let denied = place.make("functions.json", &["--deny-loosened"]);
    let denied = denied.with_status(1);
    assert!(denied.out.contains("nothing was written"), "{}", denied.out);
    assert!(
        denied.out.contains("/inputSchema/properties/x"),
        "{}",
        denied.out
    );
    assert!(!place.project.path("made").exists());
    let facts = place
        .make("functions.json", &["--json"])
        .with_status(0)
        .json();
    assert_eq!(facts["exit_status"], 0);
    assert_eq!(facts["kind"], "functions");
    assert_eq!(facts["tools"], 2);
    assert_eq!(facts["loosened"][0]["tool"], "b");
    let files = facts["files"].as_array().unwrap();
    assert!(files.iter().all(|file| file["action"] == "create"));
    assert_eq!(facts["unchecked"].as_array().unwrap().len(), 0);
    let none = place.make("none.json", &["--json"]).with_status(3).json();
    assert_eq!(none["exit_status"], 3);
}

#[test]
fn lists_the_tools_that_cannot_be_called() {
    let place = Place::new();
    let functions = r#"[
        {"name": "a", "parameters": {"type": "object", "required": ["v"],
            "properties": {"v": {"type": "string", "anyOf": [{"type": "integer"}]}}}},
        {"name": "b", "parameters": {"type": "object",
            "properties": {"v": {"type": "integer", "minimum": 10, "maximum": 5}}}}
    ]"#;
    place.project.put("functions.json", functions.as_bytes());
    let text = place.make("functions.json", &[]).with_status(0).out;
    assert!(text.contains("1 tool cannot be called"), "{text}");
    assert!(text.contains("`anyOf` contradicts `type`"), "{text}");
    let facts = place.make("functions.json", &["--json"]).json();
    let uncallable = facts["uncallable"].as_array().unwrap();
    assert_eq!(uncallable.len(), 1, "{facts}");
    assert_eq!(uncallable[0]["tool"], "a");
    assert_eq!(uncallable[0]["pointer"], "/inputSchema/properties/v");
}

#[test]
fn counts_and_lists_unchecked_places() {
    let place = Place::new();
    let x = r#"{"type": "string", "pattern": "(?=a)b"}"#;
    let functions = format!(
        r#"[{{"name": "a", "parameters": {{"type": "object", "properties": {{"x": {x}}}}}}}]"#
    );
    place.project.put("around.json", functions.as_bytes());
    let facts = place.make("around.json", &["--json", "--deny-loosened"]);
    let facts = facts.with_status(0).json();
    assert_eq!(facts["unchecked"][0]["tool"], "a");
    assert_eq!(
        facts["unchecked"][0]["pointer"],
        "/inputSchema/properties/x"
    );
    let shown = place.make("around.json", &[]).with_status(0);
    let expected = "nothing loosened, 1 not checked";
    assert!(shown.out.contains(expected), "{}", shown.out);
}

#[test]
fn writes_and_removes_a_digest_and_documents_the_flags() {
    let place = Place::new();
    place
        .make("functions.json", &["--digest", "--catalog", "my_tools"])
        .with_status(0);
    let index = place.project.text("made/digest/index.md");
    assert!(index.contains("[`client.b`](tools/b.md)"), "{index}");
    assert!(place.project.path("made/digest/tools/b.md").is_file());
    let readme = place.project.text("made/README.md");
    let command = readme.lines().find(|line| line.starts_with("cargo xtask"));
    let command = command.unwrap();
    for flag in [
        "--kind functions",
        "--catalog my_tools",
        "--runtime-path ",
        "--digest",
    ] {
        assert!(command.contains(flag), "no {flag} in {command}");
    }
    // The command in the README generates the same crate.
    let before = files(&place.project.path("made"));
    let made = place.path("made");
    let command = command.replace("DIR", &made);
    let words: Vec<&str> = command.split(' ').skip(2).collect();
    place.project.run(&words).with_status(0);
    assert_eq!(
        changed(&before, &files(&place.project.path("made"))),
        [""; 0]
    );
    place.make("functions.json", &[]).with_status(0);
    assert!(!place.project.path("made/digest").exists());
}

#[test]
fn fetches_from_a_server_and_generates_its_endpoint() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(FakeMcp::start("t0ken-4711")).unwrap();
    let place = Place::new();
    let project = &place.project;
    let url = server.url();
    let given = ["--url", &url, "--token-env", "NOTES_TOKEN"];
    let out = place.path("made");
    let runtime_path = runtime_of_project();
    let own = ["generate", "--out", &out, "--name", "made", "--runtime"];
    let arguments = [&own[..], &[&runtime_path], &given].concat();
    let ended = project.run(&arguments).with_status(3);
    assert!(
        ended.err.contains("NOTES_TOKEN is not set"),
        "{}",
        ended.err
    );
    assert!(!project.path("made").exists());
    let variables = [("NOTES_TOKEN", "t0ken-4711")];
    project.run_with(&variables, &arguments).with_status(0);
    let client = project.text("made/src/client.rs");
    assert!(client.contains("pub async fn connect()"), "{client}");
    assert!(client.contains(&url), "{client}");
    let readme = project.text("made/README.md");
    assert!(readme.contains("--token-env NOTES_TOKEN"), "{readme}");
    for (path, bytes) in files(&project.path("made")) {
        assert!(
            !String::from_utf8_lossy(&bytes).contains("t0ken-4711"),
            "{path}"
        );
    }
    // The URL may be a secret as well.
    let (secret, hidden) = (format!("{url}?key=s3cret-4711"), place.path("hidden"));
    let own = ["generate", "--out", &hidden, "--name", "hidden"];
    let given = ["--url-env", "NOTES_URL", "--token-env", "NOTES_TOKEN"];
    let rest = [&["--runtime", &runtime_path][..], &given].concat();
    let variables = [("NOTES_URL", secret.as_str()), variables[0]];
    project
        .run_with(&variables, &[&own[..], &rest].concat())
        .with_status(0);
    let readme = project.text("hidden/README.md");
    assert!(readme.contains("--url-env NOTES_URL"), "{readme}");
    for (path, bytes) in files(&project.path("hidden")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("s3cret"), "{path}");
    }
    // With the crate's own file, nothing is fetched.
    drop(server);
    drop(runtime);
    let before = files(&project.path("made"));
    let given = ["--kind", "mcp", "--input", &format!("{out}/catalog.json")];
    project
        .run(&[&arguments[..], &given].concat())
        .with_status(0);
    assert_eq!(changed(&before, &files(&project.path("made"))), [""; 0]);
    let other = ["--kind", "functions"];
    let ended = project.run(&[&arguments[..], &other].concat());
    assert!(ended.with_status(3).err.contains("the kind is `functions`"));
}

#[test]
fn reports_places_in_the_users_file() {
    let place = Place::new();
    // In canonical order, the first tool of this file is the last.
    let tool = |name: &str, resource: &str| {
        format!(r#"{{"name": "{name}", "resource": "{resource}", "method": "list"}}"#)
    };
    let text = format!(
        r#"{{"result": [{}, {}]}}"#,
        tool("z", "a/b"),
        tool("a", "x")
    );
    place.project.put("tools.json", text.as_bytes());
    let ended = place.make("tools.json", &[]).with_status(3);
    let expected = format!("{}#/result/0/resource", place.path("tools.json"));
    assert!(ended.err.contains(&expected), "{}", ended.err);
}

#[test]
fn a_directory_that_cannot_be_written_is_unchanged() {
    let place = Place::new();
    let project = &place.project;
    project.put("file", b"mine\n");
    for out in ["file", "file/below"] {
        let ended = place.make_in(out, "functions.json", &[]).with_status(3);
        assert!(ended.err.contains("is not a directory"), "{}", ended.err);
    }
    assert_eq!(project.text("file"), "mine\n");
    // A generated crate, with a directory in place of one of its files.
    place.make("functions.json", &[]).with_status(0);
    std::fs::create_dir(project.path("made/src/c.rs")).unwrap();
    let before = files(&project.path("made"));
    project.put(
        "functions.json",
        FUNCTIONS.replace("\"b\"", "\"c\"").as_bytes(),
    );
    let ended = place.make("functions.json", &[]).with_status(3);
    assert!(ended.err.contains("c.rs"), "{}", ended.err);
    assert_eq!(changed(&before, &files(&project.path("made"))), [""; 0]);
}

#[test]
fn a_check_writes_nothing() {
    let place = Place::new();
    let check = |status| {
        place
            .make("functions.json", &["--check", "--json"])
            .with_status(status)
            .json()
    };
    let facts = check(1);
    assert_eq!(facts["mode"], "check");
    assert!(!place.project.path("made").exists());
    place.make("functions.json", &[]).with_status(0);
    assert_eq!(check(0)["files"], serde_json::json!([]));
    place.project.put(
        "made/src/lib.rs",
        b"// @generated by `cargo xtask generate`. Do not edit.\n",
    );
    let out = place
        .make("functions.json", &["--check"])
        .with_status(1)
        .out;
    assert!(out.contains("would update  src/lib.rs"), "{out}");
    assert!(out.contains("1 file is out of date"), "{out}");
}

#[test]
fn a_crate_inside_of_a_workspace_joins_it() {
    let place = Place::new();
    let manifest = |workspace: &str| {
        place.project.put("Cargo.toml", workspace.as_bytes());
        let ended = place.make("functions.json", &[]).with_status(0);
        (place.project.text("made/Cargo.toml"), ended.err)
    };
    let (alone, _) = manifest("[package]\nname = \"a\"\n");
    assert!(alone.contains("[workspace]"), "{alone}");
    let (excluded, _) = manifest("[workspace]\nexclude = [\"made\"]\n");
    assert!(excluded.contains("[workspace]"), "{excluded}");
    let (member, note) = manifest("[workspace]\nmembers = [\"m*\"]\n");
    assert!(!member.contains("[workspace]"), "{member}");
    assert!(!note.contains("members"), "{note}");
    let (other, note) = manifest("[workspace]\nmembers = [\"crates/*\"]\n");
    assert!(!other.contains("[workspace]"), "{other}");
    assert!(note.contains("add \"made\" to `members`"), "{note}");
}

#[test]
fn fetches_the_tools_of_an_account() {
    let server = FakeTruto::start().unwrap();
    let place = Place::new();
    let (out, runtime) = (place.path("made"), runtime_of_project());
    let make = |more: &[&str]| {
        let given = [
            "generate",
            "--out",
            &out,
            "--name",
            "made",
            "--runtime",
            &runtime,
        ];
        let variables = [
            ("TRUTO_API_TOKEN", server.token()),
            ("SOME_ACCOUNT", server.account_id()),
            ("TRUTO_API_BASE_URL", server.base_url()),
        ];
        place.project.run_with(&variables, &[&given, more].concat())
    };
    let problem = make(&["--kind", "truto"]).with_status(3).err;
    assert!(problem.contains("MADE_ACCOUNT_ID is not set"), "{problem}");
    make(&["--account-env", "SOME_ACCOUNT"]).with_status(0);
    let client = place.project.text("made/src/client.rs");
    assert!(client.contains("account: \"SOME_ACCOUNT\""), "{client}");
    let readme = place.project.text("made/README.md");
    assert!(readme.contains("--account-env SOME_ACCOUNT"), "{readme}");
    assert!(!readme.contains(server.token()));
    make(&["--account-env", "SOME_ACCOUNT", "--check"]).with_status(0);
}
