//! Projects whose pages are opened.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value as Json, json};

/// The root of the repository.
fn repository() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    path.canonicalize().unwrap()
}

/// Builds the command once, and returns its path.
fn toolsmith() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--package",
                "toolsmith",
                "--bin",
                "toolsmith",
            ])
            .arg("--message-format=json-render-diagnostics")
            .current_dir(repository())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let text = String::from_utf8(output.stdout).unwrap();
        let messages = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let executables = messages.filter_map(|message: Json| {
            let path = message.get("executable")?.as_str()?;
            Some(PathBuf::from(path))
        });
        executables.last().unwrap()
    })
}

/// A project with one catalog, in a temporary folder.
pub struct Project {
    folder: tempfile::TempDir,
    catalog: &'static str,
}

impl Project {
    /// Copies the catalog of this repository.
    pub fn the_auth_api() -> Self {
        let project = Self::empty("the_auth_api", "truto");
        let catalogs = repository().join("catalogs");
        for ending in ["json", "overlay.toml", "lock.toml"] {
            let name = format!("the_auth_api.{ending}");
            let to = project.path(&format!("catalogs/{name}"));
            std::fs::copy(catalogs.join(&name), to).unwrap();
        }
        project
    }

    /// Makes a project whose catalog has these tools.
    pub fn of_tools(kind: &'static str, tools: &[Json]) -> Self {
        let project = Self::empty("demo", kind);
        let key = if kind == "truto" { "result" } else { "tools" };
        project.write("catalogs/demo.json", &json!({key: tools}).to_string());
        project
    }

    fn empty(catalog: &'static str, kind: &'static str) -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
            catalog,
        };
        for folder in ["catalogs", "generated"] {
            std::fs::create_dir(project.path(folder)).unwrap();
        }
        let manifest = "[package]\nname = \"generated\"\nversion = \"0.1.0\"\n";
        project.write("generated/Cargo.toml", manifest);
        let keys = match kind {
            "truto" => "account = { env = \"ACCOUNT\" }",
            "mcp" => "command = \"server\"",
            _ => "file = \"functions.json\"",
        };
        let text = format!("[catalog.{catalog}]\nkind = \"{kind}\"\n{keys}\n");
        project.write("toolsmith.toml", &text);
        project
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub fn write(&self, relative: &str, text: &str) {
        std::fs::write(self.path(relative), text).unwrap();
    }

    /// Commits everything with git.
    pub fn commit(&self) {
        for arguments in [
            &["init", "--quiet"] as &[&str],
            &["add", "--all"],
            &[
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "commit",
                "--quiet",
                "-m",
                "first",
            ],
            &["tag", "first"],
        ] {
            let status = Command::new("git")
                .arg("-C")
                .arg(self.folder.path())
                .args(arguments)
                .status();
            assert!(status.unwrap().success(), "{arguments:?}");
        }
    }

    /// Writes the page, and returns its path.
    pub fn page(&self, arguments: &[&str]) -> PathBuf {
        let output = Command::new(toolsmith())
            .args(["page", "--root"])
            .arg(self.folder.path())
            .arg("--out")
            .arg(self.path("out"))
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        self.path(&format!("out/{}.html", self.catalog))
    }
}
