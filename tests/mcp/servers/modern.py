"""A server of 2026-07-28 alone, with the package `mcp`, version 2.

The package serves both eras, so the handshake of the older one is refused before it gets there.
"""

import json
import sys
from contextlib import asynccontextmanager
from typing import Annotated

import anyio
from mcp import types
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from pydantic import BaseModel, Field

import listen

VERSION = "2026-07-28"
server = MCPServer("modern-python", log_level="ERROR")


class Weather(BaseModel):
    city: str
    celsius: float


@server.tool(structured_output=False)
def echo(text: str) -> str:
    """Returns its text."""
    return f"echo: {text}"


@server.tool()
def weather(city: str) -> Weather:
    """Returns the weather of a city."""
    return Weather(city=city, celsius=21.5)


@server.tool(structured_output=False)
def query(
    region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
    limit: Annotated[int, Field(json_schema_extra={"x-mcp-header": "Limit"})],
    urgent: Annotated[bool, Field(json_schema_extra={"x-mcp-header": "Urgent"})] = False,
) -> str:
    """Reads parameters that a client of the newer era repeats in headers."""
    return f"region {region}, limit {limit}, urgent {str(urgent).lower()}"


@server.tool(structured_output=False)
async def book(seats: int, ctx: Context) -> str | types.InputRequiredResult:
    """Books seats, after the person has agreed."""
    answer = (ctx.input_responses or {}).get("confirm")
    if answer is None:
        schema = {
            "type": "object",
            "properties": {"sure": {"type": "boolean"}},
            "required": ["sure"],
        }
        params = types.ElicitRequestFormParams(message=f"Book {seats} seats?", requested_schema=schema)
        return types.InputRequiredResult(
            input_requests={"confirm": types.ElicitRequest(params=params)}, request_state=str(seats)
        )
    if ctx.request_state != str(seats):
        raise MCPError(code=types.INVALID_PARAMS, message=f"the state is {ctx.request_state}")
    is_sure = answer.action == "accept" and (answer.content or {}).get("sure")
    return f"booked {seats}" if is_sure else "not booked"


@server.tool(structured_output=False)
def fail(reason: str) -> str:
    """Fails, and says why."""
    raise ToolError(reason)


@server.tool(structured_output=False)
def crash() -> str:
    """Fails with an error of the protocol."""
    raise MCPError(code=-32050, message="crashed")


def refusal(identifier, params):
    """The answer to `initialize`."""
    requested = (params or {}).get("protocolVersion")
    data = {"supported": [VERSION], "requested": requested}
    error = {"code": -32022, "message": "Unsupported protocol version", "data": data}
    return {"jsonrpc": "2.0", "id": identifier, "error": error}


def refusing_http(application):
    async def refuse(scope, receive, send):
        if scope["type"] != "http" or scope["method"] != "POST":
            return await application(scope, receive, send)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        request = json.loads(body or b"null")
        if isinstance(request, dict) and request.get("method") == "initialize":
            answer = json.dumps(refusal(request.get("id"), request.get("params"))).encode()
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 400, "headers": headers})
            return await send({"type": "http.response.body", "body": answer})
        is_read = False

        async def again():
            nonlocal is_read
            if is_read:
                return await receive()
            is_read = True
            return {"type": "http.request", "body": body, "more_body": False}

        return await application(scope, again, send)

    return refuse


@asynccontextmanager
async def refusing_stdio():
    async with stdio_server() as (read, write), anyio.create_task_group() as tasks:
        send, receive = anyio.create_memory_object_stream(8)

        async def relay():
            async with send:
                async for message in read:
                    request = getattr(getattr(message, "message", None), "root", getattr(message, "message", None))
                    if getattr(request, "method", None) == "initialize":
                        answer = types.JSONRPCError.model_validate(refusal(request.id, request.params))
                        await write.send(SessionMessage(answer))
                    else:
                        await send.send(message)

        tasks.start_soon(relay)
        yield receive, write
        tasks.cancel_scope.cancel()


async def over_stdio():
    lowlevel = server._lowlevel_server
    async with refusing_stdio() as (read, write):
        await lowlevel.run(read, write, lowlevel.create_initialization_options())


if "--http" in sys.argv:
    listen.serve(refusing_http(server.streamable_http_app()))
else:
    anyio.run(over_stdio)
