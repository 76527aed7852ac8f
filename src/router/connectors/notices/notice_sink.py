"""A sink whose events become notices: who is told, in which words, by which way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from router.app.records.events import Event
from router.connectors.envelope import event_id_of
from router.connectors.event_types import fields_of
from router.connectors.notices.told import NOTICES, OF_RETURNS, Notice, Told
from router.connectors.notices.wording import Wording, WordingRefused
from router.connectors.sink import Delivered, Failed, Outcome
from router.domain.recipient import Recipient


class Way(Protocol):
    """How notices travel. `name` is what people name when they choose it."""

    name: str

    def reaches(self, person: Recipient) -> bool:
        """Whether the person can be told so at all."""
        ...

    async def send(self, notice: Notice) -> Outcome: ...

    async def close(self) -> None: ...


class Orders(Protocol):
    """Where notices read what they tell."""

    async def find_order(self, order_id: str, shipment_id: str, return_id: str) -> Told | None: ...


@dataclass(frozen=True, slots=True)
class NoticeSink:
    """What needs no notice has arrived: events of other kinds, orders of nobody known, people who chose another way."""

    way: Way
    orders: Orders
    wording: Wording

    async def deliver(self, events: Sequence[Event]) -> Outcome:
        for event in events:
            outcome = await self._tell(event)
            if outcome != Delivered():
                return outcome
        return Delivered()

    async def _tell(self, event: Event) -> Outcome:
        kind = NOTICES.get(event.kind)
        told = await self._told(event) if kind is not None else None
        if kind is None or told is None or told.recipient is None:
            return Delivered()
        if not (self.way.reaches(told.recipient) and chose(told.recipient, self.way.name)):
            return Delivered()
        try:
            subject, text = self.wording.write(kind, told)
        except WordingRefused as error:
            return Failed(f"the template {error}")
        notice = Notice(
            id=event_id_of(event),
            kind=kind,
            order_id=event.order_id,
            to=told.recipient,
            subject=subject,
            text=text,
        )
        return await self.way.send(notice)

    async def _told(self, event: Event) -> Told | None:
        # Of some events the subject is neither, such as the reason of a cancellation.
        shipment_id = event.subject if "shipment_id" in fields_of(event.kind) else ""
        return_id = event.subject if event.kind in OF_RETURNS else ""
        return await self.orders.find_order(event.order_id, shipment_id, return_id)

    async def close(self) -> None:
        await self.way.close()


def chose(person: Recipient, way: str) -> bool:
    """Who chose no way may be told by any."""
    return not person.notice_ways or way in person.notice_ways
