"""A server of 2025-11-25 alone, with the package `mcp`, version 1."""

import sys
from typing import Annotated

from mcp.server.elicitation import AcceptedElicitation
from mcp.server.fastmcp import Context, FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.shared.exceptions import McpError
from mcp.types import ErrorData
from pydantic import BaseModel, Field

import listen

server = FastMCP("legacy-python", log_level="ERROR")


class Weather(BaseModel):
    city: str
    celsius: float


class Confirmation(BaseModel):
    sure: bool


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
async def book(seats: int, ctx: Context) -> str:
    """Books seats, after the person has agreed."""
    answer = await ctx.elicit(f"Book {seats} seats?", Confirmation)
    if isinstance(answer, AcceptedElicitation) and answer.data.sure:
        return f"booked {seats}"
    return "not booked"


@server.tool(structured_output=False)
def fail(reason: str) -> str:
    """Fails, and says why."""
    raise ToolError(reason)


async def crash(_name, _arguments):
    raise McpError(ErrorData(code=-32050, message="crashed"))


@server.tool(name="crash", structured_output=False)
def crash_tool() -> str:
    """Fails with an error of the protocol."""
    return ""


def with_protocol_error():
    """The decorator of a tool makes every exception an error of the tool, so this goes below it."""
    from mcp import types

    handlers = server._mcp_server.request_handlers
    call = handlers[types.CallToolRequest]

    async def handle(request):
        if request.params.name == "crash":
            await crash(request.params.name, request.params.arguments)
        return await call(request)

    handlers[types.CallToolRequest] = handle


with_protocol_error()

if "--http" in sys.argv:
    listen.serve(server.streamable_http_app())
else:
    server.run("stdio")
