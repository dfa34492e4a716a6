"""The `MCPToolset` of `pydantic-ai`."""

from contextlib import asynccontextmanager

from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport
from pydantic_ai.exceptions import ModelRetry
from pydantic_ai.mcp import MCPToolset

import scenario


class Session:
    def __init__(self, toolset, listeners):
        self.toolset = toolset
        self.listeners = listeners
        self.era = toolset.client.session.protocol_version

    async def tools(self):
        return [tool.name for tool in await self.toolset.list_tools()]

    async def call(self, name, arguments, on_progress):
        self.listeners.append(on_progress)
        try:
            return str(await self.toolset.direct_call_tool(name, arguments))
        except ModelRetry as retry:
            return retry.message


@asynccontextmanager
async def connect(server, answer):
    listeners = []

    async def progress(_value, _total, message):
        if listeners and listeners[-1]:
            listeners[-1](message)

    async def elicit(_message, _kind, _params, _context):
        return ElicitResult(action=answer, content={} if answer == "accept" else None)

    if server.is_http:
        target = server.url
    else:
        target = StdioTransport(command=server.command, args=server.args, env=server.env, keep_alive=False)
    handler = elicit if answer else None
    toolset = MCPToolset(target, elicitation_handler=handler, progress_handler=progress)
    async with toolset:
        yield Session(toolset, listeners)


if __name__ == "__main__":
    scenario.main(connect, {})
