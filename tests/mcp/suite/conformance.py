"""The official conformance suite, for our server and for our client, in both revisions."""

import json
import re
import shutil
from collections import Counter

from . import environment
from .environment import CACHE, SUITE

REVISIONS = ["2025-11-25", "2026-07-28"]
ROLES = ["server", "client"]

# The scenarios of an earlier revision, for which the suite has no list of requirements.
EARLIER = "2025-03-26"
EARLIER_SCENARIOS = ["auth/2025-03-26-oauth-metadata-backcompat", "auth/2025-03-26-oauth-endpoint-fallback"]
TOOL = "node_modules/@modelcontextprotocol/conformance/dist/index.js"


def run(options):
    programs = environment.programs(options.programs, "mcp_server", "fake-truto", "conformance_client")
    rows = []
    for role, revision in [*((role, revision) for role in ROLES for revision in REVISIONS), ("client", EARLIER)]:
        rows.append(judge(role, revision, results(role, revision, programs)))
        row = rows[-1]
        print(f"{role} {revision}: {row['passed']} passed, {len(row['expected'])} expected to fail", flush=True)
    return rows


def results(role, revision, programs):
    """Runs the scenarios of a revision, and returns the worst status of each of their checks."""
    out = CACHE / f"conformance/{role}-{revision}"
    shutil.rmtree(out, ignore_errors=True)
    folder, node = environment.javascript()
    command = [node, str(folder / TOOL), role, "-o", str(out)]
    if revision == EARLIER:
        for scenario in EARLIER_SCENARIOS:
            client = ["--command", programs["conformance_client"]]
            environment.run([*command, "--scenario", scenario, *client], 60)
        return read(role, out)
    command += ["--requirements", revision]
    if role == "client":
        environment.run([*command, "--command", programs["conformance_client"]], 600)
    else:
        with environment.api(programs["fake-truto"]) as api:
            with environment.http_servers(programs["mcp_server"], api, ["plain"]) as urls:
                environment.run([*command, "--url", urls["plain"]], 600)
    return read(role, out)


def read(role, out):
    checks = {}
    for path in sorted(out.glob("**/checks.json")):
        name = str(path.parent.relative_to(out))
        name = re.sub(r"-\d{4}-\d\d-\d\dT[\d-]+Z$", "", name)
        scenario = name.removeprefix("server-") if role == "server" else name
        for check in json.loads(path.read_text()):
            status = check["status"]
            if status not in ("SUCCESS", "FAILURE"):
                # Warnings are about what the specification recommends; the other ones are notes.
                continue
            key = (scenario, check["id"])
            if status == "FAILURE" or key not in checks:
                checks[key] = (status, check.get("errorMessage") or "")
    return checks


def judge(role, revision, checks):
    expected = baseline(role, revision)
    failed = {key: message for key, (status, message) in checks.items() if status == "FAILURE"}
    unexpected = {
        f"{scenario}:{check}": message
        for (scenario, check), message in failed.items()
        if scenario not in expected and f"{scenario}:{check}" not in expected
    }
    seen = {scenario for scenario, _ in failed} | {f"{scenario}:{check}" for scenario, check in failed}
    return {
        "role": role,
        "revision": revision,
        "scenarios": len({scenario for scenario, _ in checks}),
        "passed": sum(status == "SUCCESS" for status, _ in checks.values()),
        "expected": expected,
        "unexpected": unexpected,
        "stale": [entry for entry in expected if entry not in seen],
    }


def baseline(role, revision):
    """Reads the list of expected failures: each entry with its reason.

    The file has the format of `--expected-failures` of the suite. A comment that stands alone is the
    reason for the entries below it.
    """
    entries, reason = {}, ""
    path = SUITE / f"conformance/{role}-{revision}.yml"
    for line in path.read_text().splitlines() if path.exists() else []:
        line = line.strip()
        if line.startswith("#"):
            reason = line.lstrip("# ")
        elif line.startswith("- "):
            entries[line[2:]] = reason
    return entries


def failures(rows):
    for row in rows:
        name = f"{row['role']} {row['revision']}"
        if row["passed"] == 0:
            yield f"{name}: no check passed"
        for check, message in row["unexpected"].items():
            yield f"{name}: {check}: {message}"
        for entry in row["stale"]:
            yield f"{name}: {entry} is expected to fail and passes: remove it"


def reasons(row):
    """How many scenarios fail for each reason."""
    return Counter(row["expected"].values())
