"""What those who work beside the engine need of it."""

from concurrent.futures import Future
from typing import Protocol

from router.app.answers.answer import Answered
from router.app.commands.command import Command


class Hearer(Protocol):
    """Hears the answer to one command, in the engine's thread: a `Future`, or what needs no lock to be heard."""

    def set_running_or_notify_cancel(self) -> bool: ...
    def running(self) -> bool: ...
    def done(self) -> bool: ...
    def set_result(self, result: Answered, /) -> None: ...
    def set_exception(self, exception: Exception, /) -> None: ...


class Engine(Protocol):
    """Decides and books. `submit` gives the answer to come, after its commit; `deadline` is in monotonic seconds.

    The future fails with a RouterError when the command is refused; QUEUE_FULL and DRAINING are raised at once.
    """

    def submit(self, command: Command, deadline: float | None = None) -> "Future[Answered]": ...


class HeardEngine(Protocol):
    """The same for those who hear in their own way."""

    def submit_for(self, hearer: Hearer, command: Command, deadline: float | None) -> None: ...

    def answers_leave(self) -> None:
        """What is heard now is on its way to those who asked, who may ask again at once. In the engine's thread."""

    def answers_left(self) -> None:
        """All of it was said. Any thread may say so."""
