"""Where the shop asks its engine: one command after another, or many at a time."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from benchmarks.real.uci_till import AT_ONCE
from router.app.answers.answer import Answered
from router.app.commands.command import Command
from router.app.engine.engine import Engine

ANSWER_SECONDS_MAX = 600


class Desk:
    """Gives each command a key of its own, and raises what is refused."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._key = 0

    def ask(self, kind: Any, **what: Any) -> Any:
        return self.submit(self._command(kind, what)).result(ANSWER_SECONDS_MAX).answer

    def ask_all(self, kind: Any, each: Iterable[Mapping[str, Any]]) -> None:
        """Some at a time, so that the engine can commit them together."""
        waiting: list[Future[Answered]] = []
        for what in each:
            waiting.append(self.submit(self._command(kind, what)))
            if len(waiting) == AT_ONCE:
                wait_for(waiting)
        wait_for(waiting)

    def _command(self, kind: Any, what: Mapping[str, Any]) -> Command:
        self._key += 1
        command: Command = kind(request_id=f"k-{self._key}", body_digest=b"", **what)
        return command

    def submit(self, command: Any) -> "Future[Answered]":
        return self._engine.submit(command)


def wait_for(waiting: "list[Future[Answered]]") -> None:
    """Until all are answered; what was refused is raised. The list is empty then."""
    for one in waiting:
        one.result(ANSWER_SECONDS_MAX)
    waiting.clear()
