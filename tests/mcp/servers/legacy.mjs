// A server of 2025-11-25 alone, with `@modelcontextprotocol/sdk`, version 1.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CallToolRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

const text = (text) => ({ content: [{ type: "text", text }] });
const header = (schema, name) => schema.meta({ "x-mcp-header": name });

function build() {
  const server = new McpServer({ name: "legacy-typescript", version: "1.0.0" });
  const tool = (name, description, inputSchema, handler) =>
    server.registerTool(name, { description, inputSchema }, handler);
  tool("echo", "Returns its text.", { text: z.string() }, (args) => text(`echo: ${args.text}`));
  server.registerTool(
    "weather",
    {
      description: "Returns the weather of a city.",
      inputSchema: { city: z.string() },
      outputSchema: { city: z.string(), celsius: z.number() },
    },
    ({ city }) => {
      const structuredContent = { city, celsius: 21.5 };
      return { ...text(JSON.stringify(structuredContent)), structuredContent };
    },
  );
  const parameters = {
    region: header(z.string(), "Region"),
    limit: header(z.number().int(), "Limit"),
    urgent: header(z.boolean(), "Urgent").optional(),
  };
  const description = "Reads parameters that a client of the newer era repeats in headers.";
  tool("query", description, parameters, ({ region, limit, urgent }) =>
    text(`region ${region}, limit ${limit}, urgent ${urgent ?? false}`),
  );
  tool("book", "Books seats, after the person has agreed.", { seats: z.number().int() }, async ({ seats }) => {
    const requestedSchema = { type: "object", properties: { sure: { type: "boolean" } }, required: ["sure"] };
    const answer = await server.server.elicitInput({ message: `Book ${seats} seats?`, requestedSchema });
    return text(answer.action === "accept" && answer.content?.sure ? `booked ${seats}` : "not booked");
  });
  tool("fail", "Fails, and says why.", { reason: z.string() }, ({ reason }) => ({ ...text(reason), isError: true }));
  tool("crash", "Fails with an error of the protocol.", {}, () => text(""));
  // The SDK makes every exception of a handler an error of the tool, so this goes below it.
  const handlers = server.server._requestHandlers;
  const call = handlers.get("tools/call");
  server.server.setRequestHandler(CallToolRequestSchema, (request, extra) => {
    if (request.params.name === "crash") throw new McpError(-32050, "crashed");
    return call(request, extra);
  });
  return server;
}

function overHttp() {
  const sessions = new Map();
  const listener = createServer(async (request, response) => {
    let transport = sessions.get(request.headers["mcp-session-id"]);
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (id) => sessions.set(id, transport),
      });
      await build().connect(transport);
    }
    await transport.handleRequest(request, response);
  });
  listener.listen(0, "127.0.0.1", () => {
    console.error(`Listening on http://127.0.0.1:${listener.address().port}/mcp.`);
  });
}

if (process.argv.includes("--http")) overHttp();
else await build().connect(new StdioServerTransport());
