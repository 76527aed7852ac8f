"""Several servers of one database behind one address: `router serve --processes N`.

The first starts alone and puts the rules in force; the others follow. Each accepts calls on the same port, and the
system spreads connections over them. One that ends is started again; meanwhile its clients reach the others.
"""

import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from router.cli.failures import CommandFailed, Exit
from router.cli.server.cores import cores_of

log = logging.getLogger("router.processes")

POLL_SECONDS = 0.2
RESTART_SECONDS = 1.0
FAILURES_MAX = 5
"""Starts in a row that came to nothing: then everything ends, for somebody must look."""
STOP_SECONDS_MAX = 60.0
OF_THE_FIRST = ("ROUTER_RULES", "ROUTER_METRICS_ADDRESS")
"""What one process does for all: the rules are in the database then, and a page has a port of its own."""


class Processes:
    """`environment` is that of one server; it must name the database and nothing about processes. Each has its place,
    and with it one of the `cores`; so has whoever follows on it.
    """

    def __init__(
        self, environment: Mapping[str, str], address: str, count: int, cores: Sequence[int] = ()
    ) -> None:
        self._held = hold_port(address)
        self.address = f"{address.rpartition(':')[0]}:{self._held.getsockname()[1]}"
        self._environment = {
            **environment,
            "ROUTER_ADDRESS": self.address,
            "ROUTER_SHARES_PORT": "yes",
        }
        self._count = count
        self._cores = cores
        self._running: dict[int, subprocess.Popen[str]] = {}
        self._failures = 0
        self._ending = threading.Event()

    def serve(self, on_ready: Any) -> int:
        """Until told to stop. 0 after a clean end of all, else the code of one that could not be kept up."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
            # It would leave its servers behind. Whoever ignores it, as nohup does, goes on.
            signal.signal(signal.SIGHUP, self._on_signal)
        try:
            facts = self._start(0, is_first=True)
            for place in range(1, self._count):
                self._start(place, is_first=False)
            on_ready({**facts, "processes": [one.pid for one in self._running.values()]})
            return self._watch()
        except ChildEnded as ended:
            return Exit.DONE if self._ending.is_set() else ended.code
        finally:
            self._stop()
            self._held.close()

    def _on_signal(self, *_: object) -> None:
        """The first ends all in good order, a second at once."""
        if self._ending.is_set():
            for process in self._running.values():
                process.send_signal(signal.SIGTERM)
        self._ending.set()

    def _start(self, place: int, *, is_first: bool) -> dict[str, Any]:
        """One more, when it is ready; gives what it says then."""
        environment = {
            name: text for name, text in self._environment.items() if is_first or name not in OF_THE_FIRST
        }
        environment["ROUTER_PIN"] = cores_of(self._cores, place)
        environment["ROUTER_SEAT"] = str(place)
        process = subprocess.Popen(
            [sys.executable, "-m", "router", "serve"], env=environment, stdout=subprocess.PIPE, text=True
        )
        self._running[place] = process
        line = self._first_line(process)
        if not line.startswith("{"):
            del self._running[place]
            raise ChildEnded(process.wait())
        said: dict[str, Any] = json.loads(line)
        return {name: value for name, value in said.items() if name not in ("event", "schema_version")}

    def _first_line(self, process: subprocess.Popen[str]) -> str:
        """What it says when it is ready; nothing if it ends before. One that all others need not wait for is ended: it
        has accepted nothing.
        """
        assert process.stdout is not None
        while not select.select([process.stdout], [], [], POLL_SECONDS)[0]:
            if self._ending.is_set():
                process.kill()
        return process.stdout.readline()

    def _watch(self) -> int:
        while not self._ending.wait(POLL_SECONDS):
            for place, process in [one for one in self._running.items() if one[1].poll() is not None]:
                del self._running[place]
                log.error("a server process ended", extra={"pid": process.pid, "code": process.returncode})
                self._replace(place)
        return Exit.DONE

    def _replace(self, place: int) -> None:
        while not self._ending.is_set():
            try:
                self._start(place, is_first=False)
                self._failures = 0
                log.info("started another", extra={"pid": self._running[place].pid})
                return
            except ChildEnded:
                self._failures += 1
                if self._failures >= FAILURES_MAX:
                    raise
                self._ending.wait(RESTART_SECONDS)

    def _stop(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS_MAX
        for process in self._running.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class ChildEnded(Exception):
    """A server did not come up; it has said why on standard error."""

    def __init__(self, code: int) -> None:
        super().__init__(f"a server process ended with code {code}")
        self.code = code


def hold_port(address: str) -> socket.socket:
    """The port, kept for servers that share it: nobody else may have it, and none is lost while all restart.

    It never listens, so no connection comes to it.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as alone:
            alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            alone.bind((host, int(port)))
            number = alone.getsockname()[1]
        held = socket.socket(family)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((host, number))
    except OSError as error:
        raise CommandFailed(
            Exit.UNREACHABLE, f"cannot listen on `{address}`: {error.strerror}", reason="ADDRESS_REFUSED"
        ) from error
    return held


def environment_of(texts: Mapping[str, str | None], variables: Mapping[str, str]) -> dict[str, str]:
    """What one of the servers is told: the flags as variables, over those that are set."""
    flags = {
        variable: text
        for variable, field in variables.items()
        if field != "processes" and (text := texts.get(field)) is not None
    }
    kept = {name: text for name, text in os.environ.items() if name != "ROUTER_PROCESSES"}
    return {**kept, **flags, "ROUTER_LOG": texts.get("log_format") or os.environ.get("ROUTER_LOG", "json")}
