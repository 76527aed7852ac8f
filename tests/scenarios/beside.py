"""What works by itself beside the engine of a server, done once when a scenario says so: its time stands still."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from router.app.commands.questions import GetAvailableToPromise
from router.app.dropship.acknowledgement_keeper import AcknowledgementKeeper
from router.app.payments.collector import Collector
from router.connectors.engine_post import EnginePost
from router.connectors.notices.notice_sink import NoticeSink
from router.connectors.notices.told import Notice
from router.connectors.notices.wording import Wording
from router.connectors.sink import Delivered
from router.domain.identifiers import OrderId
from router.domain.recipient import Recipient
from router.ledger.delays import DelayState
from router.wiring.application import Application
from tests.scenarios.clock import seconds_of

EVENTS_AT_ONCE = 1_000
BACK_SECONDS_MAX = 20.0


@dataclass(frozen=True)
class Message:
    """One that was sent, and where to."""

    way: str
    order_id: str
    to: str
    subject: str


class Kept:
    """A way of notices that keeps what it is to send."""

    def __init__(self, name: str, address: Callable[[Recipient], str], sent: list[Message]) -> None:
        self.name = name
        self._address = address
        self._sent = sent

    def reaches(self, person: Recipient) -> bool:
        return bool(self._address(person))

    async def send(self, notice: Notice) -> Delivered:
        self._sent.append(Message(self.name, notice.order_id, self._address(notice.to), notice.subject))
        return Delivered()

    async def close(self) -> None:
        """Nothing is open."""


class Beside:
    """Of one application, for as long as it lives: the collector remembers when it saw a promise first."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._collector = Collector(application.store, application.cashier, application.clock.now)
        self._post = EnginePost(application.queries, application.engine)
        self._told = 0
        self.sent: list[Message] = []
        """By `send_notices`, in their order."""
        ways = (
            Kept("mail", lambda person: person.email, self.sent),
            Kept("sms", lambda person: person.phone, self.sent),
        )
        self._sinks = [NoticeSink(way, self._post, Wording("Clocks", "en")) for way in ways]

    def collect(self, order_id: Any) -> None:
        """Capture, release and renew all that is due of an order, as `router serve --collect` does."""
        self._collector.collect(OrderId(str(order_id)))

    def send_notices(self, of_what: Any) -> None:
        """Tell customers what happened since the last time, by mail and by text message, as sinks of both kinds do."""
        asyncio.run(self._tell())

    async def _tell(self) -> None:
        while events := await self._post.list_events(self._told, EVENTS_AT_ONCE):
            for sink in self._sinks:
                assert await sink.deliver(events) == Delivered()
            self._told = events[-1].position

    def let_money_back(self, order_id: Any) -> None:
        """Wait for the money of an order that a delay canceled: a thread of the server gives it back at once."""
        self._application.engine.submit(GetAvailableToPromise(skus=())).result(BACK_SECONDS_MAX)
        end = time.monotonic() + BACK_SECONDS_MAX
        while self._application.queries.delays.get_delay(str(order_id)).state is not DelayState.REFUNDED:
            assert time.monotonic() < end, f"the money of `{order_id}` does not go back"
            time.sleep(0.001)

    def let_suppliers_answer(self, within: Any) -> None:
        """Reject what suppliers did not acknowledge in that time, as `router serve --acknowledge` does."""
        AcknowledgementKeeper(
            self._application.engine,
            self._application.store,
            self._application.queries.documents,
            self._application.clock.now,
            within_seconds=seconds_of(within),
        ).work()


BY_ITSELF: Mapping[str, Callable[[Beside, Any], None]] = {
    "collect": Beside.collect,
    "let money go back": Beside.let_money_back,
    "send notices": Beside.send_notices,
    "let suppliers answer for": Beside.let_suppliers_answer,
}
