#!/usr/bin/env python3
"""Runs Toolsmith against the MCP clients, servers and conformance tests that people use.

    tests/mcp/run.py                    all parts
    tests/mcp/run.py clients servers    these parts
    tests/mcp/run.py --short            a selection, as `.ci/run mcp` has it
    tests/mcp/run.py clients --write    and writes the results into tests/mcp/RESULTS.md

Needs Python 3.10, npm, and a way to the registries of npm and PyPI. What is installed is kept in
the target folder. Every process runs on loopback and ends with the suite.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from suite import clients, conformance, environment, eras, many, results, servers  # noqa: E402

# The parts of the short run. The other ones install what changes without us.
SHORT = ["clients", "conformance", "eras", "many"]
PARTS = {"clients": clients, "conformance": conformance, "eras": eras, "servers": servers, "many": many}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=" or ".join(PARTS))
    parser.add_argument("--short", action="store_true", help="a selection, as `.ci/run mcp` has it")
    parser.add_argument("--only", metavar="PATTERN", help="the rows that the pattern finds")
    parser.add_argument("--write", action="store_true", help="write the results into RESULTS.md")
    parser.add_argument("--jobs", type=int, default=2, help="how many rows at once")
    parser.add_argument("--programs", type=Path, metavar="FOLDER", help="programs that are compiled")
    parser.add_argument("--verbose", action="store_true", help="what the clients print")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    clock = environment.Clock()
    passed, failed = 0, []
    for name in options.parts or (SHORT if options.short else PARTS):
        print(f"== {name}", flush=True)
        rows = PARTS[name].run(options)
        found = list(PARTS[name].failures(rows))
        failed += found
        passed += len(rows)
        print(f"== after {clock}: {name}: {len(rows)} rows, {len(found)} failures", flush=True)
        if options.write:
            results.write(name, rows)
    for failure in failed:
        print(f"failed: {failure}")
    print(f"mcp: {max(passed - len(failed), 0)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except environment.Unavailable as error:
        print(f"not run: {error}", file=sys.stderr)
        sys.exit(3)
