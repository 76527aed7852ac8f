"""What terms give: literal values for small batches, the calendar, units as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from router.rules.expressions.calendar import calendar_columns
from router.rules.expressions.forms import Forms
from router.rules.expressions.grid import Batch
from router.rules.expressions.terms import FLOAT_BOUND, INTEGER_BOUND
from router.rules.expressions.units import clock_text, quantity_text
from router.rules.vocabulary import Column, Facts, Type
from tests.rules.expressions import a_term


def some_lines(**columns: Column) -> Facts:
    """Three orders: the first has two lines, the second one, the third none."""
    return Facts(
        order_count=3, node_count=1, service_count=1, line_order=np.array([0, 0, 1], np.int64),
        columns={name.replace("_", ".", 1): column for name, column in columns.items()},
    )  # fmt: skip


def ints(*values: int, present: tuple[bool, ...] | None = None) -> Column:
    return Column(np.array(values, np.int64), None, None if present is None else np.array(present))


def of_orders(text: str, type_: Type, facts: Facts) -> list[object]:
    term = a_term(text, type_)
    grid = Batch(facts, Forms([term])).grid(term)
    assert not grid.of_lines
    return list(grid.values[:, 0, 0].tolist())


@pytest.mark.parametrize(
    ("text", "type_", "expected"),
    [
        ("lines.exists(line, line.quantity > 1)", Type.BOOL, [True, False, False]),
        ("lines.all(line, line.quantity > 0)", Type.BOOL, [True, False, True]),
        ("lines.count(line, line.quantity < 4)", Type.INT, [1, 1, 0]),
        ("lines.sum(line, line.quantity)", Type.INT, [7, -2, 0]),
        ("lines.max(line, line.quantity)", Type.INT, [5, -2, 0]),
        ("lines.sum(line, line.quantity * order.line_count)", Type.INT, [14, -2, 0]),
        ("lines.count(line, true)", Type.INT, [2, 1, 0]),
        ("lines.sum(line, 2)", Type.INT, [4, 2, 0]),
    ],
)
def test_an_aggregate_is_one_value_of_each_order(text: str, type_: Type, expected: list[object]) -> None:
    facts = some_lines(line_quantity=ints(2, 5, -2), order_line_count=ints(2, 1, 0))

    assert of_orders(text, type_, facts) == expected


def test_sums_over_lines_saturate_and_do_not_wrap() -> None:
    facts = Facts(
        order_count=2, node_count=1, service_count=1, line_order=np.array([0] * 30 + [1] * 31, np.int64),
        columns={"line.quantity": ints(*[INTEGER_BOUND] * 30, *[INTEGER_BOUND, -INTEGER_BOUND] * 15, 7)},
    )  # fmt: skip

    assert of_orders("lines.sum(line, line.quantity)", Type.INT, facts) == [INTEGER_BOUND, 7]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("float(order.line_count) + 0.0", FLOAT_BOUND),
        ("0.0 - float(order.line_count)", -FLOAT_BOUND),
        ("float(order.line_count) / 2.0 + float(order.line_count) / 2.0", FLOAT_BOUND),
        ("1.0 - float(order.line_count) / 1024.0", 1.0 - (1 << 50)),
    ],
)
def test_a_sum_of_floats_is_cut_wherever_it_can_leave_the_bounds(text: str, expected: float) -> None:
    facts = some_lines(order_line_count=ints(INTEGER_BOUND, 0, 0))

    assert of_orders(text, Type.FLOAT, facts)[0] == expected


def test_what_is_absent_is_read_as_its_default() -> None:
    facts = some_lines(order_promise_days=ints(4, 99, 0, present=(True, False, True)))

    assert of_orders("default(order.promise_days, days(-1))", Type.DAYS, facts) == [4, -1, 0]
    assert of_orders("has(order.promise_days)", Type.BOOL, facts) == [True, False, True]


def test_an_absent_word_equals_its_default_only() -> None:
    words = Column(np.array([1, 0, 5]), ("red", "blue"), np.array([True, True, False]))
    facts = Facts(
        order_count=3, node_count=1, service_count=1, line_order=np.array([0], np.int64),
        columns={"order.attr.string": words},
    )  # fmt: skip

    assert of_orders('default(order.attr.string, "red") == "red"', Type.BOOL, facts) == [False, True, True]
    assert of_orders('default(order.attr.string, "") in ["", "blue"]', Type.BOOL, facts) == [
        True,
        False,
        True,
    ]


def test_a_zero_divisor_gives_the_value_written_for_it() -> None:
    facts = some_lines(order_total=ints(600, 600, 600), order_line_count=ints(4, 0, -7))

    assert of_orders("div(order.total, order.line_count, usd(-1))", Type.MONEY, facts) == [150, -100_000, -86]


INSTANTS = (
    (
        datetime(2026, 11, 1, 5, 59, tzinfo=UTC),
        [119, 1, 6, 1, 11],
    ),  # 01:59 in New York, before clocks go back
    (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), [90, 1, 6, 1, 11]),  # 01:30 again
    (datetime(2026, 1, 1, 4, 59, 59, 999_999, tzinfo=UTC), [1439, 23, 2, 31, 12]),
    (datetime(2026, 1, 1, 5, 0, tzinfo=UTC), [0, 0, 3, 1, 1]),
    (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), [1139, 18, 2, 31, 12]),
)


def test_time_is_what_clocks_in_the_zone_show() -> None:
    at = [round(instant.timestamp() * 1_000_000) for instant, _ in INSTANTS]

    columns = calendar_columns(at, ZoneInfo("America/New_York"))  # type: ignore[arg-type]

    names = [f"time.{name}@America/New_York" for name in ("of_day", "hour", "weekday", "day", "month")]
    found = [[int(columns[name].values[place]) for name in names] for place in range(len(at))]
    assert found == [expected for _, expected in INSTANTS]
    assert columns["time.weekday@America/New_York"].dictionary is not None
    assert columns["time.weekday@America/New_York"].dictionary[6] == "SUNDAY"


def test_instants_outside_the_calendar_count_as_its_ends() -> None:
    columns = calendar_columns([-(1 << 62), 1 << 62], ZoneInfo("Asia/Tokyo"))  # type: ignore[list-item]

    assert columns["time.month@Asia/Tokyo"].values.tolist() == [1, 12]


def test_one_moment_is_two_times_in_two_zones() -> None:
    tokyo, berlin = (calendar_columns([0], ZoneInfo(zone)) for zone in ("Asia/Tokyo", "Europe/Berlin"))  # type: ignore[list-item]

    assert tokyo["time.hour@Asia/Tokyo"].values.tolist() == [9]
    assert berlin["time.hour@Europe/Berlin"].values.tolist() == [1]


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        (Type.WEIGHT, 1_500, "kg(1.5)"),
        (Type.WEIGHT, 250, "g(250)"),
        (Type.WEIGHT, 0, "g(0)"),
        (Type.WEIGHT, -20_000, "kg(-20)"),
        (Type.VOLUME, 2_000_000, "liters(2)"),
        (Type.LENGTH, 125, "cm(12.5)"),
        (Type.DURATION, 90, "hours(1.5)"),
        (Type.DURATION, 100, "minutes(100)"),
        (Type.DISTANCE, 300, "km(300)"),
        (Type.DAYS, 100, "days(100)"),
    ],
)
def test_quantities_read_as_a_planner_writes_them(type_: Type, value: int, text: str) -> None:
    assert quantity_text(type_, value) == text


def test_a_time_of_day_reads_as_a_planner_writes_it() -> None:
    assert clock_text(16 * 60 + 5) == 'clock("16:05")'
