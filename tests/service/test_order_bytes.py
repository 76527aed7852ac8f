"""Orders read from bytes: what their messages say, plain or not, and what is at fault in them."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from msgspec.structs import fields

from router.api.v1 import order_pb2, routing_pb2
from router.domain.identifiers import Day, Instant
from router.domain.order import EPOCH_ORDINAL, Destination, Order, OrderLine, days_to_promise
from router.domain.place import Point
from router.domain.reasons import RouterError
from router.service.faults import FIRST_DATE, LAST_DATE, Faults
from router.service.from_proto.order_messages import order
from router.service.from_proto.orders import batch_route_orders, route_order
from router.service.from_proto.plain_orders import FIELDS, PLAIN_LINES_MAX, read_plainly
from router.service.parse import body_of
from tests.proving import seeds

NOW = Instant(1_794_830_400_000_000)
TEXTS = ("", "", "A", "gold", "customer 7", "~" * 31, "x" * 32, "y" * 128)
NUMBERS = (0, 1, 127, 128, 16_383, 16_384, 100_000_000)
AMOUNTS = (*NUMBERS, (1 << 31) - 1, 1 << 31, 1_000_000_000_000)


def a_line(random: Random, number: int) -> order_pb2.OrderLine:
    line = order_pb2.OrderLine(
        line_id=f"{number}" if random.random() < 0.8 else f"{number}".rjust(128, "-"),
        sku=random.choice(("A", "RED-CLOCK", "z" * 128)),
        quantity=random.choice((1, 2, 127, 128, 10_000)),
        unit_price_minor=random.choice(NUMBERS),
        kit_id=random.choice(TEXTS),
        together_id=random.choice(TEXTS),
    )
    if random.random() < 0.5:
        line.amount_minor = random.choice(AMOUNTS)
        if random.random() < 0.5:
            line.tax_minor = line.amount_minor // random.choice((1, 2, 7))
    return line


def a_message(random: Random, name: str = "A-1") -> order_pb2.Order:
    """A plain order, with anything that one may have."""
    message = order_pb2.Order(
        order_id=name,
        channel=random.choice(("web", "m" * 128)),
        customer_id=random.choice(TEXTS),
        tier=random.choice(TEXTS),
        destination=order_pb2.Destination(
            country=random.choice(("FR", "US", "AD", "ZW")),
            region=random.choice(TEXTS),
            postal_code=random.choice(("", "75001", "p" * 32)),
        ),
        lines=[a_line(random, number) for number in range(random.choice((1, 2, 3, 20, PLAIN_LINES_MAX)))],
        pickup_node_id=random.choice(TEXTS),
        accepts_substitutes=random.random() < 0.3,
    )
    if random.random() < 0.6:
        message.destination.point.latitude_microdegrees = random.choice((-90_000_000, -1, 0, 64, 90_000_000))
        message.destination.point.longitude_microdegrees = random.choice((-180_000_000, 0, 1, 180_000_000))
    if random.random() < 0.6:
        message.place_time.seconds = random.choice((0, 1, 1_794_830_400, 7_258_118_399))
        message.place_time.nanos = random.choice((0, 999, 1_000, 999_999_999))
    if random.random() < 0.5:
        first, last = days_to_promise(placed(message))
        day = random.choice((first, last, random.randint(first, last)))
        message.promise_date = str(min(max(date.fromordinal(day), FIRST_DATE), LAST_DATE))
    if random.random() < 0.5:
        message.shipping_minor = random.choice(AMOUNTS)
        if random.random() < 0.5:
            message.shipping_tax_minor = message.shipping_minor // 6
    return message


def placed(message: order_pb2.Order) -> Instant:
    return Instant(message.place_time.seconds * 1_000_000) if message.HasField("place_time") else NOW


def batch(*messages: order_pb2.Order) -> routing_pb2.BatchRouteOrdersRequest:
    return routing_pb2.BatchRouteOrdersRequest(orders=messages, request_id="k")


def by_messages(*messages: order_pb2.Order) -> tuple[Order, ...]:
    faults = Faults()
    found = tuple(order(one, "", NOW, faults) for one in messages)
    assert not faults.count
    return found


def plainly(*messages: order_pb2.Order) -> list[Order | None]:
    return read_plainly(body_of(batch(*messages)), len(messages), NOW).orders


@pytest.mark.parametrize("seed", seeds(12_000, 60))
def test_plain_orders_are_what_their_messages_say(seed: int) -> None:
    random = Random(seed)
    messages = [a_message(random, f"A-{number}") for number in range(random.choice([1, 3, 20]))]

    assert tuple(plainly(*messages)) == by_messages(*messages)


def the_least() -> order_pb2.Order:
    """Each field that takes more room in the form that it is read from has its least value, or is left out."""
    return order_pb2.Order(
        order_id="a",
        channel="w",
        destination=order_pb2.Destination(country="FR", point=order_pb2.Point()),
        lines=[order_pb2.OrderLine(line_id="1", sku="s", quantity=1, unit_price_minor=1)],
        accepts_substitutes=True,
        shipping_minor=0,
        shipping_tax_minor=0,
    )


def test_the_shortest_messages_have_room() -> None:
    assert plainly(the_least()) == [*by_messages(the_least())]
    many = [the_least() for _ in range(1_000)]
    assert plainly(*many) == [*by_messages(the_least())] * 1_000


def test_every_field_of_an_order_is_known_or_makes_it_not_plain() -> None:
    messages = (order_pb2.Order, order_pb2.OrderLine, order_pb2.Destination, order_pb2.Point)
    renamed = {"order_id": "id", "line_id": "id", "promise_date": "promise_day"}
    elsewhere = {"attributes", "recipient", "service_level_ids", "total_minor"}

    for names, message, struct in zip(FIELDS, messages, (Order, OrderLine, Destination, Point), strict=True):
        numbers = {one.number: one.name for one in message.DESCRIPTOR.fields}
        expected = {n: "" if name in elsewhere else renamed.get(name, name) for n, name in numbers.items()}
        assert dict(enumerate(names, start=1)) == expected
        assert {one.name for one in fields(struct)} - elsewhere == {*names} - {""}


def changed(change: Callable[[order_pb2.Order], object]) -> order_pb2.Order:
    message = a_message(Random(3))
    for name in ("shipping_minor", "shipping_tax_minor"):
        message.ClearField(name)
    del message.lines[:]
    message.lines.extend([a_line(Random(number), number) for number in (1, 2)])
    for line in message.lines:
        line.ClearField("amount_minor")
        line.ClearField("tax_minor")
        line.unit_price_minor = 500
    change(message)
    return message


def with_total(message: order_pb2.Order) -> None:
    message.total_minor = sum(line.quantity * line.unit_price_minor for line in message.lines)


def set_line(**values: object) -> Callable[[order_pb2.Order], None]:
    def change(message: order_pb2.Order) -> None:
        for name, value in values.items():
            setattr(message.lines[0], name, value)

    return change


def set_order(**values: object) -> Callable[[order_pb2.Order], None]:
    def change(message: order_pb2.Order) -> None:
        for name, value in values.items():
            setattr(message, name, value)

    return change


def promise(message: order_pb2.Order, beyond: int) -> None:
    """A day that may not be promised any more, so many days before the first one or behind the last."""
    message.place_time.seconds = 1_794_830_400
    first, last = days_to_promise(placed(message))
    message.promise_date = str(date.fromordinal((first if beyond < 0 else last) + beyond))


def promised_on(day: Day) -> order_pb2.Order:
    """An order that is placed on that day for it."""
    message = changed(set_order(order_id=f"{day}", promise_date=date.fromordinal(day).isoformat()))
    message.place_time.seconds = (day - EPOCH_ORDINAL) * 86_400
    return message


NOT_PLAIN = {
    "letters beyond ASCII": set_order(customer_id="Zoë"),
    "letters beyond ASCII where it goes": lambda one: setattr(one.destination, "region", "Île-de-France"),
    "a blank in an id": set_order(order_id="A 1"),
    "facts of its own": lambda one: one.attributes.update({"gift": "yes"}),
    "service levels": lambda one: one.service_level_ids.append("POSTE/GROUND"),
    "a total": with_total,
    "tax in a price": set_line(tax_minor=3),
    "many lines": lambda one: one.lines.extend(
        order_pb2.OrderLine(line_id=f"n-{number}", sku="A", quantity=1) for number in range(PLAIN_LINES_MAX)
    ),
}
"""Orders with nothing at fault."""


@pytest.mark.parametrize("what", NOT_PLAIN)
def test_what_is_not_plain_is_read_from_its_message(what: str) -> None:
    messages = [a_message(Random(1), "B-1"), changed(NOT_PLAIN[what]), a_message(Random(2), "B-2")]

    assert [one is None for one in plainly(*messages)] == [False, True, False]
    assert batch_route_orders(batch(*messages), NOW).orders == by_messages(*messages)


AT_FAULT = {
    "order_id": set_order(order_id=""),
    "order_id ": set_order(order_id="x" * 129),
    "order_id\t": set_order(order_id="A\t1"),
    "channel": set_order(channel=""),
    "customer_id": set_order(customer_id="\x1f"),
    "tier": set_order(tier="\x7f"),
    "destination": lambda one: one.ClearField("destination"),
    "destination.country": lambda one: setattr(one.destination, "country", "XX"),
    "destination.country ": lambda one: setattr(one.destination, "country", "fr"),
    "destination.country  ": lambda one: setattr(one.destination, "country", ""),
    "destination.country   ": lambda one: setattr(one.destination, "country", "FRA"),
    "destination.postal_code": lambda one: setattr(one.destination, "postal_code", "7" * 33),
    "destination.point.latitude_microdegrees": lambda one: setattr(
        one.destination.point, "latitude_microdegrees", -90_000_001
    ),
    "destination.point.longitude_microdegrees": lambda one: setattr(
        one.destination.point, "longitude_microdegrees", 180_000_001
    ),
    "lines": lambda one: one.ClearField("lines"),
    "lines[1].line_id": lambda one: setattr(one.lines[1], "line_id", one.lines[0].line_id),
    "lines[0].line_id": set_line(line_id=""),
    "lines[0].sku": set_line(sku=""),
    "lines[0].quantity": set_line(quantity=0),
    "lines[0].quantity ": set_line(quantity=-1),
    "lines[0].quantity  ": set_line(quantity=1_000_001),
    "lines ": lambda one: [setattr(line, "quantity", 500_001) for line in one.lines],
    "lines[0].unit_price_minor": set_line(unit_price_minor=-1),
    "lines[0].unit_price_minor ": set_line(unit_price_minor=100_000_001),
    "lines[0].kit_id": set_line(kit_id="k" * 129),
    "lines[0].together_id": set_line(together_id="t" * 129),
    "lines[0].amount_minor": set_line(amount_minor=-1),
    "lines[0].amount_minor ": set_line(amount_minor=1_000_000_000_001),
    "lines[0].tax_minor": set_line(amount_minor=5, tax_minor=6),
    "lines[0].tax_minor ": set_line(amount_minor=5, tax_minor=-6),
    "place_time": lambda one: setattr(one.place_time, "seconds", -1),
    "place_time ": lambda one: setattr(one.place_time, "seconds", 7_258_118_400),
    "place_time  ": lambda one: setattr(one.place_time, "nanos", 1_000_000_000),
    "promise_date": set_order(promise_date="2026-02-29"),
    "promise_date ": set_order(promise_date="2200-01-01"),
    "promise_date  ": lambda one: promise(one, -1),
    "promise_date   ": lambda one: promise(one, 1),
    "pickup_node_id": set_order(pickup_node_id="p" * 129),
    "shipping_minor": set_order(shipping_minor=-1),
    "shipping_tax_minor": set_order(shipping_tax_minor=1),
    "total_minor": set_order(total_minor=1),
}
"""By the field that is."""


@pytest.mark.parametrize("field", AT_FAULT)
def test_what_is_at_fault_is_named_where_it_stands(field: str) -> None:
    messages = [a_message(Random(1), "B-1"), changed(AT_FAULT[field]), a_message(Random(2), "B-2")]

    assert plainly(*messages)[1] is None
    with pytest.raises(RouterError) as refused:
        batch_route_orders(batch(*messages), NOW)
    assert f"orders[1].{field.strip()}" in [one.field for one in refused.value.violations]
    assert {one.field.partition(".")[0] for one in refused.value.violations} == {"orders[1]"}


@pytest.mark.parametrize("year", [1970, 1999, 2000, 2024, 2100, 2199])
def test_every_day_of_a_year_is_read(year: int) -> None:
    days = [Day(number) for number in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)]
    messages = [promised_on(day) for day in days]

    assert [one and one.promise_day for one in plainly(*messages)] == days


@pytest.mark.parametrize(
    "text", ["1969-12-31", "0000-01-01", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-011"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    message = changed(set_order(promise_date=text))

    assert plainly(message) == [None]
    with pytest.raises(RouterError, match="promise_date"):
        route_order(routing_pb2.RouteOrderRequest(order=message, request_id="k"), NOW)


def test_recipients_of_plain_orders_and_of_others_are_kept() -> None:
    messages = [changed(set_order(order_id=name, customer_id="C-1")) for name in ("A-1", "A-2", "A-3")]
    messages[1].attributes["gift"] = "yes"
    for message in messages[:2]:
        message.recipient.name = "Ada"

    found = batch_route_orders(batch(*messages), NOW)

    assert {name: one.name for name, one in found.recipients.items()} == {"A-1": "Ada", "A-2": "Ada"}
    alone = route_order(routing_pb2.RouteOrderRequest(order=messages[0], request_id="k"), NOW)
    assert alone.recipients.keys() == {"A-1"}
    assert alone.orders == found.orders[:1]


def test_a_batch_has_so_many_lines_whether_or_not_its_orders_are_plain() -> None:
    orders = [of_lines(f"A-{number}", 50) for number in range(99)]
    fits, one_more = of_lines("B-1", 50), of_lines("B-1", 51)
    for other in (fits, one_more):
        other.attributes["gift"] = "yes"

    assert plainly(orders[0], fits) == [*by_messages(orders[0]), None]
    assert sum(len(one.lines) for one in batch_route_orders(batch(*orders, fits), NOW).orders) == 5_000
    with pytest.raises(RouterError) as refused:
        batch_route_orders(batch(*orders, one_more), NOW)
    assert [(one.field, one.code) for one in refused.value.violations] == [("orders", "WRONG_COUNT")]
    assert refused.value.violations[0].description.startswith("orders have 5,001 lines together")


def of_lines(name: str, count: int) -> order_pb2.Order:
    lines = [
        order_pb2.OrderLine(line_id=str(number), sku="s", quantity=1, unit_price_minor=1)
        for number in range(count)
    ]
    return order_pb2.Order(
        order_id=name, channel="web", destination=order_pb2.Destination(country="FR"), lines=lines
    )
