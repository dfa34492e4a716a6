"""The client of `fastmcp`."""

from contextlib import asynccontextmanager

from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport

import scenario


class Session:
    def __init__(self, client):
        self.client = client
        self.era = client.session.protocol_version

    async def tools(self):
        return [tool.name for tool in await self.client.list_tools()]

    async def call(self, name, arguments, on_progress):
        async def progress(_value, _total, message):
            on_progress(message)

        handler = progress if on_progress else None
        result = await self.client.call_tool(
            name, arguments, progress_handler=handler, raise_on_error=False
        )
        return result.content[0].text


@asynccontextmanager
async def connect(server, answer):
    async def elicit(_message, _kind, _params, _context):
        return ElicitResult(action=answer, content={} if answer == "accept" else None)

    if server.is_http:
        target = server.url
    else:
        target = StdioTransport(command=server.command, args=server.args, env=server.env, keep_alive=False)
    async with Client(target, elicitation_handler=elicit if answer else None) as client:
        yield Session(client)


if __name__ == "__main__":
    scenario.main(connect, {})
