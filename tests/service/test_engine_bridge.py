"""What becomes of a booking whose client goes away."""

import asyncio
import time
from contextlib import suppress

from router.app.commands.command import Command
from router.app.engine_port import Hearer
from router.domain.identifiers import Instant
from router.service.calls import Call
from router.service.engine_bridge import Bell, EngineBridge
from tests.app.builders import adjust_stock


class WaitingEngine:
    """Takes a command and has not come to it yet."""

    booking: Hearer

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
