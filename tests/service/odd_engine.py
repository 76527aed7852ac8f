"""Servers on an engine that does with each command what a test says."""

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from router.app.engine.clock import SystemClock
from router.app.engine_port import Hearer
from router.wiring.application import Application
from tests.service.harness import Client

OddServers = Callable[[Callable[..., None]], Client]


class OddEngine:
    """`do` gets who is to hear the answer and, if it asks for them by name, the `command` and its `deadline`.

    `admit` is asked before an order is read.
    """

    def __init__(
        self, do: Callable[..., None], admit: Callable[[float], None] = lambda deadline: None
    ) -> None:
        self._do = do
        self.admit_orders = admit
        self._wanted = inspect.signature(do).parameters.keys() & {"command", "deadline"}

    def answers_leave(self) -> None:
        """Of no concern: it takes every command at once."""

    def answers_left(self) -> None:
        """Likewise."""

    def submit_for(self, hearer: Hearer, command: Any, deadline: float | None) -> None:
        given = {"command": command, "deadline": deadline}
        self._do(hearer, **{name: given[name] for name in sorted(self._wanted)})


def odd_application(
    do: Callable[..., None], admit: Callable[[float], None] = lambda deadline: None
) -> Application:
    nothing = dict.fromkeys(("queries", "reviewer", "follower", "store", "cashier", "booker", "packer"))
    return cast(
        Application,
        SimpleNamespace(
            **nothing,
            engine=OddEngine(do, admit),
            clock=SystemClock(),
            move_price_minor=0,
            checks_addresses=False,
        ),
    )
