//! The arguments of `init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Edits, Request, Runtime};
use crate::config::parse_git_url;
use crate::screen::Format;

/// The arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder of a new crate for the generated code [default: crates/tools]
    #[arg(long, value_name = "DIR", conflicts_with = "module")]
    crate_dir: Option<PathBuf>,
    /// The folder of a module of your crate for the generated code: src/tools
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    module: Option<PathBuf>,
    /// The name of the new crate [default: that of its folder]
    #[arg(long, value_name = "CRATE")]
    name: Option<String>,
    /// Add the lines that use the code to your files, instead of printing them
    #[arg(long)]
    write: bool,
    /// Add workflows that check and update the generated code: github
    #[arg(long, value_name = "HOST", hide_possible_values = true)]
    ci: Option<Ci>,
    /// Depend on the runtime in this folder, not on the release
    #[arg(
        long,
        value_name = "DIR",
        alias = "runtime",
        conflicts_with = "runtime_git"
    )]
    runtime_path: Option<PathBuf>,
    /// Depend on the runtime in this git repository, not on the release
    #[arg(long, value_name = "URL", value_parser = parse_git_url)]
    runtime_git: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A host of repositories that runs workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ci {
    Github,
}

impl From<Arguments> for Request {
    fn from(arguments: Arguments) -> Self {
        Self {
            crate_folder: arguments.crate_dir,
            module: arguments.module,
            name: arguments.name,
            edits: if arguments.write {
                Edits::Written
            } else {
                Edits::Printed
            },
            ci: arguments.ci,
            runtime: match (arguments.runtime_path, arguments.runtime_git) {
                (Some(path), _) => Runtime::Path(path),
                (None, Some(url)) => Runtime::Git(url),
                (None, None) => Runtime::Release,
            },
            format: Format::of_flag(arguments.json),
        }
    }
}
