"""The tools of the `MCPServerAdapter` of `crewai-tools`."""


import asyncio
from contextlib import asynccontextmanager

from crewai_tools import MCPServerAdapter
from mcp import StdioServerParameters

import scenario


class Session:
    # The adapter does not tell the version. The package `mcp` that it uses has this one.
    era = "2025-11-25"

    def __init__(self, tools):
        self.loaded = {tool.name: tool.to_structured_tool() for tool in tools}

    async def tools(self):
        return list(self.loaded)

    async def call(self, name, arguments, _on_progress):
        try:
            return str(await asyncio.to_thread(self.loaded[name].invoke, arguments))
        except ValueError as refused:
            raise scenario.RefusedByClient(str(refused)) from refused


@asynccontextmanager
async def connect(server, _answer):
    if server.is_http:
        parameters = {"url": server.url, "transport": "streamable-http"}
    else:
        parameters = StdioServerParameters(command=server.command, args=server.args, env=server.env)
    adapter = await asyncio.to_thread(MCPServerAdapter, parameters)
    try:
        yield Session(adapter.tools)
    finally:
        await asyncio.to_thread(adapter.stop)


if __name__ == "__main__":
    no_callback = "the adapter has no callback for it"
    not_offered = {
        "page": "the adapter reads the first page alone",
        "approve": no_callback,
        "decline": no_callback,
        "progress": no_callback,
        "cancel": "a call blocks its thread",
    }
    scenario.main(connect, not_offered)
