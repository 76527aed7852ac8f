"""Orders in columns. Each word is checked once, however often it is named."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate, pairwise

from google.protobuf.message import Message

from router.api.messages.columns import EPOCH_ORDINAL
from router.api.v1 import columns_pb2
from router.app.commands.deciding import RouteOrders
from router.domain.countries import COUNTRIES
from router.domain.identifiers import Day, Instant, LineId, OrderId, Sku
from router.domain.limits import (
    LINES_PER_BATCH_MAX,
    LINES_PER_ORDER_MAX,
    ORDERS_PER_BATCH_MAX,
    POSTAL_CODE_LENGTH_MAX,
    QUANTITY_MAX,
    TEXT_LENGTH_MAX,
    UNIT_PRICE_MINOR_MAX,
    UNITS_PER_ORDER_MAX,
)
from router.domain.order import Destination, Order, OrderLine, days_to_promise
from router.domain.place import Point
from router.service.faults import FIRST_SECOND, LAST_SECOND, Faults, are_identifiers, are_texts, shown
from router.service.from_proto.destinations import LATITUDE_MAX, LONGITUDE_MAX
from router.service.from_proto.keys import request_id_of
from router.service.from_proto.promised_days import check_promised
from router.service.parse import digest_of

WORDS_MAX = 100_000
PROMISE_DAYS_MAX = 84_000
"""Into the year 2199."""
AT = "orders."
ENTRY = re.compile(r"orders\.(\w+)\[(\d+)\]")
BOUNDS = (
    ("latitude_microdegrees", -LATITUDE_MAX, LATITUDE_MAX),
    ("longitude_microdegrees", -LONGITUDE_MAX, LONGITUDE_MAX),
    ("place_time_micros", FIRST_SECOND * 1_000_000, LAST_SECOND * 1_000_000),
    ("promise_day", 0, PROMISE_DAYS_MAX),
    ("line_count", 1, LINES_PER_ORDER_MAX),
    ("line_quantity", 1, QUANTITY_MAX),
    ("line_unit_price_minor", 0, UNIT_PRICE_MINOR_MAX),
)
"""What numbers may be at least and at most."""


def route_order_columns(
    request: columns_pb2.RouteOrderColumnsRequest, received: Instant, deadline: float | None = None
) -> RouteOrders:
    """The command for many orders, equal to that of the same orders in rows. `received`: when none was placed."""
    faults = Faults()
    decision_time = None
    if request.HasField("decision_time"):
        decision_time = faults.instant(request.decision_time, "", "decision_time")
    request_id = request_id_of(request.request_id, faults, required=not request.validate_only)
    columns = request.orders
    if not check_lengths(columns, faults):
        faults.raise_if_any()
    if not are_in_order(columns):
        check_values(columns, faults)
    if not are_promised_soon(columns, received):
        check_promises(columns, received, faults)
    if faults.count:
        name_orders(columns, faults)
    faults.raise_if_any()
    return RouteOrders(
        request_id=request_id,
        body_digest=digest_of(request),
        orders=read_orders(columns, received),
        recipients={},
        decision_time=decision_time,
        validate_only=request.validate_only,
        deadline=deadline,
    )


def check_lengths(columns: columns_pb2.OrderColumns, faults: Faults) -> bool:
    """Whether every column is as long as it must be, so that the rest can be looked at."""
    before = faults.count
    faults.count_of(columns.words, AT, "words", 1, WORDS_MAX)
    if not faults.count_of(columns.order_ids, AT, "order_ids", 1, ORDERS_PER_BATCH_MAX):
        return False
    for name in ("channel", "country", "line_count"):
        same_length(columns, name, len(columns.order_ids), "orders", faults, required=True)
    for name in (
        *("customer_id", "tier", "region", "postal_code", "latitude_microdegrees", "longitude_microdegrees"),
        *("place_time_micros", "promise_day"),
    ):
        same_length(columns, name, len(columns.order_ids), "orders", faults, required=False)
    if len(columns.latitude_microdegrees) != len(columns.longitude_microdegrees):
        faults.missing(
            AT, "latitude_microdegrees" if columns.longitude_microdegrees else "longitude_microdegrees"
        )
    lines = sum(columns.line_count)
    if lines > LINES_PER_BATCH_MAX:
        faults.add(
            AT + "line_count",
            "OUT_OF_RANGE",
            f"line_count adds up to {lines:,}, must be at most {LINES_PER_BATCH_MAX:,}; send several batches",
        )
        return False
    for name in ("line_sku", "line_quantity"):
        same_length(columns, name, lines, "lines", faults, required=True)
    same_length(columns, "line_unit_price_minor", lines, "lines", faults, required=False)
    return faults.count == before


def same_length(columns: Message, name: str, count: int, of: str, faults: Faults, *, required: bool) -> None:
    found = len(getattr(columns, name))
    if found == count or (found == 0 and not required):
        return
    faults.add(
        AT + name,
        "WRONG_COUNT",
        f"{name} has {found:,} entries, must have {count:,}, one for each of the {of}",
    )


def are_in_order(columns: columns_pb2.OrderColumns) -> bool:
    """Whether surely nothing is at fault in columns of the right length: then no value is looked at by itself."""
    ids, words = list(columns.order_ids), list(columns.words)
    places = [{*columns.channel, *columns.line_sku}, {*columns.customer_id, *columns.tier, *columns.region}]
    places += {*columns.country}, {*columns.postal_code}
    if max(map(max, filter(None, places))) >= len(words):
        return False
    names, texts, countries, codes = ([words[place] for place in some] for some in places)
    return (
        are_identifiers(ids)
        and len({*ids}) == len(ids)
        and are_identifiers(names)
        and are_texts(texts, TEXT_LENGTH_MAX)
        and COUNTRIES.issuperset(countries)
        and are_texts(codes, POSTAL_CODE_LENGTH_MAX)
        and all(is_within(getattr(columns, name), low, high) for name, low, high in BOUNDS)
        and sum(columns.line_quantity) <= UNITS_PER_ORDER_MAX
    )


def check_values(columns: columns_pb2.OrderColumns, faults: Faults) -> None:
    """Every word once in each role that it has, every number against its limits."""
    for index, order_id in enumerate(columns.order_ids):
        faults.identifier(order_id, AT, f"order_ids[{index}]")
    faults.unique(columns.order_ids, AT, "order_ids")
    for name, check in (
        *((name, faults.identifier) for name in ("channel", "line_sku")),
        *((name, faults.text) for name in ("customer_id", "tier", "region")),
        ("country", faults.country),
        ("postal_code", faults.postal_code),
    ):
        check_words(columns, name, check, faults)
    for name, low, high in BOUNDS:
        within(columns, name, low, high, faults)
    first = 0
    for index, count in enumerate(columns.line_count):
        units = sum(columns.line_quantity[first : first + count])
        if units > UNITS_PER_ORDER_MAX:
            faults.add(
                f"{AT}line_quantity[{first}]",
                "OUT_OF_RANGE",
                f"order {index} has {units:,} units, must have at most {UNITS_PER_ORDER_MAX:,}; send several orders",
            )
        first += count


def are_promised_soon(columns: columns_pb2.OrderColumns, received: Instant) -> bool:
    """Whether surely no promised day is years from when its order was placed."""
    promised = [day for day in columns.promise_day if day]
    if not promised:
        return True
    times = columns.place_time_micros or (received,)
    first, _ = days_to_promise(Instant(max(times)))
    _, last = days_to_promise(Instant(min(times)))
    return first <= min(promised) + EPOCH_ORDINAL and max(promised) + EPOCH_ORDINAL <= last


def check_promises(columns: columns_pb2.OrderColumns, received: Instant, faults: Faults) -> None:
    """Name promised days that are years from when their orders were placed."""
    times = columns.place_time_micros
    for index, promise in enumerate(columns.promise_day):
        if 0 < promise <= PROMISE_DAYS_MAX:
            day = Day(promise + EPOCH_ORDINAL)
            place_time = Instant(times[index]) if times else received
            written = f"{promise:,} ({date.fromordinal(day)})"
            check_promised(day, place_time, AT, f"promise_day[{index}]", written, faults)


def check_words(
    columns: columns_pb2.OrderColumns, name: str, check: Callable[[str, str, str], str], faults: Faults
) -> None:
    places: Sequence[int] = getattr(columns, name)
    checked: set[int] = set()
    for index, place in enumerate(places):
        if place in checked:
            continue
        checked.add(place)
        if place < len(columns.words):
            check(columns.words[place], AT, f"{name}[{index}]")
        else:
            faults.whole(place, AT, f"{name}[{index}]", 0, len(columns.words) - 1)


def is_within(numbers: Sequence[int], low: int, high: int) -> bool:
    """Whether all of them are; columns are left out as well."""
    numbers = list(numbers)
    return not numbers or (min(numbers) >= low and max(numbers) <= high)


def within(columns: columns_pb2.OrderColumns, name: str, low: int, high: int, faults: Faults) -> None:
    numbers: Sequence[int] = getattr(columns, name)
    if is_within(numbers, low, high):
        return
    for index, number in enumerate(numbers):
        faults.whole(number, AT, f"{name}[{index}]", low, high)


def name_orders(columns: columns_pb2.OrderColumns, faults: Faults) -> None:
    """Say of each fault which order it is of, and which of its lines: nobody counts to entry 4,711 of a column."""
    ends = list(accumulate(columns.line_count))
    for number, one in enumerate(faults.violations):
        found = ENTRY.fullmatch(one.field)
        if found is None or found[1] in ("words", "order_ids"):
            continue
        index, whose = int(found[2]), ""
        if found[1].startswith("line_") and found[1] != "line_count":
            order = bisect_right(ends, index)
            whose, index = f"line {index - (ends[order] - columns.line_count[order]) + 1} of ", order
        description = f"{one.description} ({whose}order {shown(columns.order_ids[index])})"
        faults.violations[number] = replace(one, description=description)


def read_orders(columns: columns_pb2.OrderColumns, received: Instant) -> tuple[Order, ...]:
    """The orders of columns that were found to be in order."""
    count, words = len(columns.order_ids), list(columns.words)

    def named(places: Sequence[int]) -> Sequence[str]:
        return [words[place] for place in places] if places else ("",) * count

    starts = [0]
    for lines in columns.line_count:
        starts.append(starts[-1] + lines)
    skus = [Sku(words[place]) for place in columns.line_sku]
    quantities = list(columns.line_quantity)
    prices = list(columns.line_unit_price_minor) or [0] * len(quantities)
    points: Sequence[Point | None] = [
        Point(*one) for one in zip(columns.latitude_microdegrees, columns.longitude_microdegrees, strict=True)
    ] or (None,) * count
    line_ids = [LineId(str(number + 1)) for number in range(max(columns.line_count))]
    promises = list(columns.promise_day) or [0] * count
    times = list(columns.place_time_micros) or [received] * count
    return tuple(
        [
            Order(
                id=OrderId(order_id),
                channel=channel,
                customer_id=customer_id,
                tier=tier,
                destination=Destination(country=country, region=region, postal_code=postal_code, point=point),
                lines=tuple(
                    [
                        OrderLine(
                            id=line_ids[line - first],
                            sku=skus[line],
                            quantity=quantities[line],
                            unit_price_minor=prices[line],
                        )
                        for line in range(first, last)
                    ]
                ),
                place_time=Instant(place_time),
                promise_day=Day(promise + EPOCH_ORDINAL) if promise else None,
            )
            for order_id, channel, customer_id, tier, country, region, postal_code, point, place_time, promise, (
                first,
                last,
            ) in zip(
                columns.order_ids,
                named(columns.channel),
                named(columns.customer_id),
                named(columns.tier),
                named(columns.country),
                named(columns.region),
                named(columns.postal_code),
                points,
                times,
                promises,
                pairwise(starts),
                strict=True,
            )
        ]
    )
