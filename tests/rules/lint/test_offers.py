"""L211: products that are offered in vain."""

import pytest

from router.rules.diagnostics import Code
from tests.rules.lint.linting import found, only


def offering(when: str, *skus: str) -> str:
    return f"substitutes:\n  - {{id: swap, when: '{when}', offer: [{', '.join(skus)}]}}\n"


@pytest.mark.parametrize(
    "when",
    [
        'line.sku == "RED-CLOCK"',
        'line.sku in ["RED-CLOCK"]',
        'order.tier == "GOLD" && line.sku == "RED-CLOCK"',
    ],
)
def test_a_product_that_is_offered_in_its_own_place_is_found_where_it_stands(when: str) -> None:
    (finding,) = only(Code.IDLE_OFFER, offering(when, "BLUE-CLOCK", "RED-CLOCK"))

    assert finding.message == "`swap` offers `RED-CLOCK` to lines that ask for it: that changes nothing"
    line = offering(when, "BLUE-CLOCK", "RED-CLOCK").splitlines()[1]
    assert (finding.column, finding.length) == (line.index("RED-CLOCK]") + 1, len("RED-CLOCK"))


@pytest.mark.parametrize(
    "when",
    [
        'line.sku in ["RED-CLOCK", "BLUE-CLOCK"]',
        'line.sku == "RED-CLOCK" || line.category == "clocks"',
        'line.sku != "RED-CLOCK"',
        'line.category == "clocks"',
    ],
)
def test_products_that_stand_in_for_each_other_are_not_accused(when: str) -> None:
    assert found(offering(when, "RED-CLOCK", "BLUE-CLOCK")) == []


def test_a_product_that_nobody_registered_is_found_where_products_are_known() -> None:
    body = offering('line.category == "clocks"', "BLUE-CLOCK", "BLEU-CLOCK")

    assert found(body) == []
    assert found(body, products={"BLUE-CLOCK"}) == [
        "L211 `swap` offers `BLEU-CLOCK`, which is no product here: it is never sent"
    ]
