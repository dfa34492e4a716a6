"""Real clients against the server of the example `mcp_server`."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor

from . import environment
from .environment import SETTINGS, SUITE, Unavailable

ABILITIES = ["list", "call", "refuse", "page", "approve", "decline", "unasked", "cancel", "progress"]

# Each client: the name for people, its script, its Python environment or None, its package, the
# mode that the script reads, and whether the short run has it. The short run has one client for
# each era, language and way of asking.
CLIENTS = [
    ("mcp (Python)", "mcp_1.py", "mcp-1", "mcp", "", False),
    ("mcp (Python), auto", "mcp_2.py", "mcp-2", "mcp", "auto", True),
    ("mcp (Python), legacy", "mcp_2.py", "mcp-2", "mcp", "legacy", False),
    ("@modelcontextprotocol/sdk", "sdk-1.mjs", None, "@modelcontextprotocol/sdk", "", True),
    ("@modelcontextprotocol/client, auto", "client-2.mjs", None, "@modelcontextprotocol/client", "auto", True),
    ("@modelcontextprotocol/client, legacy", "client-2.mjs", None, "@modelcontextprotocol/client", "legacy", False),
    ("@ai-sdk/mcp", "ai-sdk.mjs 1", None, "ai-sdk-mcp-1", "", False),
    ("@ai-sdk/mcp, discovery", "ai-sdk.mjs 2", None, "ai-sdk-mcp-2", "auto", True),
    ("@ai-sdk/mcp, no discovery", "ai-sdk.mjs 2", None, "ai-sdk-mcp-2", "legacy", False),
    ("langchain-mcp-adapters", "langchain_adapters.py", "langchain", "langchain-mcp-adapters", "", False),
    ("crewai-tools", "crewai_adapter.py", "crewai", "crewai-tools", "", False),
    ("pydantic-ai", "pydantic_ai_toolset.py", "pydantic-ai", "pydantic-ai-slim", "", False),
    ("fastmcp", "fastmcp_client.py", "fastmcp", "fastmcp", "", False),
    ("openai-agents", "openai_agents.py", "openai-agents", "openai-agents", "", False),
]


def run(options):
    """Plays the scenario with each client, and returns the rows of the table."""
    programs = environment.programs(options.programs, "mcp_server", "fake-truto")
    chosen = [client for client in CLIENTS if is_chosen(client, options)]
    tasks = [(client, transport) for client in chosen for transport in ("stdio", "http")]
    install(chosen)
    with ThreadPoolExecutor(options.jobs) as pool:
        return list(pool.map(lambda task: play(programs, options, *task), tasks))


def is_chosen(client, options):
    name, is_short = client[0], client[5]
    if options.only:
        return re.search(options.only, name) is not None
    return is_short or not options.short


def install(clients):
    """Installs what the clients need, one after the other."""
    for _name, _script, python, _package, _mode, _is_short in clients:
        if python is None:
            environment.javascript()
        else:
            environment.python(python)


def play(programs, options, client, transport):
    name, script, python, package, mode, _is_short = client
    with environment.api(programs["fake-truto"]) as api:
        settings = SETTINGS if transport == "http" else []
        with environment.http_servers(programs["mcp_server"], api, settings) as urls:
            config = {
                "mode": mode,
                "transport": transport,
                "urls": urls,
                "program": programs["mcp_server"],
                "arguments": SETTINGS,
                "environment": api.environment,
                "control": api.control,
                "abilities": ABILITIES,
                "verbose": options.verbose,
            }
            outcome = execute(script, python, config, options)
    row = {"client": name, "version": version(package, python), "transport": transport}
    print(f"{name} over {transport}: {outcome}", flush=True)
    return row | outcome


def execute(script, python, config, options):
    env = os.environ | {"MCP_SUITE": json.dumps(config), "PYTHONWARNINGS": "ignore"} | QUIET
    script, *arguments = script.split()
    if python is None:
        folder, node = environment.javascript()
        command = [node, str(folder / script), *arguments]
    else:
        command = [environment.python(python), str(SUITE / "clients/python" / script)]
    status, out, err = environment.run(command, 300, env=env)
    if options.verbose:
        print(err)
    try:
        return json.loads(out.strip().splitlines()[-1])
    except (IndexError, ValueError):
        problem = f"no: the client ended with {status}: {last_line(err)}"
        return {"era": None, "results": dict.fromkeys(ABILITIES, problem)}


# Frameworks that would send statistics.
QUIET = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "OPENAI_AGENTS_DISABLE_TRACING": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "nothing on its standard error"


def version(package, python):
    """The version of a package as its lock file gives it."""
    if python is None:
        lock = json.loads((SUITE / "clients/javascript/package-lock.json").read_text())
        return lock["packages"][f"node_modules/{package}"]["version"]
    locked = (SUITE / f"clients/python/requirements/{python}.txt").read_text()
    return re.search(rf"^{re.escape(package)}==(\S+)", locked, re.MULTILINE)[1]


def failures(rows):
    """What the table must not have: an ability that failed."""
    for row in rows:
        for ability, result in row["results"].items():
            if result.startswith("no:"):
                yield f"{row['client']} {row['version']} over {row['transport']}: {ability}: {result}"


__all__ = ["Unavailable", "failures", "run"]
