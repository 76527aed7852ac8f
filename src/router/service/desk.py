"""What every servicer works with: the engine for all that must be decided, threads for all that is only read."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from router.app.answers import Answered
from router.app.commands import Command
from router.app.queries import Queries
from router.service.calls import Call
from router.service.engine_bridge import Bell, Engine, EngineBridge, Reads
from router.service.watchers import Watchers

A = TypeVar("A")
P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """Belongs to the running event loop."""

    def __init__(self, engine: Engine, queries: Queries) -> None:
        bell = Bell()
        self.queries = queries
        self.watchers = Watchers(bell)
        self._bridge = EngineBridge(engine, bell)
        self._reads = Reads()

    async def ask(self, command: Command, call: Call, expected: type[A]) -> tuple[A, bool]:
        """The engine's answer to `command` and whether it is a recorded one."""
        answered: Answered = await self._bridge.ask(command, call)
        assert isinstance(answered.answer, expected), "each command has one kind of answer"
        return answered.answer, answered.replayed

    async def read(self, call: Call, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` gives, run where waiting for the disk or computing long disturbs nobody."""
        return await self._reads.read(call, function, *args, **kwargs)

    def close(self) -> None:
        self._reads.close()
