"""A Rust workspace of generated crates and of a program that calls them, in the cache."""

import json
import os
import re
import shutil
import subprocess

from . import environment
from .environment import CACHE, ROOT, SUITE


class Workspace:
    """One workspace with one target folder, so that the runtime is compiled once."""

    def __init__(self, name, toolsmith):
        self.folder = CACHE / "rust" / name
        self.toolsmith = toolsmith
        self.crates = []
        self.folder.mkdir(parents=True, exist_ok=True)

    def generate(self, crate, command, env=None, cwd=None):
        """Generates a crate from the server that a command starts, and returns what was printed.

        The second value is the number of tools, or None if the crate could not be generated.
        """
        folder = self.folder / crate
        if not (folder / "Cargo.toml").exists():
            shutil.rmtree(folder, ignore_errors=True)
        passed = [word for name in env or {} for word in ("--env", name)]
        arguments = ["generate", "--json", "--root", str(ROOT), "--runtime", str(ROOT / "runtime"), *passed]
        arguments += ["--name", crate, "--out", str(folder), "--command", *command]
        status, out, err = environment.run([self.toolsmith, *arguments], 120, env=os.environ | (env or {}), cwd=cwd)
        if status != 0:
            return " ".join(err.split())[:300] or f"exit status {status}", None
        self.crates.append(crate)
        manifest = folder / "Cargo.toml"
        # As a member, the crate has no workspace of its own.
        text = re.sub(r"\n(# The crate is not a member of any workspace.\n)?\[workspace\]\n", "\n", manifest.read_text())
        manifest.write_text(text)
        catalog = json.loads((folder / "catalog.json").read_text())
        tools = catalog if isinstance(catalog, list) else catalog["tools"]
        return "yes", len(tools)

    def compile(self, program, source):
        """Compiles `source` with all crates, and returns the path of the program.

        If a crate does not compile, raises an error with the message of the compiler.
        """
        folder = self.folder / program
        (folder / "src").mkdir(parents=True, exist_ok=True)
        write(folder / "src/main.rs", source)
        crates = "".join(f'{crate} = {{ path = "../{crate}" }}\n' for crate in self.crates)
        write(
            folder / "Cargo.toml",
            f'[package]\nname = "{program}"\nversion = "0.0.0"\nedition = "2024"\npublish = false\n\n'
            f'[dependencies]\nserde_json = "1"\n'
            f'tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}\n{crates}',
        )
        members = ", ".join(f'"{member}"' for member in [*self.crates, program])
        write(
            self.folder / "Cargo.toml",
            f'[workspace]\nresolver = "3"\nmembers = [{members}]\n\n'
            f"# As in the repository, so that its compiled dependencies are used.\n[profile.dev]\ndebug = false\n",
        )
        lock = self.folder / "Cargo.lock"
        if not lock.exists():
            shutil.copy(ROOT / "Cargo.lock", lock)
        target = CACHE / "rust/target"
        command = [*environment.cargo(), "build", "--quiet", "--package", program, "--target-dir", str(target)]
        built = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if built.returncode != 0:
            raise RuntimeError(f"does not compile: {built.stderr[-1500:]}")
        return str(target / "debug" / program)


def write(path, text):
    """Writes a file if its text changes, so that cargo compiles it only then."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def source(name):
    return (SUITE / "rust" / name).read_text()
