"""The table of results, `RESULTS.md`: one section for each part of the suite."""

from . import conformance
from .clients import ABILITIES
from .environment import SUITE

PATH = SUITE / "RESULTS.md"

HEAD = """# Results

Written by `tests/mcp/run.py --write`. [README.md](README.md) says what each column means.
"""

TITLES = {
    "clients": "Clients of other people, and our server",
    "conformance": "The conformance suite of the protocol",
    "eras": "Our clients, and servers of one era",
    "servers": "Our clients, and servers of other people",
    "many": "Many clients at once, and our server over HTTP",
}


def write(part, rows):
    """Replaces the section of a part."""
    sections = read()
    sections[part] = RENDER[part](rows)
    text = HEAD + "".join(f"\n## {TITLES[name]}\n\n{sections[name]}\n" for name in TITLES if name in sections)
    PATH.write_text(text)


def read():
    if not PATH.exists():
        return {}
    sections = {}
    for section in PATH.read_text().split("\n## ")[1:]:
        title, text = section.split("\n", 1)
        name = next(name for name, known in TITLES.items() if known == title)
        sections[name] = text.strip()
    return sections


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines)


def cell(value):
    return str(value).replace("|", "\\|").replace("\n", " ")


class Notes:
    """Numbered notes below a table."""

    def __init__(self):
        self.texts = []

    def mark(self, text):
        if text not in self.texts:
            self.texts.append(text)
        return f"[{self.texts.index(text) + 1}]"

    def __str__(self):
        return "\n".join(f"{number}. {text}" for number, text in enumerate(self.texts, 1))


def clients(rows):
    notes = Notes()

    def ability(result):
        kind, _, text = result.partition(": ")
        if not text:
            return kind
        word = {"not offered": "–"}.get(kind, kind)
        return f"{word} {notes.mark(text)}"

    head = ["client", "version", "era", "transport", *ABILITIES]
    lines = [
        [row["client"], row["version"], row["era"], row["transport"]]
        + [ability(row["results"][name]) for name in ABILITIES]
        for row in rows
    ]
    return f"{table(head, lines)}\n\n`–`: the client does not offer it.\n\n{notes}"


def conformances(rows):
    head = ["role", "revision", "scenarios", "checks passed", "expected failures", "other failures"]
    lines = [
        [row["role"], row["revision"], row["scenarios"], row["passed"], len(row["expected"]), len(row["unexpected"])]
        for row in rows
    ]
    reasons = [
        [row["role"], row["revision"], count, reason]
        for row in rows
        for reason, count in conformance.reasons(row).items()
    ]
    return f"{table(head, lines)}\n\n{table(['role', 'revision', 'expected failures', 'reason'], reasons)}"


def eras(rows):
    head = ["server", "era", "SDK in", "transport", "generated, compiled and called"]
    return table(head, [[row[key] for key in ("server", "era", "language", "transport", "result")] for row in rows])


def servers(rows):
    head = ["server", "version", "from", "tools", "call", "generated, compiled and called"]
    lines = [
        [row["package"], row["version"], row["registry"], row["tools"], f"`{row['call']}`", row["result"]]
        for row in rows
    ]
    return table(head, lines)


def many(rows):
    head = ["era", "clients at once", "calls", "wrong responses", "memory of one more client, at most", "client 1,001"]
    lines = [
        [row["era"], row["clients"], row["calls"], row["wrong"], f"{row['most_memory']} kB", f"status {row['refusal']}"]
        for row in rows
    ]
    return f"{table(head, lines)}\n\nThe memory is that of a development build, with the server's end of the connection."


RENDER = {"clients": clients, "conformance": conformances, "eras": eras, "servers": servers, "many": many}
