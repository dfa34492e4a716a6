//! The help of each command beyond its options: details, examples and exit statuses.

use anstyle::AnsiColor;
use clap::Command;
use clap::builder::Styles;

use crate::add;
use crate::program::Program;
use crate::screen::style::{ERROR, paint};

/// The groups of commands, as the help of the program lists them.
const GROUPS: [(&str, &[&str]); 4] = [
    ("Set up", &["init", "add", "login", "remove"]),
    ("Keep up to date", &["regen", "check", "upgrade"]),
    (
        "Look",
        &["list", "explain", "diff", "graph", "digest", "page"],
    ),
    ("Other", &["generate", "completions", "help"]),
];

/// The colors of help and usage errors, which are those of Cargo.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(ERROR)
    .valid(AnsiColor::Cyan.on_default().bold())
    .invalid(AnsiColor::Yellow.on_default().bold());

/// Adds the help of every command; examples name `program`.
pub(crate) fn complete(command: Command, program: Program) -> Command {
    let text = |text: &str| text.replace("{program}", program.name());
    let commands = [
        ("init", INIT),
        ("add", ADD),
        ("remove", REMOVE),
        ("regen", REGEN),
        ("login", LOGIN),
        ("check", CHECK),
        ("upgrade", UPGRADE),
        ("generate", GENERATE),
        ("list", LIST),
        ("explain", EXPLAIN),
        ("diff", DIFF),
        ("graph", GRAPH),
        ("digest", DIGEST),
        ("page", PAGE),
        ("completions", COMPLETIONS),
    ];
    let command =
        commands
            .into_iter()
            .fold(command.after_help(text(ALL)), |command, (name, help)| {
                command.mut_subcommand(name, |command| command.after_help(text(help)))
            });
    let command = command.mut_subcommand("add", |command| {
        add::HELP_OF_KINDS
            .into_iter()
            .fold(command, |command, (kind, help)| {
                command.mut_subcommand(kind, |command| command.after_help(text(help)))
            })
    });
    command.styles(STYLES)
}

/// Lists the commands of the program by group. Commands that a program adds are the last group.
pub(crate) fn group(mut command: Command) -> Command {
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{}\n{}\n{{options}}{{after-help}}",
        groups(&command),
        heading("Options"),
    );
    command = command.help_template(template);
    command
}

fn groups(command: &Command) -> String {
    let known: Vec<&str> = GROUPS
        .iter()
        .flat_map(|(_, names)| *names)
        .copied()
        .collect();
    let subcommands: Vec<(&str, String)> = command
        .get_subcommands()
        .map(|command| {
            let about = command.get_about().map(ToString::to_string);
            (command.get_name(), about.unwrap_or_default())
        })
        .chain([("help", "Print the help of a command".to_owned())])
        .collect();
    let width = subcommands.iter().map(|(name, _)| name.len()).max();
    let row = |name: &str, about: &str| {
        let gap = width.unwrap_or(0) + 2 - name.len();
        let name = paint(*STYLES.get_literal(), name);
        format!("  {name}{:gap$}{about}\n", "")
    };
    let mut text = String::new();
    for (title, names) in GROUPS {
        let rows = names.iter().filter_map(|name| {
            let (_, about) = subcommands.iter().find(|(found, _)| found == name)?;
            Some(row(name, about))
        });
        text.push_str(&section(title, &rows.collect::<String>()));
    }
    let added = subcommands.iter().filter(|(name, _)| !known.contains(name));
    let rows: String = added.map(|(name, about)| row(name, about)).collect();
    text + &section("Of this project", &rows)
}

fn section(title: &str, rows: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    format!("\n{}\n{rows}", heading(title))
}

fn heading(title: &str) -> String {
    paint(*STYLES.get_header(), &format!("{title}:"))
}

const ALL: &str = "\
Examples:
  {program} init                      set up a project here
  {program} add mcp files --command npx -y @modelcontextprotocol/server-filesystem .
  {program} regen                     fetch the catalogs and regenerate the code
  {program} check                     check that the generated code is up to date
  {program} list                      list every tool and its Rust call
  {program} explain api_keys.list     show how one tool became Rust

Exit status:
  0  success
  1  a finding: code that is out of date, a loosened schema with --deny-loosened, a silent change
     that is not accepted, or a change that diff --fail-on refuses
  2  a snapshot is out of date with its source; takes precedence over 1
  3  failure; nothing was written

See `{program} help COMMAND` for the options and examples of a command.";

