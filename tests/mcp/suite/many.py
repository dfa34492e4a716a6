"""Two hundred clients at once over HTTP, in both eras, and as many as the server accepts."""

import http.client
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from . import environment

CLIENTS = 200
CALLS = 3

# The memory in kB that one more client of an era may need in a development build, with the server's end of its
# connection. Measurements differ by some kB from run to run, so the table has the bound.
MEMORY = {"2025-11-25": 128, "2026-07-28": 64}

# The number of clients that the server keeps state for by default.
BOUND = 1000

TOOL = "create_a_the_auth_api_account"
ERAS = ["2025-11-25", "2026-07-28"]
TOKENS = ["io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities"]


class Client:
    """A client with its own connection: with a session, or with its own credentials."""

    def __init__(self, url, era, number):
        address = urlsplit(url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
        self.path = address.path
        self.era = era
        self.number = number
        self.headers = {
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
            "Authorization": f"Bearer client-{number}",
        }

    def is_modern(self):
        return self.era == "2026-07-28"

    def post(self, message, headers=None):
        """Sends a message. Returns the status, the headers and the message of the response."""
        self.connection.request("POST", self.path, json.dumps(message), self.headers | (headers or {}))
        response = self.connection.getresponse()
        text = response.read().decode()
        events = [line[5:] for line in text.splitlines() if line.startswith("data:") and line[5:].strip()]
        body = events[-1] if events else text
        return response.status, response.headers, json.loads(body) if body.strip() else None

    def open(self):
        """Opens a session in the older era. Returns the status."""
        if self.is_modern():
            return 200
        params = {
            "protocolVersion": self.era,
            "capabilities": {},
            "clientInfo": {"name": f"client-{self.number}", "version": "1"},
        }
        request = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
        status, headers, _ = self.post(request)
        if status == 200:
            self.headers["Mcp-Session-Id"] = headers["Mcp-Session-Id"]
            self.post({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return status

    def call(self, number):
        """Makes a call. Returns the status, and the problem with the response if there is one."""
        name = f"client {self.number} call {number}"
        params = {"name": TOOL, "arguments": {"name": name}}
        headers = {}
        if self.is_modern():
            params["_meta"] = dict(zip(TOKENS, [self.era, {}]))
            headers = {"Mcp-Protocol-Version": self.era, "Mcp-Method": "tools/call", "Mcp-Name": TOOL}
        request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
        status, headers, message = self.post(request, headers)
        if status != 200:
            return status, f"status {status}, Retry-After {headers['Retry-After']}"
        created = ((message.get("result") or {}).get("structuredContent") or {}).get("name")
        is_right = message["id"] == number and created == name
        return status, None if is_right else f"{name!r} got {json.dumps(message)[:200]}"


def run(options):
    programs = environment.programs(options.programs, "mcp_server", "fake-truto")
    rows = []
    for era in ERAS:
        with environment.api(programs["fake-truto"]) as api:
            command = [programs["mcp_server"], "--http", "127.0.0.1:0"]
            started = environment.process(command, env=os.environ | api.environment, pattern=r"Listening on (\S+?)\.\s")
            with started as (url,):
                rows.append(play(era, url, environment.child_of(command)))
        print(rows[-1], flush=True)
    return rows


def play(era, url, server):
    problems = []
    first, found = together(url, era, range(CLIENTS))
    problems += found
    before = memory(server)
    second, found = together(url, era, range(CLIENTS, 2 * CLIENTS))
    problems += found
    wrong = len(problems)
    each = (memory(server) - before) // CLIENTS
    if each > MEMORY[era]:
        problems.append(f"one more client needs {each} kB, more than {MEMORY[era]} kB")
    rest = [Client(url, era, number) for number in range(2 * CLIENTS, BOUND)]
    with ThreadPoolExecutor(8) as pool:
        problems += [problem for problem in pool.map(use, rest) if problem]
    one_more = Client(url, era, BOUND)
    status = one_more.open()
    if status == 200:
        status, _ = one_more.call(0)
    if status != 503:
        problems.append(f"client {BOUND + 1} got status {status}, not 503")
    # The others are served.
    problems += [problem for client in first[:5] + second[:5] for _, problem in [client.call(CALLS)] if problem]
    return {
        "era": era,
        "clients": CLIENTS,
        "calls": 2 * CLIENTS * CALLS,
        "wrong": wrong,
        "memory": each,
        "most_memory": MEMORY[era],
        "bound": BOUND,
        "refusal": status,
        "problems": problems[:3],
    }


def together(url, era, numbers):
    """Lets clients begin their calls at the same time. Returns them, and the problems."""
    clients = [Client(url, era, number) for number in numbers]
    problems = []
    barrier = threading.Barrier(len(clients))

    def one(client):
        status = client.open()
        barrier.wait(120)
        if status != 200:
            problems.append(f"client {client.number} got status {status}")
            return
        for number in range(CALLS):
            _, problem = client.call(number)
            if problem:
                problems.append(problem)

    threads = [threading.Thread(target=one, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clients, problems


def use(client):
    """Makes one call of a client that keeps its place. Returns the problem, if there is one."""
    status = client.open()
    if status != 200:
        return f"client {client.number} got status {status}"
    _, problem = client.call(0)
    # Its place outlives its connection.
    client.connection.close()
    return problem


def memory(process):
    """The memory of a process that is in use, in kB; 0 where the system does not say."""
    try:
        with open(f"/proc/{process}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    except OSError:
        return 0


def failures(rows):
    for row in rows:
        for problem in row["problems"]:
            yield f"{row['clients']} clients of {row['era']}: {problem}"
