"""The scenario that every Python client plays against the server of the example `mcp_server`.

A client's script defines `connect(server, answer)`, an asynchronous context manager that yields a
session with these members:

    era                      the negotiated version of the protocol
    async tools()            the names of the tools, as the framework lists them
    async call(name, arguments, on_progress)   the text of the reply

`answer` is None or the action of the person at the client: "accept" or "decline".
`NOT_OFFERED` names the abilities that the framework does not have, with the reason.

The last line of the standard output is the result as JSON: for each ability "yes" or "yes: …" with a
remark, or "no: …", or "not offered: …".
"""

import asyncio
import json
import os
import sys
import time
import traceback
import urllib.request

ACCOUNTS = "list_all_the_auth_api_accounts"
KEYS = "list_all_the_auth_api_api_keys"
REMOVE = "delete_a_the_auth_api_api_key_by_id"
TOOLS = 46

CONFIG = json.loads(os.environ["MCP_SUITE"])


class Server:
    """The server in one of its settings: "plain", "paged" or "asking"."""

    def __init__(self, setting):
        self.setting = setting
        self.mode = CONFIG["mode"]
        self.is_http = CONFIG["transport"] == "http"
        self.url = CONFIG["urls"].get(setting)
        self.command = CONFIG["program"]
        self.args = CONFIG["arguments"][setting]
        self.env = CONFIG["environment"]


class Wrong(Exception):
    """The server or the client did something else than expected."""


class Remark(Exception):
    """A check passed in another way than usual."""


class RefusedByClient(Exception):
    """The framework refused the arguments before they reached the server."""


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(CONFIG["control"] + path, data, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        content = response.read()
    return json.loads(content) if content else None


def sent():
    """The requests that reached the API, as "METHOD path"."""
    requests = control("GET", "/control/requests")["result"]
    return [f"{request['method']} {request['target'].split('?')[0]}" for request in requests]


def expect(is_right, message):
    if not is_right:
        raise Wrong(message)


async def check_list(connect):
    async with connect(Server("plain"), None) as session:
        names = await session.tools()
        expect(len(names) == TOOLS and ACCOUNTS in names, f"{len(names)} of {TOOLS} tools")
        return session.era


async def check_call(connect):
    async with connect(Server("plain"), None) as session:
        text = await session.call(ACCOUNTS, {}, None)
    expect("Acme" in text and "Globex" in text, text)
    expect(sent() == ["GET /proxy/accounts"], f"sent {sent()}")


async def check_refuse(connect):
    async with connect(Server("plain"), None) as session:
        try:
            text = await session.call(KEYS, {"projectID": "prj_112", "limit": "5"}, None)
        except RefusedByClient as refused:
            expect("projectID" in str(refused), str(refused))
            raise Remark("the client refuses them itself") from refused
    expect("did you mean `projectId`" in text, text)
    expect(sent() == [], f"sent {sent()}")


async def check_page(connect):
    async with connect(Server("paged"), None) as session:
        names = await session.tools()
    expect(len(set(names)) == TOOLS, f"{len(names)} of {TOOLS} tools")


async def check_approve(connect):
    async with connect(Server("asking"), "accept") as session:
        text = await session.call(REMOVE, {"id": "key_101"}, None)
    expect(sent() == ["DELETE /proxy/api_keys/key_101"], f"sent {sent()}: {text}")


async def check_decline(connect):
    async with connect(Server("asking"), "decline") as session:
        text = await session.call(REMOVE, {"id": "key_101"}, None)
    expect(sent() == [], f"sent {sent()}")
    expect("declined" in text, text)


async def check_unasked(connect):
    """A client without a way to ask is told that a person must approve the call."""
    async with connect(Server("asking"), None) as session:
        text = await session.call(REMOVE, {"id": "key_101"}, None)
    expect(sent() == [], f"sent {sent()}")
    expect("a person" in text and "approv" in text, text)


async def check_cancel(connect):
    control("POST", "/control/faults", {"kind": {"slow_headers": 60_000}})
    async with connect(Server("plain"), None) as session:
        call = asyncio.ensure_future(session.call(ACCOUNTS, {}, None))
        deadline = time.monotonic() + 10
        while not sent():
            expect(time.monotonic() < deadline, "nothing was sent")
            await asyncio.sleep(0.05)
        start = time.monotonic()
        if hasattr(session, "cancel"):
            await session.cancel()
        call.cancel()
        await asyncio.wait([call], timeout=10)
        expect(call.done(), "the call did not end")
        text = await asyncio.wait_for(session.call(ACCOUNTS, {}, None), 10)
        expect("Acme" in text, text)
        expect(time.monotonic() - start < 5, "the call ended late")


async def check_progress(connect):
    control("POST", "/control/faults", {"kind": {"rate_limited": {"form": "ratelimit_reset", "seconds": 1}}})
    messages = []
    async with connect(Server("plain"), None) as session:
        text = await session.call(ACCOUNTS, {}, messages.append)
        expect("Acme" in text, text)
        await asyncio.sleep(0.1)
    expect(any("the rate limit is exhausted" in str(message) for message in messages), f"told {messages}")


CHECKS = {
    "list": check_list,
    "call": check_call,
    "refuse": check_refuse,
    "page": check_page,
    "approve": check_approve,
    "decline": check_decline,
    "unasked": check_unasked,
    "cancel": check_cancel,
    "progress": check_progress,
}


def reason(error):
    """The innermost reason of a failure, on one line."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    text = " ".join(str(error).split()) or type(error).__name__
    return text if isinstance(error, Wrong) else f"{type(error).__name__}: {text}"


async def one(check, connect):
    control("POST", "/control/reset")
    try:
        return "yes", await asyncio.wait_for(check(connect), 45)
    except Remark as remark:
        return f"yes: {remark}", None
    except (Exception, BaseExceptionGroup) as error:
        if CONFIG.get("verbose"):
            traceback.print_exc()
        return "no: " + reason(error)[:300], None


async def play(connect, not_offered):
    results, era = {}, None
    for ability in CONFIG["abilities"]:
        if ability in not_offered:
            results[ability] = "not offered: " + not_offered[ability]
            continue
        results[ability], found = await one(CHECKS[ability], connect)
        era = found or era
    return {"era": era, "results": results}


def main(connect, not_offered):
    outcome = asyncio.run(play(connect, not_offered))
    sys.stdout.write("\n" + json.dumps(outcome) + "\n")
    sys.stdout.flush()
    # Some frameworks leave threads behind that keep the process.
    os._exit(0)
