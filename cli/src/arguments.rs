//! The arguments of every command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::catalogs::{Fetching, Mode};
use crate::completions;
use crate::loosened::Loosened;
use crate::screen::{ColorWhen, Format};
use crate::{add, generate, init, login, regen, remove, upgrade};

/// Generates a typed Rust client from catalogs of AI-agent tools.
#[derive(Debug, Parser)]
#[command(name = "toolsmith", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// The directory of toolsmith.toml [default: the nearest one upwards]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help_heading = "Global options"
    )]
    pub(crate) root: Option<PathBuf>,
    /// Skip tools that cannot be read, and list them
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) skip_unreadable: bool,
    /// Color the output: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "Global options"
    )]
    pub(crate) color: ColorWhen,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up a project: the configuration and an empty crate or module
    Init(init::Arguments),
    /// Add a catalog: fetch it, generate its code, show a first call
    Add(add::Arguments),
    /// Remove a catalog and its code
    Remove(remove::Arguments),
    /// Fetch the catalogs and regenerate the code
    Regen(RegenArguments),
    /// Check that the generated code is up to date; writes nothing
    Check(CheckArguments),
    /// Move the project to this version of Toolsmith, and show what changes in the API
    Upgrade(upgrade::Arguments),
    /// Authorize this program for a remote MCP server, in a browser
    Login(login::Arguments),
    /// Generate a stand-alone crate from one catalog file or MCP server
    Generate(generate::Arguments),
    /// List every tool with the Rust call it became
    List {
        /// The catalogs to list [default: all]
        #[arg(value_name = "CATALOG")]
        catalogs: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show how each place of a tool's schemas became Rust
    Explain {
        /// A tool by its name, path or request type: `api_keys.list`, `ListApiKeys`
        #[arg(value_name = "TOOL")]
        tool: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Draw which tools return the identifiers that others need, as Mermaid and SVG
    Graph {
        /// The catalogs to draw [default: all]
        #[arg(value_name = "CATALOG")]
        catalogs: Vec<String>,
        /// The output directory [default: target/graph]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the catalogs as Markdown for coding agents
    Digest {
        /// The catalogs to write [default: all]
        #[arg(value_name = "CATALOG")]
        catalogs: Vec<String>,
        /// The output directory, a folder per catalog [default: generated/digest]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the completions of a shell
    Completions(completions::Arguments),
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a separate flag on the command line, and becomes an enum"
)]
pub(crate) struct RegenArguments {
    /// The catalogs to fetch [default: all]; the crate is always written as a whole
    #[arg(value_name = "CATALOG")]
    catalogs: Vec<String>,
    /// Use the snapshots, even if credentials are set
    #[arg(long, conflicts_with = "fetch")]
    offline: bool,
    /// Fetch every catalog, and fail if that is not possible
    #[arg(long)]
    fetch: bool,
    /// Write nothing; exit with 1 if anything would change
    #[arg(long)]
    check: bool,
    /// Write nothing and exit with 1 if a schema is loosened to Json
    #[arg(long)]
    deny_loosened: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The catalogs to fetch [default: all]; the code is always checked as a whole
    #[arg(value_name = "CATALOG")]
    catalogs: Vec<String>,
    /// Also fetch every catalog, and exit with 2 if a snapshot is out of date
    #[arg(long)]
    fetch: bool,
    /// Also exit with 1 if a schema is loosened to Json
    #[arg(long)]
    deny_loosened: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl From<CheckArguments> for regen::Request {
    fn from(arguments: CheckArguments) -> Self {
        RegenArguments {
            catalogs: arguments.catalogs,
            offline: false,
            fetch: arguments.fetch,
            check: true,
            deny_loosened: arguments.deny_loosened,
            json: arguments.json,
        }
        .into()
    }
}

impl From<RegenArguments> for regen::Request {
    fn from(arguments: RegenArguments) -> Self {
        Self {
            fetching: match (arguments.offline, arguments.fetch) {
                (true, _) => Fetching::Never,
                (_, true) => Fetching::Always,
                _ => Fetching::IfPossible,
            },
            mode: if arguments.check {
                Mode::Check
            } else {
                Mode::Write
            },
            loosened: if arguments.deny_loosened {
                Loosened::Denied
            } else {
                Loosened::Allowed
            },
            format: Format::of_flag(arguments.json),
            catalogs: arguments.catalogs,
        }
    }
}
