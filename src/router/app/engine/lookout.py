"""The lookout of an engine whose books others commit to as well: notices within moments that they did.

Nobody calls when something is committed elsewhere, so it is looked for. Answers do not depend on it: whoever decides
catches up anyway. Those who follow events, and the follower of a shadow, hear of it here.
"""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Protocol

from router.app.agenda import Rounds
from router.app.answers.answer import Answered
from router.app.commands.command import Command
from router.app.commands.questions import GetAvailability
from router.app.ports.store import Store, StoreError
from router.domain.reasons import RouterError

LOOK_SECONDS = 0.2
BEHIND_MAX = 100
"""LIMIT: batches of others after which an engine that nobody asks anything is made to catch up."""


class Engine(Protocol):
    def submit(self, command: Command) -> "Future[Answered]": ...


class Lookout:
    """Calls everything in `on_news`, from its own thread, when more was committed; without others there is none."""

    def __init__(self, store: Store, engine: Engine, look_seconds: float = LOOK_SECONDS) -> None:
        self.on_news: list[Callable[[], object]] = []
        self._store = store
        self._engine = engine
        self._look_seconds = look_seconds
        self._seen = self._caught_up = 0
        self._rounds = Rounds(self._look, name="lookout")

    def start(self) -> None:
        if self._store.is_shared:
            self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def _look(self) -> float:
        # A store that does not answer comes back or it does not; the engine tells those who ask.
        with suppress(StoreError):
            with self._store.reader() as reader:
                number = reader.head().batch_number
            if number != self._seen:
                self._seen = number
                self._tell()
            if number - self._caught_up > BEHIND_MAX:
                self._caught_up = number
                self._let_catch_up()
        return self._look_seconds

    def _tell(self) -> None:
        for call in tuple(self.on_news):
            try:
                call()
            except RuntimeError:
                # The event loop has ended before this thread.
                continue

    def _let_catch_up(self) -> None:
        """A question without an object: to answer it, the engine brings its books up to date."""
        try:
            self._engine.submit(GetAvailability(skus=(), node_ids=()))
        except RouterError:
            return
