"""What a notice may tell: of which events there are notices, and what is known of the order when one is written."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from router.domain.recipient import Recipient
from router.ledger.delays import DELAY_EFFECTS
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import ORDER_EFFECTS, SHIPMENT_EFFECTS
from router.ledger.lifecycle import Notice as NoticeKind
from router.ledger.return_lifecycle import RETURN_EFFECTS

NOTICES: Mapping[EventKind, NoticeKind] = {
    effect.told: effect.notice
    for effect in (
        *ORDER_EFFECTS.values(),
        *SHIPMENT_EFFECTS.values(),
        *RETURN_EFFECTS.values(),
        *DELAY_EFFECTS.values(),
    )
    if effect.told is not None and effect.notice is not None
}
"""The events that customers are told of, as the table of lives says: each kind has a template in every language."""


OF_RETURNS = frozenset(effect.told for effect in RETURN_EFFECTS.values())
"""Events whose subject is a return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldUnits:
    """`name` is the product's, empty if it has none."""

    sku: str
    quantity: int
    name: str = ""

    @property
    def called(self) -> str:
        """What a customer knows it by."""
        return self.name or self.sku


def units_of(counts: Iterable[tuple[str, int]]) -> tuple[ToldUnits, ...]:
    """Added up by SKU, in the order in which they first appear; none of which there are no units."""
    units: Counter[str] = Counter()
    for sku, count in counts:
        units[sku] += count
    return tuple(ToldUnits(sku=sku, quantity=count) for sku, count in units.items() if count)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldShipment:
    """`delivery_date` is the day on which it is expected or came, local to the destination, `YYYY-MM-DD`.

    `tracking_number` is empty until it has one.
    """

    shipment_id: str
    service_level_id: str
    delivery_date: str
    tracking_number: str = ""
    units: tuple[ToldUnits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReturn:
    """`units` are awaited, `received` have arrived. `refunded` is all that was given back so far, such as `18.00 EUR`.

    `send_by` is the day by which units must arrive, `YYYY-MM-DD`, empty: nothing is awaited.
    """

    return_id: str
    node_id: str
    units: tuple[ToldUnits, ...]
    received: tuple[ToldUnits, ...]
    refunded: str
    send_by: str
    customer_pays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDelay:
    """Days `YYYY-MM-DD`. `expected_date` empty: nobody can say; `answer_date` empty: there is no last day to answer.

    `notice_number` is that of the notice, which an answer names.
    """

    promised_date: str
    expected_date: str
    answer_date: str
    notice_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An order as its customer may see it. `recipient` None: nobody is known, or the person was erased.

    `shipments` are those that have units, as they stand; `shipment` is the one that the notice is about, if it is
    about one; `returned` the return or claim likewise. `delay` is that of what has not left, if there is one.
    """

    order_id: str
    recipient: Recipient | None
    lines: tuple[ToldUnits, ...]
    shipments: tuple[ToldShipment, ...]
    waiting: tuple[ToldUnits, ...]
    shipment: ToldShipment | None = None
    returned: ToldReturn | None = None
    delay: ToldDelay | None = None


def with_names(told: Told, find_name: Callable[[str], str]) -> Told:
    """The same with the names of products, each of which is asked for once."""
    name_of = cache(find_name)

    def named(units: tuple[ToldUnits, ...]) -> tuple[ToldUnits, ...]:
        return tuple(replace(one, name=name_of(one.sku)) for one in units)

    def shipped(one: ToldShipment) -> ToldShipment:
        return replace(one, units=named(one.units))

    back = told.returned
    return replace(
        told,
        lines=named(told.lines),
        shipments=tuple(map(shipped, told.shipments)),
        waiting=named(told.waiting),
        shipment=shipped(told.shipment) if told.shipment else None,
        returned=replace(back, units=named(back.units), received=named(back.received)) if back else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one person. `id` is the same whenever it is sent again, and never another's."""

    id: str
    kind: NoticeKind
    order_id: str
    to: Recipient
    subject: str
    text: str
