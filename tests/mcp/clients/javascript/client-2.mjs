// The client of `@modelcontextprotocol/client`, in the mode that the suite names.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { main } from "./scenario.mjs";

async function connect(server, answer) {
  const capabilities = answer ? { elicitation: {} } : {};
  const versionNegotiation = { mode: server.mode };
  const client = new Client({ name: "suite", version: "1" }, { capabilities, versionNegotiation });
  if (answer) client.setRequestHandler("elicitation/create", () => ({ action: answer, content: {} }));
  const { command, args, env } = server;
  const transport = server.isHttp
    ? new StreamableHTTPClientTransport(new URL(server.url))
    : new StdioClientTransport({ command, args, env, stderr: "ignore" });
  await client.connect(transport);
  return {
    era: client.getNegotiatedProtocolVersion(),
    // This client collects the pages itself.
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    async call(name, args, onProgress, signal) {
      const onprogress = onProgress && (({ message }) => onProgress(message));
      const result = await client.callTool({ name, arguments: args }, { onprogress, signal });
      return result.content[0].text;
    },
    close: () => client.close(),
  };
}

await main(connect);
