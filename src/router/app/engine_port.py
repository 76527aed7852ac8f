"""What those who work beside the engine need of it."""

from concurrent.futures import Future
from typing import Protocol

from router.app.answers.answer import Answered
from router.app.commands.command import Command


class Engine(Protocol):
    """Decides and books. `submit` gives the answer to come, after its commit; `deadline` is in monotonic seconds.

    The future fails with a RouterError when the command is refused; QUEUE_FULL and DRAINING are raised at once.
    """

    def submit(self, command: Command, deadline: float | None = None) -> "Future[Answered]": ...
