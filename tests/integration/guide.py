"""Follows docs/rules.md: edits what it edits, runs what it runs, and writes the page with what was printed.

`python -m tests.integration.guide` renews the page; the test holds it against a fresh run.
"""

import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/rules.md"
BLOCK = re.compile(r"```(console|diff)\n(.*?)```", re.S)
DEMO = "router demo --keep"
ADDRESS = "127.0.0.1:50051"
SHADOW_SECONDS_MAX = 120
OTHERWISE_EACH_TIME = (
    (r"\bin [0-9.,]+ (ms|s)\b", "in 5 ms"),
    (r"\b[0-9]+ (s|min) ago\b", "0 s ago"),
    (r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?", "2026-11-28 09:30"),
    (r"(?<=since )20[0-9]{2}-[0-9]{2}-[0-9]{2}\b", "2026-11-28"),
)
"""What differs from run to run, and what stands for it when two runs are compared."""


class Guide:
    """A reader: an empty folder, and the server of the first terminal at `address`."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address

    def follow(self, page: str) -> str:
        """The page with every output as it is printed now."""
        return BLOCK.sub(lambda block: f"```{block[1]}\n{self._do(block[1], block[2])}```", page)

    def _do(self, kind: str, body: str) -> str:
        if kind == "diff":
            self.edit(body)
            return body
        commands = re.findall(r"^\$ (.*)$", body, re.M)
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)

    def edit(self, diff: str) -> None:
        """Put the lines that come where those that go stand; refuses an edit that fits nowhere, or twice."""
        head, *lines = diff.splitlines()
        path = self._folder / head.removeprefix("--- ")
        if "a/file.yaml" in head:
            return
        old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path.name} holds this {text.count(old)} times:\n{old}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, command: str) -> str:
        """What the command prints; the demo of the first terminal runs already."""
        if command == DEMO:
            return ""
        printed = self._printed(command)
        deadline = time.monotonic() + SHADOW_SECONDS_MAX
        # A shadow follows at the lowest priority: a reader looks again, too.
        while command == "router rules shadow report" and " 0 behind" not in printed:
            assert time.monotonic() < deadline, printed
            time.sleep(0.5)
            printed = self._printed(command)
        return printed

    def _printed(self, command: str) -> str:
        program, *words = shlex.split(command)
        python = Path(sys.executable)
        path = python if program == "python" else python.with_name(program)
        done = subprocess.run(
            [path, *words], cwd=self._folder, env=self._environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=120, check=False,
        )  # fmt: skip
        lines = done.stdout.replace(self._address, ADDRESS).splitlines()
        return "".join(f"{line.rstrip()}\n" for line in lines)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "ROUTER_ADDRESS": self._address, "COLUMNS": "120", "NO_COLOR": "1"}


@contextmanager
def demo_server() -> Iterator[str]:
    """`router demo --keep` in the project's folder, on a free port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [str(Path(sys.executable).with_name("router")), *DEMO.split()[1:]]
    environment = {**os.environ, "ROUTER_ADDRESS": address}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = ""
        while "Next:" not in shown:
            line = process.stdout.readline()
            assert line, f"the demo ended by itself: {shown}"
            shown += line
        try:
            yield address
        finally:
            process.terminate()
            process.stdout.read()


def comparable(page: str) -> str:
    """The page without what differs from run to run."""
    for pattern, instead in OTHERWISE_EACH_TIME:
        page = re.sub(pattern, instead, page)
    return page


def followed(page: str) -> str:
    """The page as a fresh run in an empty folder writes it."""
    with tempfile.TemporaryDirectory(prefix="router-guide-") as folder, demo_server() as address:
        return Guide(Path(folder), address).follow(page)


if __name__ == "__main__":
    PAGE.write_text(followed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
