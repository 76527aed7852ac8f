"""Orders from their messages: all of them are read, and checked by their fields only where any may be at fault."""

from collections.abc import Callable, Sequence
from operator import attrgetter

from router.api.v1 import order_pb2
from router.domain.identifiers import Instant
from router.domain.limits import (
    ID_LENGTH_MAX,
    LINES_PER_ORDER_MAX,
    QUANTITY_MAX,
    UNIT_PRICE_MINOR_MAX,
    UNITS_PER_ORDER_MAX,
)
from router.domain.order import Order, OrderLine
from router.service.faults import Faults, are_identifiers, are_texts
from router.service.from_proto.charges import check_charges
from router.service.from_proto.destinations import NOWHERE, destination_as_sent, is_place
from router.service.from_proto.keys import chosen_levels
from router.service.from_proto.order_checks import check_line, check_order
from router.service.from_proto.promised_days import promised_day

LINE_FIELDS = attrgetter("line_id", "sku", "quantity", "unit_price_minor", "kit_id", "together_id")
TEXT_FIELDS = attrgetter("order_id", "channel", "customer_id", "tier", "pickup_node_id")


class Doubts(Faults):
    """What may be at fault in some orders, whatever and wherever it is; words are looked at when all are there."""

    __slots__ = ("ids", "texts")

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.texts: list[str] = []

    def are_there(self) -> bool:
        return not (self.count == 0 and are_identifiers(self.ids) and are_texts(self.texts, ID_LENGTH_MAX))

    def doubt(self) -> None:
        self.count += 1


def order(message: order_pb2.Order, at: str, received: Instant, faults: Faults) -> Order:
    """The order; what is wrong with it is in `faults`. `received` stands in for an absent `place_time`."""
    doubts = Doubts()
    found = as_sent(message, received, doubts)
    if doubts.are_there():
        check_order(message, found, at, faults)
    return found


def orders_of(
    messages: Sequence[order_pb2.Order],
    known: Sequence[Order | None],
    at: Callable[[int], str],
    received: Instant,
    faults: Faults,
) -> tuple[Order, ...]:
    """Several, each of which stands at(its number). Those that are `known` are read already and at fault in nothing."""
    found = [one for one in known if one is not None]
    if len(found) == len(known):
        return tuple(found)
    doubts, others = Doubts(), [index for index, one in enumerate(known) if one is None]
    read = {index: as_sent(messages[index], received, doubts) for index in others}
    if doubts.are_there():
        for index, one in read.items():
            check_order(messages[index], one, at(index), faults)
    return tuple([read[index] if one is None else one for index, one in enumerate(known)])


def as_sent(message: order_pb2.Order, received: Instant, doubts: Doubts) -> Order:
    """The order, whatever is wrong with it."""
    order_id, channel, customer_id, tier, pickup_node_id = TEXT_FIELDS(message)
    destination = NOWHERE
    if message.HasField("destination"):
        destination = destination_as_sent(message.destination)
    doubts.ids += order_id, channel
    doubts.texts += customer_id, tier, pickup_node_id, destination.region, destination.postal_code
    if not is_place(destination):
        doubts.doubt()
    place_time = doubts.instant(message.place_time, "", "") if message.HasField("place_time") else received
    found = Order(
        id=order_id,
        channel=channel,
        customer_id=customer_id,
        tier=tier,
        destination=destination,
        lines=lines_as_sent(message, doubts),
        place_time=place_time,
        promise_day=promised_day(message.promise_date, place_time, "", doubts)
        if message.promise_date
        else None,
        attributes=doubts.attributes(message.attributes, "") if message.attributes else {},
        pickup_node_id=pickup_node_id,
        service_level_ids=chosen_levels(message.service_level_ids, "", doubts),
        shipping_minor=message.shipping_minor if message.HasField("shipping_minor") else None,
        shipping_tax_minor=message.shipping_tax_minor if message.HasField("shipping_tax_minor") else None,
        accepts_substitutes=message.accepts_substitutes,
    )
    check_charges(message, found, "", doubts)
    return found


def lines_as_sent(message: order_pb2.Order, doubts: Doubts) -> tuple[OrderLine, ...]:
    """The lines, whatever is wrong with them; none at all where they are too many."""
    messages = message.lines
    if not 1 <= len(messages) <= LINES_PER_ORDER_MAX:
        doubts.doubt()
        return ()
    lines: list[OrderLine] = []
    names: list[str] = []
    units = 0
    for one in messages:
        line_id, sku, quantity, unit_price_minor, kit_id, together_id = LINE_FIELDS(one)
        amount_minor = one.amount_minor if one.HasField("amount_minor") else None
        tax_minor = one.tax_minor if one.HasField("tax_minor") else None
        line = OrderLine(
            id=line_id,
            sku=sku,
            quantity=quantity,
            unit_price_minor=unit_price_minor,
            kit_id=kit_id,
            together_id=together_id,
            amount_minor=amount_minor,
            tax_minor=tax_minor,
        )
        lines.append(line)
        names.append(line_id)
        doubts.ids.append(sku)
        units += quantity
        if (
            kit_id
            or together_id
            or amount_minor is not None
            or tax_minor is not None
            or not (1 <= quantity <= QUANTITY_MAX and 0 <= unit_price_minor <= UNIT_PRICE_MINOR_MAX)
        ):
            check_line(line, "", doubts)
    doubts.ids += names
    if units > UNITS_PER_ORDER_MAX or len(set(names)) < len(names):
        doubts.doubt()
    return tuple(lines)
