//! What `--help` says of each command besides its options.

/// Of all commands.
pub(crate) const ALL: &str = "\
Examples:
  cargo xtask regen                     write the generated crate anew
  cargo xtask regen --check             is it what the snapshots give?
  cargo xtask regen --check --fetch     … and are the snapshots what accounts and servers offer?
  cargo xtask list                      every tool, and the call that it became
  cargo xtask explain api_keys.list     how one tool became Rust
  cargo xtask digest                    the catalogs in Markdown, for coding agents
  cargo xtask generate --help           a crate of its own, from a file or an MCP server

Exit status:
  0  all is well
  1  generated code and snapshot differ; a place is loosened and denied; something is untidy
  2  a snapshot and what it was fetched from differ, whatever else was found
  3  the command could not do its work; nothing was written";

/// Of `regen`.
pub(crate) const REGEN: &str = "\
Without --offline or --fetch, a catalog is fetched if its variables are set (toolsmith.toml names
them), else its snapshot is used; a check then uses the snapshots. Nothing is written unless every
catalog can be read and generated. TRUTO_API_BASE_URL overrides the address. Digests that were
written by `cargo xtask digest` are kept in step.

Examples:
  cargo xtask regen                        fetch what can be fetched, write what changed
  cargo xtask regen --offline              from the snapshots alone
  cargo xtask regen --fetch the_auth_api   this catalog must be fetched, the others are not
  cargo xtask regen --check --json         for CI: what would change, as one JSON document

Exit status: 0 ok; 1 the check found files that differ, or a place is loosened and denied;
2 a snapshot is not what its account, server or file offers (--check --fetch), whatever else was
found; 3 failed, and nothing was written.";

/// Of `generate`.
pub(crate) const GENERATE: &str = "\
The file may be a list of tools as Truto or an MCP server gives it, or function definitions in the
form of OpenAI, Anthropic, Gemini or Bedrock. With --url or --command the tools of an MCP server are
fetched, and the client that is made connects to it; beside --input they only name the server. They
stand in the crate: let --env and --token-env name the variables of secrets, and write none.

The crate holds the catalog in one canonical form, which --input may name the next time; its README
has the command. Corrections in catalog.overlay.toml beside it are applied and never written.

Examples:
  cargo xtask generate --input functions.json --out ../my-tools --name my-tools
  cargo xtask generate --input tools.json --kind mcp --out ../notes --name notes --digest
  cargo xtask generate --url https://mcp.example.com/mcp --token-env EXAMPLE_TOKEN \\
      --out ../example --name example
  cargo xtask generate --out ../files --name files \\
      --command npx -y @modelcontextprotocol/server-filesystem .

Exit status: 0 ok; 1 a place is loosened and denied; 3 failed. Nothing was written but with 0.";

/// Of `list`.
pub(crate) const LIST: &str = "\
Reads the snapshots; nothing is fetched or written.

Examples:
  cargo xtask list                       all catalogs
  cargo xtask list the_auth_api --json   one of them, for programs

Exit status: 0 ok; 3 there is no such catalog, or one cannot be read.";

/// Of `explain`.
pub(crate) const EXPLAIN: &str = "\
Reads the snapshots; nothing is fetched or written.

Examples:
  cargo xtask explain api_keys.rotate
  cargo xtask explain ListApiKeys
  cargo xtask explain list_all_the_auth_api_api_keys --json

Exit status: 0 ok; 3 there is no such tool, or a catalog cannot be read.";

/// Of `digest`.
pub(crate) const DIGEST: &str = "\
For each catalog a folder with index.md, which says how a client is made and which page has which
tool, and a short page for each resource: what to call, with what, and what comes back. A coding
agent that is given the index and one page can write the call. Reads the snapshots; nothing is
fetched. What lies in generated/digest is kept in step by `cargo xtask regen`.

Examples:
  cargo xtask digest                               all catalogs, to generated/digest
  cargo xtask digest the_auth_api --out ../agent   one of them, to ../agent/the_auth_api

Exit status: 0 ok; 3 failed, and nothing was written.";

/// Of `tidy`.
pub(crate) const TIDY: &str = "\
Examples:
  cargo xtask tidy
  cargo xtask tidy --json

Exit status: 0 all is tidy; 1 something is not; 3 failed.";
