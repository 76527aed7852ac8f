"""What becomes of a booking whose client goes away."""

import asyncio
import time
from contextlib import suppress

from router.app.commands.command import Command
from router.app.engine_port import Hearer
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.service.calls import Call
from router.service.engine_bridge import Bell, EngineBridge
from tests.app.builders import adjust_stock


class WaitingEngine:
    """Takes a command and has not come to it yet."""

    booking: Hearer

    def __init__(self) -> None:
        self.heard: list[str] = []

    def answers_leave(self) -> None:
        self.heard.append("leave")

    def answers_left(self) -> None:
        self.heard.append("left")

    def submit_for(self, hearer: Hearer, command: Command, deadline: float | None) -> None:
        self.booking = hearer


def test_a_client_that_goes_away_does_not_call_off_its_booking() -> None:
    engine = WaitingEngine()

    async def go_away() -> None:
        bridge = EngineBridge(engine, Bell())
        call = Call(received=Instant(0), deadline=time.monotonic() + 60)
        asking = asyncio.create_task(bridge.ask(adjust_stock("lyon", "RED-CLOCK", 1, key="k"), call))
        await asyncio.sleep(0)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        await asyncio.sleep(0)

    asyncio.run(go_away())

    assert not engine.booking.done()
    assert engine.booking.set_running_or_notify_cancel()


def test_the_engine_hears_when_answers_leave_and_when_all_are_said() -> None:
    engine = WaitingEngine()

    async def say() -> None:
        bridge = EngineBridge(engine, Bell())
        call = Call(received=Instant(0), deadline=time.monotonic() + 60)

        async def ask() -> None:
            with suppress(RouterError):
                await bridge.ask(adjust_stock("lyon", "RED-CLOCK", 1, key="k"), call)
            engine.heard.append("said")

        asking = asyncio.create_task(ask())
        await asyncio.sleep(0)
        engine.booking.set_exception(RouterError(Reason.DRAINING, "no more"))
        await asking
        while engine.heard[-1] == "said":
            await asyncio.sleep(0)

    asyncio.run(say())

    assert engine.heard == ["leave", "said", "left"]
