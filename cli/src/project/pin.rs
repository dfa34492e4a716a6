//! The version of the generator that a project is pinned to, in `toolsmith.toml`.
//!
//! Two versions of a generator in one team would rewrite each other's output. A command that writes
//! generated code, or judges it, therefore requires the pinned version.

use std::fmt;

use anyhow::{Result, bail};
use semver::Version;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation};

use crate::context::Context;
use crate::edit::PIN;
use crate::program::Program;
use crate::screen::style::{WARNING, paint};
use crate::system::disk;
use crate::workspace::CONFIG;

/// The version of this library.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A project is pinned to another version than this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherVersion {
    pinned: Version,
    program: Program,
}

/// Requires that the project is pinned to this version, or to none.
///
/// # Errors
///
/// Returns an error with the command that installs the pinned version, or one if the key is invalid.
pub(crate) fn require(context: &Context) -> Result<()> {
    match other_version(context)? {
        Some(other) => Err(other.diagnostic().into()),
        None => Ok(()),
    }
}

/// Prints a note if the project is pinned to another version. Commands that only read call this.
///
/// # Errors
///
/// Returns an error if the configuration cannot be read, or if the key is invalid.
pub(crate) fn remark(context: &Context) -> Result<()> {
    if let Some(other) = other_version(context)? {
        let text = format!("{other}; the result may differ from that of the pinned version");
        context
            .screen
            .note(&format!("{}: {text}", paint(WARNING, "note")));
    }
    Ok(())
}

fn other_version(context: &Context) -> Result<Option<OtherVersion>> {
    let config = disk::read(&context.workspace.path(CONFIG))?;
    let pinned = read(&config)?.filter(|pinned| pinned.to_string() != VERSION);
    Ok(pinned.map(|pinned| OtherVersion {
        pinned,
        program: context.program,
    }))
}

/// Reads the pinned version from a configuration, of which the other keys may be those of another
/// version. Returns `None` if it is absent.
///
/// # Errors
///
/// Returns an error if the key does not contain a version.
pub(crate) fn read(config: &str) -> Result<Option<Version>, Diagnostics> {
    // Errors elsewhere are reported with all others when the configuration is parsed.
    let (root, _) = DeTable::parse_recoverable(config);
    let root = root.get_ref();
    let Some((_, value)) = root.iter().find(|(key, _)| key.get_ref() == PIN) else {
        return Ok(None);
    };
    let version = value.get_ref().as_str().map(Version::parse);
    match version {
        Some(Ok(version)) => Ok(Some(version)),
        _ => Err(invalid(config, value)),
    }
}

fn invalid(config: &str, value: &Spanned<DeValue<'_>>) -> Diagnostics {
    let before = config.get(..value.span().start).unwrap_or_default();
    let location = SourceLocation {
        file: CONFIG.to_owned(),
        pointer: format!("line {}", before.matches('\n').count() + 1),
        tool: None,
    };
    let what = format!("`{PIN}` must be the version of Toolsmith that generates the code");
    let help = format!("write the whole version: {PIN} = \"{VERSION}\"");
    Diagnostic::new(location, what).help(help).into()
}

/// Refuses to move a project from a newer version to this one.
///
/// # Errors
///
/// Returns an error if the project is pinned to a newer version.
pub(crate) fn refuse_downgrade(pinned: &Version, context: &Context) -> Result<()> {
    let Ok(this) = Version::parse(VERSION) else {
        return Ok(());
    };
    if *pinned > this {
        bail!(
            "{CONFIG} is pinned to Toolsmith {pinned}, which is newer than this version, {VERSION}; \
             to go back deliberately, change the pin by hand and run {}",
            context.program.command("regen")
        );
    }
    Ok(())
}

impl OtherVersion {
    /// Returns the commands that install the pinned version, and that move the pin to this one.
    fn diagnostic(&self) -> Diagnostics {
        let location = SourceLocation {
            file: CONFIG.to_owned(),
            pointer: format!("`{PIN}`"),
            tool: None,
        };
        let upgrade = match Version::parse(VERSION) {
            Ok(this) if this > self.pinned => format!(
                "; or move the project to {VERSION} with: {}",
                self.program.command("upgrade")
            ),
            _ => String::new(),
        };
        Diagnostic::new(location, self.to_string())
            .because("two versions of the generator would rewrite each other's code")
            .help(format!("run: {}{upgrade}", install_command(&self.pinned)))
            .into()
    }
}

impl fmt::Display for OtherVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "this is Toolsmith {VERSION}, but the project is pinned to {}",
            self.pinned
        )
    }
}

/// Returns the command that installs a version.
fn install_command(version: &Version) -> String {
    format!("cargo install toolsmith --locked --version {version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version_of_a_configuration_with_unknown_keys() {
        let config = "version = \"9.1.0-rc.1\"\nnew_key = 1\n[catalog.a]\nkind = \"new\"\n";
        let pinned = read(config).unwrap().unwrap();
        assert_eq!(pinned.to_string(), "9.1.0-rc.1");
        assert_eq!(read("[catalog.a]\n").unwrap(), None);
    }

    #[test]
    fn rejects_a_pin_that_is_not_a_version() {
        for value in [
            "\"0.1\"",
            "\"^1.0.0\"",
            "1",
            "{ version = \"1.0.0\" }",
            "\"\"",
        ] {
            let problem = read(&format!("# Mine.\nversion = {value}\n")).unwrap_err();
            let problem = problem.to_string();
            assert!(problem.contains("toolsmith.toml, line 2"), "{problem}");
            assert!(problem.contains("write the whole version"), "{problem}");
        }
    }

    #[test]
    fn names_the_command_that_installs_the_pinned_version() {
        for (pinned, upgrade) in [("0.0.9", true), ("99.0.0", false)] {
            let other = OtherVersion {
                pinned: Version::parse(pinned).unwrap(),
                program: Program::CargoToolsmith,
            };
            let text = other.diagnostic().to_string();
            let install = format!("cargo install toolsmith --locked --version {pinned}");
            assert!(text.contains(&install), "{text}");
            assert_eq!(text.contains("cargo toolsmith upgrade"), upgrade, "{text}");
        }
    }
}