const INIT: &str = "\
Creates toolsmith.toml and an empty crate, or a module with --module, for the generated code. In a
workspace, the crate is a member and inherits what the workspace defines: edition, rust-version,
license, lints, and the dependency on the runtime. A package becomes a workspace with two members.
An empty folder becomes a workspace. Existing files are never overwritten: members of a workspace
and lines of .gitattributes are added, and every other byte stays. A second run changes nothing.

--ci github adds two workflows: one checks pull requests, and one regenerates every day and opens or
updates a pull request. The output names the repository setting that it needs.

Examples:
  {program} init                              a crate in crates/tools
  {program} init --crate-dir crates/auth-tools --name auth-tools
  {program} init --module src/tools --write   a module of this package
  {program} init --ci github                  workflows, also for an existing project

Exit status:
  0  success
  3  failure; nothing was written";

const ADD: &str = "\
Adds a catalog to toolsmith.toml, fetches it, generates its code, and prints the lines to paste into
a program. A failure changes nothing. The name becomes a module of the generated crate.

Secrets are passed by the names of environment variables, which toolsmith.toml holds.

Examples:
  {program} add truto the_auth_api
  {program} add mcp notes --url https://mcp.example.com/mcp --token-env NOTES_TOKEN
  {program} add mcp files --command npx -y @modelcontextprotocol/server-filesystem .
  {program} add functions rooms --file functions.json

Exit status:
  0  success
  3  failure; nothing was written";

const REMOVE: &str = "\
Removes a catalog from toolsmith.toml, and its snapshot, lock and generated code. An overlay, which
is written by hand, stays and is listed.

Examples:
  {program} remove files

Exit status:
  0  success
  3  failure; nothing was written";

const CHECK: &str = "\
The same as `{program} regen --check`. Without --fetch, it needs no network and no credentials.

Examples:
  {program} check                     check that the code is up to date with the snapshots
  {program} check --fetch             also check that the snapshots are up to date
  {program} check --json              print what would change as JSON, for CI

Exit status:
  0  success
  1  the generated code is out of date, or --deny-loosened found a loosened schema
  2  --fetch found a snapshot that is out of date; takes precedence over 1
  3  failure";

const UPGRADE: &str = "\
Moves the version in toolsmith.toml, and that of the runtime, to the version of this program.
Regenerates from the snapshots, and lists the items of the generated API that were added, removed or
changed. A project that is pinned to a newer version is refused.

Examples:
  {program} upgrade --dry-run         show the changes, and write nothing
  {program} upgrade

Exit status:
  0  success
  3  failure; nothing was written";

const COMPLETIONS: &str = "\
Prints a script for the shell: bash, elvish, fish, powershell or zsh. It completes `toolsmith`.

Examples:
  {program} completions bash > ~/.local/share/bash-completion/completions/toolsmith
  {program} completions fish > ~/.config/fish/completions/toolsmith.fish
  {program} completions zsh > ~/.zfunc/_toolsmith

Exit status:
  0  success
  3  failure";

const REGEN: &str = "\
Without --offline and --fetch, a catalog is fetched if the variables that toolsmith.toml names are
set; otherwise its snapshot is used. --check alone never fetches. Nothing is written unless every
catalog can be read and generated. TRUTO_API_BASE_URL overrides the address of Truto. Digests in the
folder `digest` of the generated crate or module are updated too.

Silent changes are refused: changes of what programs send that no compiler and no server reports,
such as another route, location or header, or another argument in the position of one that takes the
same values. The new code is compared with the code on disk. --accept-wire accepts all of them,
--accept-wire=NAME,NAME those of these tools or kinds; toolsmith.accept.toml can list them as well.

Examples:
  {program} regen                        fetch what can be fetched and write the changes
  {program} regen --offline              regenerate from the snapshots
  {program} regen --fetch the_auth_api   fetch one catalog, and fail if that is not possible
  {program} regen --check --json         print what would change as JSON, for CI

Exit status:
  0  success
  1  --check found files that differ, --deny-loosened found a loosened schema, or a silent change is
     refused
  2  --check --fetch found a snapshot that is out of date; takes precedence over 1
  3  failure; nothing was written";

const GENERATE: &str = "\
The file may be a list of tools in the format of Truto or MCP, or function definitions in the
format of OpenAI, Anthropic, Gemini or Bedrock. With --url, --url-env or --command, the tools of an
MCP server are fetched, and the generated client connects to that server; together with --input,
they only set the server that the client connects to. They are written into the crate, so pass
secrets by --env, --url-env and --token-env, which take the names of environment variables. If the
server requires OAuth, you authorize this program in a browser, as with `{program} login`.

