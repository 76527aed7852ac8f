"""Conditions on shipments: the box they make, the rest they leave, and what they may not say."""

import pytest

from router.domain.plan import METRICS, ShipmentMetric
from router.rules.expressions.shipment_parts import split_shipment_parts
from router.rules.verdicts import METRIC_MAX, Box
from tests.rules.expressions import a_term, checked


def bounds(box: Box) -> dict[str, tuple[int, int]]:
    """The metrics that the box bounds."""
    ranges = zip(METRICS, box.low, box.high, strict=True)
    return {str(metric): (low, high) for metric, low, high in ranges if (low, high) != (0, METRIC_MAX)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shipment.weight > kg(30)", {"weight": (30_001, METRIC_MAX)}),
        ("shipment.weight >= kg(30)", {"weight": (30_000, METRIC_MAX)}),
        ("shipment.weight < kg(30)", {"weight": (0, 29_999)}),
        ("kg(30) >= shipment.weight", {"weight": (0, 30_000)}),
        ("g(5) == shipment.hazmat_weight", {"hazmat_weight": (5, 5)}),
        ("shipment.unit_count > 2 && shipment.unit_count <= 2 + 3", {"units": (3, 5)}),
        ("shipment.line_count > 3 && shipment.line_count < 2", {"lines": (4, 1)}),
        ("shipment.volume < liters(1)", {"volume": (0, 999_999)}),
        ("shipment.has_hazmat && !shipment.has_cold", {"hazmat_units": (1, METRIC_MAX), "cold_units": (0, 0)}),
        ("shipment.has_cold == true", {"cold_units": (1, METRIC_MAX)}),
        ("false == shipment.has_cold", {"cold_units": (0, 0)}),
        ("shipment.cold_units >= -3", {}),
        ("shipment.value > usd(10)", {"value": (1_001, METRIC_MAX)}),
        ("shipment.value >= usd(10)", {"value": (1_000, METRIC_MAX)}),
        ("shipment.value > usd(10.005)", {"value": (1_001, METRIC_MAX)}),
        ("shipment.value >= usd(10.005)", {"value": (1_001, METRIC_MAX)}),
        ("shipment.value < usd(10.005)", {"value": (0, 1_000)}),
        ("shipment.value <= usd(10.005)", {"value": (0, 1_000)}),
        ("shipment.value == usd(10.005)", {"value": (1_001, 1_000)}),
        ("shipment.value == usd(10)", {"value": (1_000, 1_000)}),
        ("shipment.value < usd(0)", {"value": (0, -1)}),
    ],
)  # fmt: skip
def test_parts_about_the_shipment_become_a_box(text: str, expected: dict[str, tuple[int, int]]) -> None:
    rest, box = split_shipment_parts(a_term(text))

    assert bounds(box) == expected
    assert rest == a_term("true")


def test_the_rest_of_the_condition_stays() -> None:
    text = "(node.is_open && shipment.weight > kg(3)) && order.has_promise && shipment.has_hazmat"

    rest, box = split_shipment_parts(a_term(text))

    assert rest == a_term("node.is_open && order.has_promise")
    assert bounds(box) == {"weight": (3_001, METRIC_MAX), "hazmat_units": (1, METRIC_MAX)}


def test_every_metric_can_be_asked_for() -> None:
    asked = [
        "weight > g(1)", "volume > mm3(1)", "value > usd(1)", "unit_count > 1", "line_count > 1", "hazmat_units > 1",
        "hazmat_weight > g(1)", "cold_units > 1",
    ]  # fmt: skip
    _, box = split_shipment_parts(a_term(" && ".join(f"shipment.{part}" for part in asked)))

    assert set(bounds(box)) == {str(metric) for metric in ShipmentMetric}


@pytest.mark.parametrize(
    "text",
    [
        "shipment.weight > kg(1) || node.is_open",
        "!(shipment.weight > kg(1))",
        "shipment.weight != kg(1)",
        "shipment.weight > order.weight",
        "shipment.weight + kg(1) > kg(3)",
        "shipment.weight * 2 > kg(3)",
        "shipment.unit_count in [1, 2]",
        "shipment.hazmat_weight < shipment.weight",
        "!(!shipment.has_cold)",
        "shipment.has_cold == order.has_promise",
        "shipment.has_cold == !shipment.has_hazmat",
    ],
)
def test_refuses_what_is_no_box(text: str) -> None:
    assert [finding.code for finding in checked(text)[1]] == ["L114"]
