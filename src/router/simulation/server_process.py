"""A real server as a process of its own: started, waited for, stopped."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

START_SECONDS_MAX = 240
STOP_SECONDS_MAX = 30
POLL_SECONDS = 0.02


class ServerDidNotStart(RuntimeError):
    """The server ended or stayed silent; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A running server: its address and its process."""

    address: str
    process: subprocess.Popen[str]

    def memory_peak_bytes(self) -> int | None:
        """The most memory it has held so far; None where the system does not tell."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return None
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(found[1]) * 1024 if found else None

    def cpu_seconds(self) -> float:
        """Processor time it has used so far, user and system; 0 where the system does not tell."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_server(
    db: Path | str,
    rules: Path | None,
    address: str = "127.0.0.1:0",
    flags: Sequence[str] = (),
    start_seconds_max: float = START_SECONDS_MAX,
) -> Iterator[ServerProcess]:
    """Serves `db` on this machine (port 0 = any free one) until the block ends; raises `ServerDidNotStart`.

    `db` is a file or the URL of a database; `flags` are further words for `router serve`.
    """
    words = ["serve", "--db", str(db), "--address", address, "--log-format", "json", *flags]
    with running_command([*words, *(("--rules", str(rules)) if rules else ())], start_seconds_max) as server:
        yield server


@contextmanager
def running_event_server(db: Path | str, address: str = "127.0.0.1:0") -> Iterator[ServerProcess]:
    """Serves the events of `db`, which another server writes, until the block ends."""
    with running_command(["events", "serve", "--db", str(db), "--address", address]) as server:
        yield server


@contextmanager
def running_command(
    words: Sequence[str], start_seconds_max: float = START_SECONDS_MAX
) -> Iterator[ServerProcess]:
    """Runs `router` with these words until the block ends; they must start a server."""
    # A file and not a pipe: nobody has to keep reading, so a talkative server can never block on its own log.
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "router", *words],
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        before = signal.signal(signal.SIGTERM, _leave)
        try:
            yield ServerProcess(_wait_until_ready(process, log, start_seconds_max), process)
        finally:
            stop(process)
            signal.signal(signal.SIGTERM, before)


def _leave(number: int, _: FrameType | None) -> None:
    """Ends by way of all `finally` blocks, so that being told to stop leaves no server behind."""
    raise SystemExit(128 + number)


def stop(process: subprocess.Popen[str]) -> None:
    """Asks a process to end, waits for its in-flight work, and insists if that takes too long."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[str], log: IO[str], seconds_max: float) -> str:
    """The address in the line with which the server says that it is ready."""
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        has_ended = process.poll() is not None
        # A descriptor shared with the server shares its position: read by offset, never seek.
        said = os.pread(log.fileno(), 1 << 20, 0).decode(errors="replace")
        if address := _ready_address(said):
            return address
        if has_ended:
            raise ServerDidNotStart(
                f"the server ended with code {process.returncode}: {said[-2_000:].strip()}"
            )
        time.sleep(POLL_SECONDS)
    raise ServerDidNotStart(
        f"the server was not ready after {seconds_max:g} seconds: {said[-2_000:].strip()}"
    )


def _ready_address(said: str) -> str:
    for line in said.splitlines():
        if line.startswith("{") and line.endswith("}"):
            event = json.loads(line)
            if event.get("event") == "ready":
                return str(event["address"])
    return ""
