"""The parts of the real-data runs that do not need the data: price lists, cancellations, the loud skip."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from benchmarks.real.logistics_input import Rate
from benchmarks.real.logistics_world import envelope
from benchmarks.real.olist_replay import midnight
from benchmarks.real.uci_book import Book
from router.api.v1 import order_pb2
from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.domain.order import Destination, Order, OrderLine

ROOT = Path(__file__).resolve().parents[2]
CLOCK = Sku("RED-CLOCK")


@pytest.mark.parametrize(
    ("weight_grams", "cents"),
    [
        (1, 500),  # the minimum of the first row
        (5_000, 500),
        (5_010, 501),  # its rate has overtaken the minimum
        (6_000, 600),
        (9_999, 600),  # the flat row is cheaper from 6 kg on
        (10_000, 600),
        (10_001, 800),  # the next band has a higher minimum
        (20_000, 1_000),
    ],
)
def test_charges_the_cheapest_row_of_a_price_list_at_each_weight(weight_grams: int, cents: int) -> None:
    brackets = envelope(
        [
            a_rate(0, 10_000, minimum=500, cents_per_kilogram=100),
            a_rate(0, 10_000, minimum=600, cents_per_kilogram=0),
            a_rate(10_010, 20_000, minimum=800, cents_per_kilogram=50),
        ]
    )

    bracket = next(b for b in brackets if weight_grams <= b.weight_grams_max)
    assert bracket.price_minor + -(-bracket.rate_micro * weight_grams // 1_000_000) == cents


def test_takes_a_cancellation_from_what_waits_then_from_what_has_not_left_then_back_from_the_customer() -> (
    None
):
    book = Book()
    book.record(
        an_order(units=9), a_plan([("leeds", "2010-03-01", 3), ("dover", "2010-03-05", 4)], waiting=2)
    )
    left = book.due("2010-03-02")

    ((_, undone),) = book.undo("ann", CLOCK, 8)

    assert [sent.node_id for sent in left] == ["leeds"]
    assert undone.cancel == {"1": 6}
    assert undone.freed == [("dover", CLOCK, 4)]
    assert undone.returned == [("leeds", CLOCK, 2)]


def test_matches_the_latest_purchase_first_and_nothing_without_one() -> None:
    book = Book()
    for order_id in ("A", "B"):
        book.record(an_order(order_id, units=1), a_plan([("leeds", "2010-03-01", 1)], waiting=0))

    assert [booked.order_id for booked, _ in book.undo("ann", CLOCK, 1)] == ["B"]
    assert [booked.order_id for booked, _ in book.undo("ann", CLOCK, 5)] == ["A"]
    assert list(book.undo("bob", CLOCK, 1)) == []


def test_does_not_dispatch_a_shipment_that_was_canceled_empty() -> None:
    book = Book()
    book.record(an_order(units=3), a_plan([("leeds", "2010-03-01", 3)], waiting=0))
    list(book.undo("ann", CLOCK, 3))

    assert book.due("2010-03-02") == []


def test_a_day_of_the_marketplace_is_over_where_its_customers_are() -> None:
    assert midnight(date(2018, 1, 10)) == datetime(2018, 1, 10, 2, tzinfo=UTC)
    assert midnight(date(2017, 7, 10)) == datetime(2017, 7, 10, 3, tzinfo=UTC)


@pytest.mark.parametrize("name", ["logistics_day", "uci_year"])
def test_skips_aloud_where_the_data_is_absent(name: str, tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", f"benchmarks.real.{name}"],
        env=os.environ | {"ROUTER_DATA": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert finished.returncode == 0
    assert finished.stderr.startswith("SKIPPED: ")
    assert str(tmp_path) in finished.stderr


def a_rate(low: int, high: int, *, minimum: int, cents_per_kilogram: int) -> Rate:
    return Rate(
        carrier="V1",
        port="PORT1",
        service="DTD",
        mode="AIR",
        transit_days=1,
        weight_grams_min=low,
        weight_grams_max=high,
        minimum_minor=minimum,
        rate_micro=cents_per_kilogram * 1_000,
    )


def an_order(order_id: str = "A", *, units: int) -> Order:
    return Order(
        id=OrderId(order_id),
        channel="web",
        customer_id="ann",
        destination=Destination(country="GB"),
        lines=(OrderLine(id=LineId("1"), sku=CLOCK, quantity=units),),
        place_time=Instant(0),
    )


def a_plan(shipments: list[tuple[str, str, int]], *, waiting: int) -> order_pb2.Plan:
    return order_pb2.Plan(
        shipments=[
            order_pb2.Shipment(
                shipment_id=f"A/{number}",
                node_id=NodeId(node),
                ship_date=day,
                parcels=[
                    order_pb2.Parcel(
                        allocations=[order_pb2.Allocation(line_id="1", sku=CLOCK, quantity=units)]
                    )
                ],
            )
            for number, (node, day, units) in enumerate(shipments, start=1)
        ],
        unshipped=[order_pb2.Unshipped(line_id="1", sku=CLOCK, quantity=waiting)] if waiting else [],
    )
