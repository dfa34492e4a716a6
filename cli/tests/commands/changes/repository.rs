//! A git repository that contains The Auth API, as a team has it.

use std::process::Command;

use serde_json::Value;

use crate::project::{Ended, Project};

/// The snapshot of the catalog.
pub(super) const SNAPSHOT: &str = "catalogs/the_auth_api.json";

/// A project in a git repository.
pub(super) struct Repository {
    pub(super) project: Project,
}

impl Repository {
    /// Makes a repository whose only commit has the generated project.
    pub(super) fn new() -> Self {
        let repository = Self {
            project: Project::settled(),
        };
        let workspace =
            b"[workspace]\nmembers = [\"generated\"]\n\n[workspace.package]\nversion = \"0.1.0\"\n";
        repository.project.put("Cargo.toml", workspace);
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.commit("first");
        repository
    }

    /// Commits everything.
    pub(super) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// Runs git. Returns what it prints.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b.test"])
            .args(["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.project.path(""))
            .output();
        let ended = Ended::of(output.unwrap()).with_status(0);
        ended.out.trim().to_owned()
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ended {
        self.project.run(arguments)
    }

    /// Replaces a text in the entry of a tool of the snapshot.
    pub(super) fn edit(&self, tool: &str, from: &str, to: &str) {
        let text = self.project.text(SNAPSHOT);
        let (start, end) = entry(&text, tool);
        let entry = &text[start..end];
        assert!(entry.contains(from), "no {from} in {entry}");
        let entry = entry.replacen(from, to, 1);
        let text = [&text[..start], &entry, &text[end..]].concat();
        self.project.put(SNAPSHOT, text.as_bytes());
    }

    /// Removes a tool that is not the last one of the snapshot.
    pub(super) fn remove(&self, tool: &str) {
        let text = self.project.text(SNAPSHOT);
        let (start, end) = entry(&text, tool);
        let text = [&text[..start], text[end..].trim_start_matches(',')].concat();
        self.project.put(SNAPSHOT, text.as_bytes());
    }
}

/// Edits the tools of a snapshot as JSON.
pub(super) fn edit_json(project: &Project, tool: &str, edit: impl Fn(&mut Value)) {
    let mut snapshot: Value = serde_json::from_str(&project.text(SNAPSHOT)).unwrap();
    let tools = snapshot["result"].as_array_mut().unwrap();
    edit(tools.iter_mut().find(|it| it["name"] == tool).unwrap());
    project.put(SNAPSHOT, snapshot.to_string().as_bytes());
}

/// Returns the start and the end of the entry of a tool.
fn entry(text: &str, tool: &str) -> (usize, usize) {
    let name = text.find(&format!("\"name\": \"{tool}\"")).unwrap();
    let start = text[..name].rfind("\n    {\n").unwrap();
    let end = text[name..].find("\n    }").unwrap() + name + "\n    }".len();
    (start, end)
}
