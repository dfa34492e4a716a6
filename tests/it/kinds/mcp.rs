//! MCP servers: their catalogs are fetched and their tools called, over both transports.

use std::process::Command;

use toolsmith_testkit::fake_mcp::FakeMcp;

use crate::artifacts::{self, root};
use crate::digest_program::{DIGEST_LINTS, digest_program, read_pages};
use crate::scratch::{Scratch, xtask};

/// The token of the server over HTTP.
const TOKEN: &str = "notes-token-4711";

/// Writes a project with this `toolsmith.toml`.
fn project(config: &str) -> Scratch {
    let scratch = Scratch::new();
    let runtime = root().join("runtime").canonicalize().unwrap();
    scratch.put("toolsmith.toml", config);
    scratch.put(
        "Cargo.toml",
        &format!(
            "[workspace]\nmembers = [\"generated\", \"program\"]\nresolver = \"3\"\n\n\
             [workspace.dependencies]\ntoolsmith-runtime = {{ path = \"{}\" }}\n",
            runtime.display()
        ),
    );
    scratch.put(
        "generated/Cargo.toml",
        "[package]\nname = \"generated\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ntoolsmith-runtime.workspace = true\n",
    );
    scratch
}

/// Fetches and generates.
#[track_caller]
fn fetch(scratch: &Scratch, variables: &[(&str, &str)]) {
    let root = scratch.path("");
    let arguments = ["--root", root.to_str().unwrap(), "regen", "--fetch"];
    xtask(variables, &arguments);
}

/// Returns a module made from the digest of each catalog.
#[track_caller]
fn digest_modules(scratch: &Scratch, catalogs: &[&str]) -> String {
    let root = scratch.path("");
    xtask(&[], &["--root", root.to_str().unwrap(), "digest"]);
    let module = |name: &&str| {
        let pages = read_pages(&root.join("generated/digest").join(name));
        let program = digest_program(&pages, &format!("generated::{name}"));
        assert!(program.calls > 0, "{name}");
        let lints = DIGEST_LINTS.replacen("#!", "#", 1);
        format!("\n{lints}\nmod digest_{name} {{\n{}\n}}\n", program.text)
    };
    catalogs.iter().map(module).collect()
}

/// Fetches and generates, then runs `program` and returns its output.
#[track_caller]
fn call(scratch: &Scratch, variables: &[(&str, &str)], program: &str) -> String {
    fetch(scratch, variables);
    let dependencies = "generated = { path = \"../generated\" }";
    scratch.put_program("program", dependencies, program);
    let arguments = ["run", "--quiet", "--package", "program"];
    scratch.cargo_with(variables, "", &arguments)
}

#[test]
fn a_server_is_fetched_and_called_over_both_transports() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(FakeMcp::start(TOKEN)).unwrap();
    let program = artifacts::program("fake-mcp");
    let url = server.url();
    // A catalog of another kind in the same project changes nothing.
    let scratch = project(&format!(
        "[catalog.local]\nkind = \"mcp\"\ncommand = {program:?}\n\n\
         [catalog.remote]\nkind = \"mcp\"\nurl = {url:?}\ntoken = {{ env = \"NOTES_TOKEN\" }}\n\n\
         [catalog.kept]\nkind = \"functions\"\nfile = \"kept.json\"\n"
    ));
    let kept = r#"[{"name": "stay", "parameters": {"type": "object"}}]"#;
    scratch.put("kept.json", kept);
    let variables = [("NOTES_TOKEN", TOKEN)];
    fetch(&scratch, &variables);
    let source = include_str!("programs/mcp.rs").replace("{url}", &url);
    // A program made from the digests compiles as well.
    let source = source + &digest_modules(&scratch, &["local", "remote", "kept"]);
    let printed = call(&scratch, &variables, &source);
    assert_eq!(printed, include_str!("programs/mcp.out"));
    let snapshot = std::fs::read(scratch.path("catalogs/remote.json")).unwrap();
    let snapshot = String::from_utf8(snapshot).unwrap();
    assert!(
        snapshot.contains("\"draw\""),
        "both pages are there: {snapshot}"
    );
    assert!(!snapshot.contains("_meta"), "{snapshot}");
}

#[test]
#[ignore = "installs servers with npm"]
fn real_servers_are_fetched_and_called() {
    // This installs both servers and runs `node`, because a server may not know `--version`.
    let installed = Command::new("npx")
        .args(["-y", "-p", "@modelcontextprotocol/server-everything"])
        .args(["-p", "@modelcontextprotocol/server-filesystem"])
        .args(["node", "--version"])
        .status()
        .unwrap();
    assert!(installed.success(), "npx cannot install the servers");
    let scratch = Scratch::new();
    scratch.put("notes/today.txt", "buy bread");
    let notes = scratch.path("notes").canonicalize().unwrap();
    let file = notes.join("today.txt");
    let notes = notes.display();
    let certificates = std::env::var("NODE_EXTRA_CA_CERTS").is_ok_and(|path| !path.is_empty());
    let env = if certificates {
        "env = [\"NODE_EXTRA_CA_CERTS\"]\n"
    } else {
        ""
    };
    let project = project(&format!(
        "[catalog.everything]\nkind = \"mcp\"\ncommand = \"npx\"\n\
         args = [\"-y\", \"@modelcontextprotocol/server-everything\"]\n{env}\n\
         [catalog.filesystem]\nkind = \"mcp\"\ncommand = \"npx\"\n\
         args = [\"-y\", \"@modelcontextprotocol/server-filesystem\", \"{notes}\"]\n{env}"
    ));
    let source = include_str!("programs/real.rs");
    let source = source.replace("{file}", file.to_str().unwrap());
    let printed = call(&project, &[], &source);
    assert!(printed.starts_with("Echo: hello\n"), "{printed}");
    assert!(printed.contains("buy bread"), "{printed}");
}
