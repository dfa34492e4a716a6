"""The client of the package `mcp`, version 1."""

from contextlib import AsyncExitStack, asynccontextmanager

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

import scenario


class Session:
    def __init__(self, session, initialized):
        self.session = session
        self.era = initialized.protocolVersion

    async def tools(self):
        names, cursor = [], None
        while True:
            page = await self.session.list_tools(params=types.PaginatedRequestParams(cursor=cursor))
            names += [tool.name for tool in page.tools]
            cursor = page.nextCursor
            if cursor is None:
                return names

    async def call(self, name, arguments, on_progress):
        async def progress(_value, _total, message):
            on_progress(message)

        callback = progress if on_progress else None
        result = await self.session.call_tool(name, arguments, progress_callback=callback)
        return result.content[0].text

    async def cancel(self):
        # This version does not notify the server when a call is cancelled: a program does.
        params = types.CancelledNotificationParams(requestId=self.session._request_id - 1)
        notification = types.CancelledNotification(params=params)
        await self.session.send_notification(types.ClientNotification(notification))


@asynccontextmanager
async def connect(server, answer):
    async def elicit(_context, _params):
        return types.ElicitResult(action=answer, content={} if answer == "accept" else None)

    async with AsyncExitStack() as stack:
        if server.is_http:
            opened = streamable_http_client(server.url)
        else:
            parameters = StdioServerParameters(command=server.command, args=server.args, env=server.env)
            opened = stdio_client(parameters)
        read, write, *_ = await stack.enter_async_context(opened)
        callback = elicit if answer else None
        session = ClientSession(read, write, elicitation_callback=callback)
        await stack.enter_async_context(session)
        yield Session(session, await session.initialize())


if __name__ == "__main__":
    scenario.main(connect, {})
