// A server of 2026-07-28 alone, with `@modelcontextprotocol/server`, version 2.

import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { McpServer, ProtocolError, createMcpHandler, inputRequired, inputResponse } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

const text = (text) => ({ content: [{ type: "text", text }] });
const header = (schema, name) => schema.meta({ "x-mcp-header": name });

function build() {
  const server = new McpServer({ name: "modern-typescript", version: "1.0.0" }, { capabilities: { tools: {} } });
  const tool = (name, description, shape, handler) =>
    server.registerTool(name, { description, inputSchema: z.object(shape) }, handler);
  tool("echo", "Returns its text.", { text: z.string() }, (args) => text(`echo: ${args.text}`));
  server.registerTool(
    "weather",
    {
      description: "Returns the weather of a city.",
      inputSchema: z.object({ city: z.string() }),
      outputSchema: z.object({ city: z.string(), celsius: z.number() }),
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
  tool("book", "Books seats, after the person has agreed.", { seats: z.number().int() }, ({ seats }, ctx) => {
    const answer = inputResponse(ctx.mcpReq.inputResponses, "confirm");
    if (answer.kind === "missing") {
      const confirm = inputRequired.elicit({
        message: `Book ${seats} seats?`,
        requestedSchema: { type: "object", properties: { sure: { type: "boolean" } }, required: ["sure"] },
      });
      return inputRequired({ inputRequests: { confirm }, requestState: String(seats) });
    }
    const state = ctx.mcpReq.requestState();
    if (state !== String(seats)) throw new ProtocolError(-32602, `the state is ${state}`);
    return text(answer.action === "accept" && answer.content?.sure ? `booked ${seats}` : "not booked");
  });
  tool("fail", "Fails, and says why.", { reason: z.string() }, ({ reason }) => ({ ...text(reason), isError: true }));
  tool("crash", "Fails with an error of the protocol.", {}, () => text(""));
  // The SDK makes every exception of a handler an error of the tool, so this goes below it.
  const call = server.server._requestHandlers.get("tools/call");
  server.server.setRequestHandler("tools/call", (request, ctx) => {
    if (request.params.name === "crash") throw new ProtocolError(-32050, "crashed");
    return call(request, ctx);
  });
  return server;
}

if (process.argv.includes("--http")) {
  const handler = createMcpHandler(build, { legacy: "reject" });
  const listener = createServer(toNodeHandler(handler));
  listener.listen(0, "127.0.0.1", () => {
    console.error(`Listening on http://127.0.0.1:${listener.address().port}/mcp.`);
  });
} else {
  serveStdio(build, { legacy: "reject" });
}
