"""Columns of orders that are in order are found so at once, and never any in which something is at fault."""

from random import Random

import pytest

from router.api.v1 import columns_pb2 as pb
from router.service.faults import Faults
from router.service.from_proto.columns import BOUNDS, are_in_order, check_lengths, check_values
from tests.proving import seeds

GOOD = ("FR", "US", "web", "A-1", "gold", "75001", "x" * 32, "y" * 128)
BAD = ("", "a b", " a", "Zoë", "\x1f", "p" * 33, "z" * 129)
"""Words that cannot be anything, cannot be something, or are not surely an id."""
WORDS = ("channel", "customer_id", "tier", "country", "region", "postal_code", "line_sku")


def some_columns(random: Random) -> pb.OrderColumns:
    """Any orders with nothing at fault."""
    count = random.randint(1, 4)
    lines = [random.randint(1, 3) for _ in range(count)]
    columns = pb.OrderColumns(
        words=GOOD,
        order_ids=[f"B-{number}" for number in range(count)],
        channel=random.choices((2, 3), k=count),
        country=random.choices((0, 1), k=count),
        line_count=lines,
        line_sku=random.choices((3, 7), k=sum(lines)),
        line_quantity=random.choices((1, 7, 50_000), k=sum(lines)),
    )
    for name, values in {
        "customer_id": (4, 7),
        "tier": (4, 6),
        "region": (4, 5),
        "postal_code": (5, 6),
        "place_time_micros": (0, 1_794_830_400_000_000),
        "promise_day": (0, 84_000),
    }.items():
        if random.random() < 0.5:
            getattr(columns, name).extend(random.choices(values, k=count))
    if random.random() < 0.5:
        columns.latitude_microdegrees.extend(random.choices((-90_000_000, 0, 90_000_000), k=count))
        columns.longitude_microdegrees.extend(random.choices((-180_000_000, 180_000_000), k=count))
    if random.random() < 0.5:
        columns.line_unit_price_minor.extend(random.choices((0, 100_000_000), k=sum(lines)))
    return columns


def fault_count(columns: pb.OrderColumns) -> int:
    faults = Faults()
    assert check_lengths(columns, faults)
    check_values(columns, faults)
    return faults.count


@pytest.mark.parametrize("seed", seeds(15_000, 40))
def test_orders_with_nothing_at_fault_are_in_order(seed: int) -> None:
    columns = some_columns(Random(seed))

    assert fault_count(columns) == 0
    assert are_in_order(columns)


def spoil(random: Random, columns: pb.OrderColumns) -> None:
    """Put something into one place that may be wrong there."""
    bounds = {name: (low, high) for name, low, high in BOUNDS if name != "line_count"}
    name = random.choice([one for one in (*WORDS, *bounds, "order_ids") if getattr(columns, one)])
    values = getattr(columns, name)
    place = random.randrange(len(values))
    if name in bounds:
        low, high = bounds[name]
        values[place] = random.choice((low - 1, high + 1, high))
    elif name == "order_ids":
        values[place] = random.choice((*BAD, values[0]))
    else:
        columns.words.append(random.choice((*BAD, *GOOD)))
        values[place] = len(columns.words) - random.choice((0, 1, 1, 1))


@pytest.mark.parametrize("seed", seeds(15_500, 200))
def test_orders_with_anything_at_fault_are_not_in_order(seed: int) -> None:
    random = Random(seed)
    columns = some_columns(random)
    spoil(random, columns)

    assert not (are_in_order(columns) and fault_count(columns))


@pytest.mark.parametrize("name", ["line_quantity", "order_ids", *WORDS])
def test_each_column_is_looked_at(name: str) -> None:
    columns = pb.OrderColumns(
        words=[*GOOD, "\x1f"],
        order_ids=["B-0", "B-1"],
        channel=[2, 2],
        country=[0, 0],
        line_count=[1, 2],
        line_sku=[3, 3, 3],
        line_quantity=[1, 1, 1],
    )
    values, wrong = getattr(columns, name), {"line_quantity": 1_000_000, "order_ids": "B-0"}
    if not values:
        values.extend([4, 4])
    assert are_in_order(columns)
    values[-1] = wrong.get(name, len(GOOD))

    assert fault_count(columns)
    assert not are_in_order(columns)
