"""The client of the package `mcp`, version 2."""

from contextlib import asynccontextmanager

from mcp import Client, StdioServerParameters, types

import scenario


class Session:
    def __init__(self, client):
        self.client = client
        self.era = client.protocol_version

    async def tools(self):
        names, cursor = [], None
        while True:
            page = await self.client.list_tools(cursor=cursor)
            names += [tool.name for tool in page.tools]
            cursor = page.next_cursor
            if cursor is None:
                return names

    async def call(self, name, arguments, on_progress):
        async def progress(_value, _total, message):
            on_progress(message)

        callback = progress if on_progress else None
        result = await self.client.call_tool(name, arguments, progress_callback=callback)
        return result.content[0].text


@asynccontextmanager
async def connect(server, answer):
    async def elicit(_context, _params):
        return types.ElicitResult(action=answer, content={} if answer == "accept" else None)

    if server.is_http:
        target = server.url
    else:
        target = StdioServerParameters(command=server.command, args=server.args, env=server.env)
    callback = elicit if answer else None
    async with Client(target, mode=server.mode, elicitation_callback=callback) as client:
        yield Session(client)


if __name__ == "__main__":
    scenario.main(connect, {})
