"""The MCP servers of `openai-agents`."""

from contextlib import asynccontextmanager

from agents.mcp import MCPServerStdio, MCPServerStreamableHttp

import scenario


class Session:
    def __init__(self, server):
        self.server = server
        self.era = server.session.protocol_version

    async def tools(self):
        return [tool.name for tool in await self.server.list_tools()]

    async def call(self, name, arguments, _on_progress):
        result = await self.server.call_tool(name, arguments)
        return result.content[0].text


@asynccontextmanager
async def connect(server, _answer):
    if server.is_http:
        opened = MCPServerStreamableHttp({"url": server.url}, client_session_timeout_seconds=30)
    else:
        params = {"command": server.command, "args": server.args, "env": server.env}
        opened = MCPServerStdio(params, client_session_timeout_seconds=30)
    async with opened:
        yield Session(opened)


if __name__ == "__main__":
    no_callback = "a server of the package has no callback for it"
    not_offered = {"approve": no_callback, "decline": no_callback, "progress": no_callback}
    scenario.main(connect, not_offered)
