"""The tools of `langchain-mcp-adapters`."""

from contextlib import asynccontextmanager

from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import types

import scenario


class Session:
    def __init__(self, session, tools, listeners):
        self.era = session.get_server_capabilities() and "2025-11-25"
        self.loaded = {tool.name: tool for tool in tools}
        self.listeners = listeners

    async def tools(self):
        return list(self.loaded)

    async def call(self, name, arguments, on_progress):
        self.listeners.append(on_progress)
        call = {"type": "tool_call", "id": "1", "name": name, "args": arguments}
        message = await self.loaded[name].ainvoke(call)
        return message.text if isinstance(message.text, str) else message.text()


@asynccontextmanager
async def connect(server, answer):
    listeners = []

    async def progress(_value, _total, message, _context):
        if listeners and listeners[-1]:
            listeners[-1](message)

    async def elicit(_mcp_context, _params, _context):
        return types.ElicitResult(action=answer, content={} if answer == "accept" else None)

    if server.is_http:
        connection = {"transport": "streamable_http", "url": server.url}
    else:
        connection = {"transport": "stdio", "command": server.command, "args": server.args, "env": server.env}
    callbacks = Callbacks(on_progress=progress, on_elicitation=elicit if answer else None)
    client = MultiServerMCPClient({"server": connection}, callbacks=callbacks)
    async with client.session("server") as session:
        tools = await load_mcp_tools(session, callbacks=callbacks, server_name="server")
        yield Session(session, tools, listeners)


if __name__ == "__main__":
    scenario.main(connect, {"cancel": "a cancelled call sends nothing to the server"})
