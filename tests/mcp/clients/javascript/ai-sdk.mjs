// The client of `@ai-sdk/mcp`, version 1 or 2: the argument of the program.

import { main } from "./scenario.mjs";

const version = process.argv[2];
const packages = `ai-sdk-mcp-${version}`;
const { createMCPClient, ElicitationRequestSchema } = await import(packages);
const { Experimental_StdioMCPTransport: Stdio } = await import(`${packages}/mcp-stdio`);

async function connect(server, answer) {
  const { command, args, env } = server;
  const transport = server.isHttp
    ? { type: "http", url: server.url }
    : new Stdio({ command, args, env, stderr: "ignore" });
  const client = await createMCPClient({
    transport,
    capabilities: answer ? { elicitation: {} } : {},
    ...(server.mode === "legacy" && { protocolVersionDiscovery: false }),
  });
  if (answer) {
    client.onElicitationRequest(ElicitationRequestSchema, () => ({ action: answer, content: {} }));
  }
  let loaded;
  const tools = async () => (loaded ??= await client.tools());
  return {
    // Version 1 does not tell it, and knows this one.
    era: client.initializeResult?.protocolVersion ?? "2025-11-25",
    tools: async () => Object.keys(await tools()),
    async call(name, input, _onProgress, abortSignal) {
      const result = await (await tools())[name].execute(input, { toolCallId: "1", messages: [], abortSignal });
      return result.content[0].text;
    },
    close: () => client.close(),
  };
}

await main(connect, { progress: "the client has no callback for it" });
