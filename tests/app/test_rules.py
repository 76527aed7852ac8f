"""Rules come into force as a whole or not at all."""

from collections.abc import Iterator

import pytest

from router.app.commands import ActivateRules
from router.domain.reasons import Reason, RouterError
from router.rules.ruleset import no_rules
from tests.app.builders import Shop, a_shop, digest, order_for

NOT_LYON = """\
kind: RuleSet/v1
id: flood
owner: logistics
priority: 10
currency: EUR
timezone: Europe/Paris
applies: true
filters:
  - id: no-lyon
    when: node.id == "lyon"
    keep: false
    because: the warehouse is under water
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}, "nice": {"RED-CLOCK": 5}}) as shop:
        yield shop


def activate(text: str, key: str = "rules") -> ActivateRules:
    return ActivateRules(
        request_id=key,
        body_digest=digest(text),
        files={"flood.yaml": text.encode()},
        author="ada",
        reason="the Rhône",
    )


def nodes_of_next_order(shop: Shop, id: str) -> list[str]:
    (routed,) = shop.route(order_for("RED-CLOCK", 1, id)).results
    return [shipment.node_id for shipment in routed.plan.shipments]


def test_rules_hold_from_the_next_batch_on(shop: Shop) -> None:
    before = nodes_of_next_order(shop, "order-1")
    activated = shop.answer(activate(NOT_LYON))
    after = nodes_of_next_order(shop, "order-2")

    assert (before, after) == (["lyon"], ["nice"])
    found = shop.queries.get_rules()
    assert (found.digest, found.rule_count) == (activated.rules_digest, 1)
    assert found.files == {"flood.yaml": NOT_LYON.encode()}
    last = shop.queries.list_events(0, 100)[-2]
    assert (last.kind.name, last.text) == ("RULES_ACTIVATED", "1 rules; ada; the Rhône")


def test_decisions_find_the_rules_and_the_network_they_were_made_from(shop: Shop) -> None:
    nodes_of_next_order(shop, "order-1")
    shop.answer(activate(NOT_LYON))
    nodes_of_next_order(shop, "order-2")
    old, new = (shop.queries.get_decision(order_id=f"order-{n}").decision for n in (1, 2))

    assert shop.queries.versions_of(old)[1].digest == no_rules().digest
    assert shop.queries.versions_of(new)[1].rule_count == 1
    assert shop.queries.versions_of(new)[0].digest == shop.queries.head().network_digest


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        (NOT_LYON.replace("node.id", "node.idd"), "flood.yaml:10:11", "L111"),
        (NOT_LYON.replace("EUR", "USD"), "currency", "CURRENCY_DIFFERS"),
    ],
)
def test_wrong_rules_are_refused_with_all_that_is_wrong(shop: Shop, text: str, field: str, code: str) -> None:
    with pytest.raises(RouterError) as refused:
        shop.answer(activate(text))

    assert refused.value.reason is Reason.RULES_INVALID
    assert [(one.field, one.code) for one in refused.value.violations] == [(field, code)]
    assert shop.queries.get_rules().rule_count == 0
    assert nodes_of_next_order(shop, "order-1") == ["lyon"]
