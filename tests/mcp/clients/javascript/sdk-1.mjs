// The client of `@modelcontextprotocol/sdk`, version 1.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { main } from "./scenario.mjs";

async function connect(server, answer) {
  const capabilities = answer ? { elicitation: {} } : {};
  const client = new Client({ name: "suite", version: "1" }, { capabilities });
  if (answer) client.setRequestHandler(ElicitRequestSchema, () => ({ action: answer, content: {} }));
  const { command, args, env } = server;
  const transport = server.isHttp
    ? new StreamableHTTPClientTransport(new URL(server.url))
    : new StdioClientTransport({ command, args, env, stderr: "ignore" });
  await client.connect(transport);
  return {
    era: transport.protocolVersion ?? "2025-11-25",
    async tools() {
      const names = [];
      let cursor;
      do {
        const page = await client.listTools({ cursor });
        names.push(...page.tools.map((tool) => tool.name));
        cursor = page.nextCursor;
      } while (cursor);
      return names;
    },
    async call(name, args, onProgress, signal) {
      const onprogress = onProgress && (({ message }) => onProgress(message));
      const result = await client.callTool({ name, arguments: args }, undefined, { onprogress, signal });
      return result.content[0].text;
    },
    close: () => client.close(),
  };
}

await main(connect);
