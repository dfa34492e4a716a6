//! The server program, which npm installs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// The version that is installed.
const VERSION: &str = "1.7.12";

/// The variable that names another server program.
const PROGRAM: &str = "RESTATE_SERVER";

/// Returns the server program in a folder. If it is not there, npm installs it.
///
/// # Errors
///
/// The server is not available on this machine; the error is the reason.
pub fn program(folder: &Path) -> Result<PathBuf, String> {
    if let Some(program) = env::var_os(PROGRAM) {
        return Ok(program.into());
    }
    let (system, processor) = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => ("linux", "x64"),
        ("linux", "aarch64") => ("linux", "arm64"),
        ("macos", "x86_64") => ("darwin", "x64"),
        ("macos", "aarch64") => ("darwin", "arm64"),
        (system, processor) => {
            return Err(format!(
                "there is no server of Restate for {system} on {processor}: set {PROGRAM} to one, or start it at its usual ports"
            ));
        }
    };
    let package = format!("node_modules/@restatedev/restate-server-{system}-{processor}");
    let package = folder.join(package);
    let program = package.join("bin/restate-server");
    let manifest = fs::read_to_string(package.join("package.json")).unwrap_or_default();
    let manifest: Value = serde_json::from_str(&manifest).unwrap_or_default();
    if manifest.get("version") == Some(&json!(VERSION)) && program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    eprintln!("npm installs the server of Restate in {}", folder.display());
    let installed = Command::new("npm")
        .args([
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefix",
        ])
        .arg(folder)
        .arg(format!("@restatedev/restate-server@{VERSION}"))
        .output()
        .map_err(|error| format!("npm cannot be started ({error}): install Node.js"))?;
    if installed.status.success() && program.is_file() {
        return Ok(program);
    }
    let said = String::from_utf8_lossy(&installed.stderr);
    let said = said.lines().take(3).collect::<Vec<_>>().join("; ");
    Err(format!("npm cannot install the server of Restate: {said}"))
}
