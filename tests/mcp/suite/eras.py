"""Generated clients against servers of one era alone, over stdio and HTTP."""

from . import environment
from .environment import SUITE
from .workspace import Workspace, source

# Each server: its name, its era, its language, and its Python environment or None.
SERVERS = [
    ("legacy-python", "2025-11-25", "Python", "mcp-1"),
    ("legacy-typescript", "2025-11-25", "TypeScript", None),
    ("modern-python", "2026-07-28", "Python", "mcp-2"),
    ("modern-typescript", "2026-07-28", "TypeScript", None),
]

# What a client must print. The texts of errors are parts of the whole.
EXPECTED = [
    "echo: echo: a\U0001f980",
    "structured: Ulm 21.5",
    "headers: region eu, limit 42, urgent true",
    "headers: region  padded , limit 42, urgent true",
    "headers: region Köln, limit 42, urgent true",
    "headers: region eu, limit 1, urgent false",
    "fail: no seats",
    "crash: crashed",
    "accept: booked 2",
    "decline: not booked",
    "unanswered: book: ",
    "afterwards: echo: again",
]


def run(options):
    programs = environment.programs(options.programs, "toolsmith")
    workspace = Workspace("eras", programs["toolsmith"])
    rows, commands = [], {}
    for name, _era, _language, python in SERVERS:
        commands[name] = command(name, python)
        problem, _tools = workspace.generate(name, commands[name])
        if problem != "yes":
            rows += [row(name, transport, f"no: not generated: {problem}") for transport in ("stdio", "http")]
    if rows:
        return rows
    program = workspace.compile("eras", source("eras.rs"))
    for name, *_ in SERVERS:
        rows.append(row(name, "stdio", play([program, name])))
        started = environment.process([*commands[name], "--http"], pattern=r"Listening on (\S+?)\.\s")
        with started as (url,):
            rows.append(row(name, "http", play([program, name, url])))
    return rows


def command(name, python):
    era = name.split("-")[0]
    if python is None:
        folder, node = environment.javascript()
        return [node, str(folder / f"{era}.mjs")]
    return [environment.python(python), str(SUITE / f"servers/{era}.py")]


def play(command):
    status, out, err = environment.run(command, 60)
    lines = out.splitlines()
    for place, expected in enumerate(EXPECTED):
        line = lines[place] if place < len(lines) else ""
        kind, value = expected.split(": ", 1)
        if not line.startswith(f"{kind}: ") or value not in line:
            found = line or " ".join(err.split())[-300:] or f"the end with {status}"
            return f"no: {kind}: expected {value!r}, got {found!r}"
    return "yes"


def row(name, transport, result):
    _, era, language, _ = next(server for server in SERVERS if server[0] == name)
    print(f"{name} over {transport}: {result}", flush=True)
    return {"server": name, "era": era, "language": language, "transport": transport, "result": result}


def failures(rows):
    for row in rows:
        if row["result"] != "yes":
            yield f"{row['server']} over {row['transport']}: {row['result']}"
