//! The help of each kind of catalog beyond its options.

/// The help by the name of the kind. `{program}` is the name of the program.
pub(crate) const HELP_OF_KINDS: [(&str, &str); 3] =
    [("truto", TRUTO), ("mcp", MCP), ("functions", FUNCTIONS)];

const TRUTO: &str = "\
The account is one that is connected at Truto. toolsmith.toml holds the names of the variables,
which must be set when the catalog is fetched.

Examples:
  {program} add truto the_auth_api
  {program} add truto crm --account-env ACME_ACCOUNT --token-env ACME_TOKEN
  {program} add truto crm --integration hubspot --methods read

Exit status:
  0  success
  3  failure; nothing was written";

const MCP: &str = "\
A server over HTTP has a URL; another one is started by a command. If a server requires OAuth, you
authorize this program in a browser.

Examples:
  {program} add mcp notes --url https://mcp.example.com/mcp --token-env NOTES_TOKEN
  {program} add mcp tasks --url-env TASKS_URL
  {program} add mcp files --command npx -y @modelcontextprotocol/server-filesystem .
  {program} add mcp repos --env GITHUB_TOKEN --command npx -y @example/server

Exit status:
  0  success
  3  failure; nothing was written";

const FUNCTIONS: &str = "\
The file has function definitions in the format of OpenAI, Anthropic, Gemini or Bedrock, and is part
of the project. Your program carries the functions out.

Examples:
  {program} add functions rooms --file functions.json

Exit status:
  0  success
  3  failure; nothing was written";
