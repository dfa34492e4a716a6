// Talks to the example `mcp_server` by the official client, and prints what comes of it.
//
//   node client.mjs PROGRAM

import { spawn } from "node:child_process";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const program = process.argv[2];
const accounts = "list_all_the_auth_api_accounts";
const keys = "list_all_the_auth_api_api_keys";
const remove = "delete_a_the_auth_api_api_key_by_id";
const ROTATE = "create_a_the_auth_api_api_key_rotate";
const PROJECT = "get_single_the_auth_api_project_by_id";

function title(text) {
  console.log(`\n# ${text}`);
}

function show(result) {
  console.log(`isError ${result.isError ?? false}`);
  console.log(result.content.map((part) => part.text).join("\n"));
}

/// Waits until a program has said on its standard error what a pattern finds.
async function said(stream, pattern) {
  let text = "";
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const found = text.match(pattern);
    if (found) return found[1];
  }
  throw new Error(`it says ${text}`);
}

/// A connection over stdio, and where the server with made-up data is.
async function connect(args, capabilities = {}) {
  const transport = new StdioClientTransport({ command: program, args, stderr: "pipe" });
  const api = said(transport.stderr, /data at (\S+)\.\n/);
  const client = new Client({ name: "test", version: "1" }, { capabilities });
  await client.connect(transport);
  return { client, api: await api };
}

async function fault(api, kind) {
  const answer = await fetch(`${api}/control/faults`, { method: "POST", body: JSON.stringify({ kind }) });
  if (answer.status !== 204) throw new Error(await answer.text());
}

async function overStdio() {
  const { client, api } = await connect([]);
  title("lists");
  console.log(client.getServerVersion().name);
  const { tools, nextCursor } = await client.listTools();
  console.log(`${tools.length} tools, next page ${nextCursor}`);
  for (const name of [accounts, ROTATE, remove]) {
    const tool = tools.find((tool) => tool.name === name);
    console.log(`${tool.title}: ${JSON.stringify(tool.annotations)}`);
  }
  const described = tools.filter((tool) => tool.outputSchema).length;
  console.log(`${described} have an output schema`);

  title("calls");
  const answer = await client.callTool({ name: accounts, arguments: {} });
  console.log(`isError ${answer.isError}, ${answer.structuredContent.result.map((account) => account.name)}`);
  console.log(`same as the text: ${answer.content[0].text === JSON.stringify(answer.structuredContent)}`);
  const project = await client.callTool({ name: PROJECT, arguments: { id: "prj_112" } });
  console.log(`${project.structuredContent.name}, of ${project.structuredContent.accountId}`);

  title("refuses");
  const wrong = await client.callTool({ name: keys, arguments: { projectID: "prj_112", limit: "5" } });
  show(wrong);
  console.log(JSON.stringify(wrong.structuredContent.problems.map((problem) => [problem.path, problem.code])));
  show(await client.callTool({ name: "list_all_accounts", arguments: {} }));

  title("reports progress");
  await fault(api, { rate_limited: { form: "ratelimit_reset", seconds: 1 } });
  // The client drops a notification that it reads together with the result.
  await fault(api, { slow_headers: 300 });
  const told = [];
  const onprogress = ({ progress, message }) => told.push(`${progress} ${message}`);
  await client.callTool({ name: accounts, arguments: {} }, undefined, { onprogress });
  console.log(told.join("\n"));

  title("cancels");
  await fault(api, { slow_headers: 60_000 });
  const stop = new AbortController();
  // The server has to have the request, or the next one meets what is meant for it.
  const sent = ({ message }) => message === "request sent" && setTimeout(() => stop.abort("enough"), 500);
  const cancelled = client.callTool({ name: accounts, arguments: {} }, undefined, { onprogress: sent, signal: stop.signal });
  console.log(await cancelled.catch((error) => `rejected: ${error.message ?? error}`));
  const after = await client.callTool({ name: accounts, arguments: {} });
  console.log(`isError ${after.isError} afterwards`);
  await client.close();
}

async function readOnly() {
  title("read only");
  const { client } = await connect(["--read-only"]);
  const { tools } = await client.listTools();
  const writing = tools.filter((tool) => !tool.annotations.readOnlyHint);
  console.log(`${tools.length} tools, ${writing.length} of them write`);
  show(await client.callTool({ name: remove, arguments: { id: "key_101" } }));
  await client.close();
}

async function asking() {
  title("asks");
  const { client } = await connect(["--ask"], { elicitation: {} });
  const verdicts = ["decline", "accept"];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    const action = verdicts.shift();
    console.log(`${params.message} ${action}`);
    return { action, content: {} };
  });
  show(await client.callTool({ name: remove, arguments: { id: "key_101" } }));
  const removed = await client.callTool({ name: remove, arguments: { id: "key_101" } });
  console.log(`isError ${removed.isError}`);
  await client.close();

  const { client: silent } = await connect(["--ask"]);
  show(await silent.callTool({ name: remove, arguments: { id: "key_101" } }));
  await silent.close();
}

async function overHttp() {
  title("over HTTP");
  const server = spawn(program, ["--http", "127.0.0.1:0"], { stdio: ["ignore", "inherit", "pipe"] });
  const url = await said(server.stderr, /Listening on (\S+)\.\n/);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  const { tools } = await client.listTools();
  const told = [];
  const onprogress = ({ message }) => told.push(message);
  const answer = await client.callTool({ name: accounts, arguments: {} }, undefined, { onprogress });
  console.log(`${tools.length} tools, isError ${answer.isError}, ${told.join(", ")}`);
  await client.close();
  const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const page = await fetch(url, { method: "POST", body: ping, headers: { ...headers, origin: "https://evil.example" } });
  console.log(`a page of another origin: ${page.status}`);
  server.kill();
}

await overStdio();
await readOnly();
await asking();
await overHttp();