With --kind truto and without --input, the tools of an account are fetched; variables hold its
identifier and its token.

In the directory of a workspace, the crate becomes a member; elsewhere it is stand-alone.

The crate keeps a canonical copy of its catalog. Its README has the command that regenerates it
from that copy. Corrections in catalog.overlay.toml are applied and never overwritten. A silent
change of what programs send needs --accept-wire, as in regen.

Examples:
  {program} generate --input functions.json --out ../my-tools --name my-tools
  {program} generate --input tools.json --kind mcp --out ../notes --name notes --digest
  {program} generate --url https://mcp.example.com/mcp --token-env EXAMPLE_TOKEN \\
      --out ../example --name example
  {program} generate --out ../files --name files \\
      --command npx -y @modelcontextprotocol/server-filesystem .

Exit status:
  0  success
  1  --check found files that differ, --deny-loosened found a loosened schema, or a silent change is
     not accepted
  3  failure; nothing was written";

const LOGIN: &str = "\
For a catalog with a `url` and without a `token`, whose server requires OAuth. Prints the address of
the page on which you authorize this program, and opens it if standard error is a terminal. The
tokens are stored in the user's configuration directory, or in the one that TOOLSMITH_TOKENS names,
and never in the project. `{program} regen` uses and renews them, and never asks.

Examples:
  {program} login notes                               authorize, or authorize again
  {program} login notes --scopes notes:read,notes:write
  {program} login notes --client-id abc --port 8976   as a client that you registered
  {program} login notes --forget                      remove the tokens

Exit status:
  0  success
  3  failure; the stored tokens were not changed";

const LIST: &str = "\
Reads the snapshots; fetches and writes nothing.

Examples:
  {program} list                       list the tools of all catalogs
  {program} list the_auth_api --json   list the tools of one catalog as JSON

Exit status:
  0  success
  3  unknown catalog, or a catalog cannot be read";

const EXPLAIN: &str = "\
Reads the snapshots; fetches and writes nothing.

Examples:
  {program} explain api_keys.rotate
  {program} explain ListApiKeys
  {program} explain list_all_the_auth_api_api_keys --json

Exit status:
  0  success
  3  unknown tool, or a catalog cannot be read";

const DIFF: &str = "\
Compares two states of the catalogs, with their overlays and names applied. Each change has a grade:
compile, wire, behaviour, additive or docs, from the most severe to the least. A side is the file of
a snapshot, `git:REV`, or `live`: the tools that the source has now.

toolsmith.accept.toml lists accepted changes, each with a reason and an optional expiry date.

Examples:
  {program} diff                               the snapshots against those of the last commit
  {program} diff git:v1.2 --format markdown    since the tag v1.2, for a pull request
  {program} diff git:main --fail-on wire       fail if a change breaks calls
  {program} diff git:HEAD live --catalog notes what the next fetch would change

Exit status:
  0  success
  1  with --fail-on: a change that is not accepted has this grade or a more severe one, or a text
     has hidden characters or a confusable name; always: an accepted change no longer applies
  3  failure";

const GRAPH: &str = "\
Reads the snapshots; fetches nothing. Writes CATALOG.mmd and CATALOG.svg for each catalog.

Examples:
  {program} graph
  {program} graph the_auth_api --out ../docs
  {program} graph --json

Exit status:
  0  success
  3  failure";

const PAGE: &str = "\
Writes CATALOG.html for each catalog: a page that needs no server and no network. It shows every
tool with its call, arguments, response, request, schemas and size in the list of each provider, the
graph of identifiers, loosened places and corrections. Reads the snapshots; fetches nothing.

Examples:
  {program} page                        write all catalogs to target/page
  {program} page the_auth_api -o docs   write one catalog to docs/the_auth_api.html
  {program} page --since v1.2           also list what changed since the tag v1.2

Exit status:
  0  success
  3  failure; nothing was written";

const DIGEST: &str = "\
Writes a folder for each catalog: index.md shows how to create a client and lists the pages, and
one short page per resource shows its methods, arguments and return types. A coding agent needs
the index and one page to write a call. Reads the snapshots; fetches nothing.
`{program} regen` updates the digests in the folder `digest` of the generated crate or module.

Examples:
  {program} digest                               write all catalogs to the folder `digest`
  {program} digest the_auth_api --out ../agent   write one catalog to ../agent/the_auth_api

Exit status:
  0  success
  3  failure; nothing was written";
