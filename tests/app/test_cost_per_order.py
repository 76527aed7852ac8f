"""What an order costs is what somebody is paid for it; what only weighs one plan against another is not part of it."""

from collections.abc import Iterator

import pytest

from router.domain.plan import PAID, CostKind
from router.routing.network.dates import utc_day
from tests.app.builders import Shop, a_shop
from tests.routing.builders import MONDAY_TEN, an_order

CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"
RULES = """\
kind: RuleSet/v1
id: shop
owner: logistics
priority: 10
currency: EUR
timezone: Europe/Paris
applies: true
on_account:
  - {id: elsewhere, because: what these orders cost was paid before they came here}
substitutes:
  - {id: lamp, when: line.sku == "RED-CLOCK", offer: [TIN-LAMP], penalty: eur(2)}
costs:
  - {id: steer, per: shipment, amount: eur(1.10)}
  - {id: late, when: lane.late_days > days(0), per: late_day, amount: eur(3)}
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    """There is no clock; a lamp stands in, charged by a rule and too late."""
    with a_shop(stock={"lyon": {LAMP: 1}}, rules=RULES) as shop:
        late = utc_day(MONDAY_TEN) - 3
        shop.route(an_order("A-1", lines={CLOCK: 1}, accepts_substitutes=True, promise_day=late))
        yield shop


def test_what_nobody_is_paid_is_no_part_of_what_an_order_costs(shop: Shop) -> None:
    (shipment,) = shop.queries.get_order("A-1").plan.shipments
    parts = {part.kind: part.amount_milli for part in shipment.costs}
    assert (parts[CostKind.SUBSTITUTE], parts[CostKind.RULE]) == (200_000, 110_000)
    assert parts[CostKind.LATENESS] % 300_000 == 0 < parts[CostKind.LATENESS]
    shop.dispatch("A-1/1")

    (cost,) = shop.queries.metrics.look(shop.clock.now()).observations["cost_per_order"]

    assert cost.numerator == parts.pop(CostKind.FREIGHT) == 800_000
    assert parts.keys() == {CostKind.SUBSTITUTE, CostKind.RULE, CostKind.LATENESS}


def test_every_kind_of_cost_is_paid_or_weighs() -> None:
    weighs = {"SPLIT", "LATENESS", "RULE", "BACKORDER", "STOCK_PRICE", "CAPACITY_PRICE", "MOVE", "SUBSTITUTE"}

    assert {kind.name for kind in CostKind} - {kind.name for kind in PAID} == weighs
