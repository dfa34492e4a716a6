//! The help of each command beyond its options: details, examples and exit statuses.

use clap::Command;

use crate::program::Program;

/// Adds the help of every command; examples name `program`.
pub(crate) fn add(command: Command, program: Program) -> Command {
    let text = |text: &str| text.replace("{program}", program.name());
    let commands = [
        ("regen", REGEN),
        ("generate", GENERATE),
        ("list", LIST),
        ("explain", EXPLAIN),
        ("graph", GRAPH),
        ("digest", DIGEST),
    ];
    commands
        .into_iter()
        .fold(command.after_help(text(ALL)), |command, (name, help)| {
            command.mut_subcommand(name, |command| command.after_help(text(help)))
        })
}

const ALL: &str = "\
Examples:
  {program} regen                     regenerate the crate
  {program} regen --check             check that the generated code is up to date
  {program} regen --check --fetch     also check that the snapshots are up to date
  {program} list                      list every tool and its Rust call
  {program} explain api_keys.list     show how one tool became Rust
  {program} digest                    write the catalogs as Markdown for coding agents
  {program} generate --help           generate a stand-alone crate

Exit status:
  0  success
  1  the generated code is out of date, or a schema is loosened and --deny-loosened is set
  2  a snapshot is out of date with its source; takes precedence over 1
  3  failure; nothing was written";

const REGEN: &str = "\
Without --offline and --fetch, a catalog is fetched if the variables that toolsmith.toml names are
set; otherwise its snapshot is used. --check alone never fetches. Nothing is written unless every
catalog can be read and generated. TRUTO_API_BASE_URL overrides the address of Truto. Digests in
generated/digest are updated too.

Examples:
  {program} regen                        fetch what can be fetched and write the changes
  {program} regen --offline              regenerate from the snapshots
  {program} regen --fetch the_auth_api   fetch one catalog, and fail if that is not possible
  {program} regen --check --json         print what would change as JSON, for CI

Exit status:
  0  success
  1  --check found files that differ, or --deny-loosened found a loosened schema
  2  --check --fetch found a snapshot that is out of date; takes precedence over 1
  3  failure; nothing was written";

const GENERATE: &str = "\
The file may be a list of tools in the format of Truto or MCP, or function definitions in the
format of OpenAI, Anthropic, Gemini or Bedrock. With --url or --command, the tools of an MCP
server are fetched, and the generated client connects to that server; together with --input, they
only set the server that the client connects to. They are written into the crate, so pass secrets
by --env and --token-env, which take the names of environment variables. With --kind truto and
without --input, the tools of the account are fetched whose id and token variables hold.

In the directory of a workspace, the crate becomes a member; elsewhere it is stand-alone.

The crate keeps a canonical copy of its catalog. Its README has the command that regenerates it
from that copy. Corrections in catalog.overlay.toml are applied and never overwritten.

Examples:
  {program} generate --input functions.json --out ../my-tools --name my-tools
  {program} generate --input tools.json --kind mcp --out ../notes --name notes --digest
  {program} generate --url https://mcp.example.com/mcp --token-env EXAMPLE_TOKEN \\
      --out ../example --name example
  {program} generate --out ../files --name files \\
      --command npx -y @modelcontextprotocol/server-filesystem .

Exit status:
  0  success
  1  --check found files that differ, or --deny-loosened found a loosened schema
  3  failure; nothing was written";

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

const GRAPH: &str = "\
Reads the snapshots; fetches nothing. Writes CATALOG.mmd and CATALOG.svg for each catalog.

Examples:
  {program} graph
  {program} graph the_auth_api --out ../docs

Exit status:
  0  success
  3  failure";

const DIGEST: &str = "\
Writes a folder for each catalog: index.md shows how to create a client and lists the pages, and
one short page per resource shows its methods, arguments and return types. A coding agent needs
the index and one page to write a call. Reads the snapshots; fetches nothing.
`{program} regen` updates the digests in generated/digest.

Examples:
  {program} digest                               write all catalogs to generated/digest
  {program} digest the_auth_api --out ../agent   write one catalog to ../agent/the_auth_api

Exit status:
  0  success
  3  failure; nothing was written";
