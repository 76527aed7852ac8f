"""L209: scores that cannot change a decision."""

import pytest

from tests.rules.lint.linting import found

POINTS = "objective: {point_value: usd(0.02)}\n"


def score(weight: str, value: str, more: str = "") -> str:
    return f"{POINTS}scores:\n  - {{id: near, weight: {weight}, value: '{value}'}}\n{more}"


NEAR = "1.0 - pair.distance / km(4000)"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            score("0.1", NEAR),
            "L209 `near` is worth usd(0.002) at most, and prices differ by usd(0.01) at least",
        ),
        (
            score("900000", NEAR),
            "L209 `near` is worth up to usd(18000); no price of the pack exceeds usd(100)",
        ),
        (
            score("10", "1.0 + pair.distance / km(4000)"),
            "L209 `near` is worth the same everywhere: its value is always 1 where it counts",
        ),
        (
            score("10", "0.0 - pair.distance / km(4000)"),
            "L209 `near` is worth the same everywhere: its value is always 0 where it counts",
        ),
    ],
    ids=["too small", "too large", "always full", "never any"],
)
def test_an_idle_score_is_found(body: str, message: str) -> None:
    assert found(body) == [message]


@pytest.mark.parametrize(
    "body",
    [
        score("20", NEAR),
        score("0.1", NEAR, "costs:\n  - {id: fine, per: unit, amount: usd(0.001)}\n"),
        score("40000", NEAR, "costs:\n  - {id: dear, per: shipment, amount: usd(200)}\n"),
        POINTS + "scores:\n  - {id: dc, when: 'node.kind == \"WAREHOUSE\"', weight: 20, value: '1.0'}\n",
    ],
    ids=["as usual", "beside finer prices", "beside larger prices", "full points at some nodes"],
)
def test_a_score_that_decides_is_not_accused(body: str) -> None:
    assert found(body) == []
