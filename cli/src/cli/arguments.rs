//! The arguments of every command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use toolsmith_codegen::diff::Grade;

use crate::catalogs::{Fetching, Mode};
use crate::cli::completions;
use crate::diff::{self, Side};
use crate::findings::loosened::Loosened;
use crate::regen::Consent;
use crate::screen::{ColorWhen, Format};
use crate::{add, generate, init, login, regen, remove, upgrade};

/// Generates a typed Rust client from catalogs of AI-agent tools.
#[derive(Debug, Parser)]
#[command(name = "toolsmith", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// The directory of toolsmith.toml [default: here, or a parent]
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
    /// List every tool with its Rust call
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
    /// Show what a change of a catalog does to programs, graded by what it breaks
    Diff(DiffArguments),
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
    /// Write one HTML page for each catalog, for people
    Page {
        /// The catalogs to write [default: all]
        #[arg(value_name = "CATALOG")]
        catalogs: Vec<String>,
        /// The output directory [default: target/page]
        #[arg(short, long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// List what changed since a git revision, such as a tag or `HEAD~3`
        #[arg(long, value_name = "REV")]
        since: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the catalogs as Markdown for coding agents
    Digest {
        /// The catalogs to write [default: all]
        #[arg(value_name = "CATALOG")]
        catalogs: Vec<String>,
        /// The output directory, a folder per catalog [default: `digest` of the crate]
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
    /// Accept silent changes: those of these tools or kinds, or all
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ','
    )]
    accept_wire: Option<Vec<String>>,
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
            accept_wire: None,
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
            consent: Consent::from(arguments.accept_wire),
            format: Format::of_flag(arguments.json),
            catalogs: arguments.catalogs,
        }
    }
}

/// The arguments of `diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// The older side: a file, `git:REV` or `live` [default: git:HEAD]
    #[arg(value_name = "A")]
    before: Option<Side>,
    /// The newer side: a file, `git:REV` or `live` [default: the working tree]
    #[arg(value_name = "B")]
    after: Option<Side>,
    /// The catalogs to compare [default: all]
    #[arg(long = "catalog", value_name = "CATALOG")]
    catalogs: Vec<String>,
    /// The form: text, markdown, json, github or sarif
    #[arg(
        long,
        value_name = "FORM",
        default_value = "text",
        hide_possible_values = true
    )]
    format: diff::Form,
    /// Print JSON
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Exit with 1 if a change has this grade or a more severe one
    #[arg(long, value_name = "GRADE", value_parser = parse_grade)]
    fail_on: Option<Grade>,
    /// A file of accepted changes [default: toolsmith.accept.toml, if any]
    #[arg(long, value_name = "FILE")]
    accepted: Option<PathBuf>,
    /// Add the changes to a changelog, below the heading `Unreleased`
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "CHANGELOG.md")]
    changelog: Option<PathBuf>,
}

fn parse_grade(text: &str) -> Result<Grade, String> {
    let mut grades = Grade::ALL.into_iter();
    grades.find(|grade| grade.as_str() == text).ok_or_else(|| {
        let names: Vec<&str> = Grade::ALL.iter().map(|grade| grade.as_str()).collect();
        format!("choose one of {}", names.join(", "))
    })
}

impl From<DiffArguments> for diff::Request {
    fn from(arguments: DiffArguments) -> Self {
        Self {
            before: arguments
                .before
                .unwrap_or(Side::Revision("HEAD".to_owned())),
            after: arguments.after.unwrap_or(Side::WorkingTree),
            catalogs: arguments.catalogs,
            form: if arguments.json {
                diff::Form::Json
            } else {
                arguments.format
            },
            fail_on: arguments.fail_on,
            accepted: arguments.accepted,
            changelog: arguments.changelog,
        }
    }
}
