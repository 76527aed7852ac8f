"""Why did this rule not fire: the first false part with its values, the dates, or the rule that was decisive."""

from datetime import datetime

import pytest

from router.rules.evaluation.explain import Cause, Silence
from router.rules.expressions.scalar import Cell
from tests.rules.builders import a_rule_file, compiled, some_facts

RULES = a_rule_file(
    "constraints:\n"
    "  - id: heavy\n"
    "    because: stores have no dock\n"
    "    when: line.weight > kg(20) && order.total < usd(100)\n"
    "    ban: node.kind == 'STORE'\n",
    applies="dest.country == 'US'",
)
HERE = Cell(line=0, node=0, service=0)


def explained(**changes):
    columns = {
        "dest.country": ["US"],
        "line.weight": [30_000],
        "order.total": [5_000_000],
        "node.kind": ["STORE"],
    } | {name.replace("_", ".", 1): [value] for name, value in changes.items()}
    return compiled(RULES).explain("us/heavy", some_facts(columns=columns), HERE, (0,))


@pytest.mark.parametrize(
    ("changes", "cause", "text", "position", "actual"),
    [
        ({"dest_country": "CA"}, "RULE_SET", "dest.country == 'US'", "a.yaml:7", (("dest.country", '"CA"'),)),
        (
            {"line_weight": 19_950},
            "CONDITION",
            "line.weight > kg(20)",
            "a.yaml:11",
            (("line.weight", "kg(19.95)"),),
        ),
        (
            {"order_total": 15_050_000},
            "CONDITION",
            "order.total < usd(100)",
            "a.yaml:11",
            (("order.total", "usd(150.5)"),),
        ),
        (
            {"node_kind": "WAREHOUSE"},
            "CONDITION",
            "node.kind == 'STORE'",
            "a.yaml:12",
            (("node.kind", '"WAREHOUSE"'),),
        ),
        (
            {"line_weight": 1, "node_kind": "WAREHOUSE"},
            "CONDITION",
            "line.weight > kg(20)",
            "a.yaml:11",
            (("line.weight", "g(1)"),),
        ),
    ],
)
def test_names_the_first_false_part_with_its_values(changes, cause, text, position, actual):
    silence = explained(**changes)

    assert silence.cause == cause
    assert (silence.part.text, silence.part.position, silence.part.actual) == (text, position, actual)


def test_says_nothing_of_a_rule_that_fires():
    assert explained() is None


def test_refuses_a_rule_that_does_not_exist():
    with pytest.raises(KeyError):
        compiled(RULES).explain("us/light", some_facts(columns={}), HERE, (0,))


def sentence_of(silence: Silence | None) -> tuple[Cause, str]:
    assert silence is not None
    return silence.cause, silence.sentence


def test_says_it_in_a_sentence():
    assert sentence_of(explained(dest_country="CA")) == (
        "RULE_SET", "rule set `us` does not apply: `dest.country == 'US'` is false: dest.country = \"CA\"",
    )  # fmt: skip
    assert sentence_of(explained(line_weight=1)) == (
        "CONDITION", "`line.weight > kg(20)` is false: line.weight = g(1)",
    )  # fmt: skip


def test_a_filter_is_silent_where_it_keeps_the_node():
    rules = compiled(a_rule_file("filters:\n  - {id: open, keep: node.is_open}\n"))

    silence = rules.explain("us/open", some_facts(columns={"node.is_open": [True]}), HERE, (0,))

    assert sentence_of(silence) == (
        "CONDITION", "`node.is_open` holds, so the node is kept: node.is_open = true",
    )  # fmt: skip


def test_names_the_dates_in_the_zone_of_the_rule_set():
    rules = compiled(
        a_rule_file(
            "costs:\n"
            '  - {id: peak, per: unit, amount: usd(1), effective: {from: "2026-11-23", to: "2026-12-24T18:00"}}\n'
        )
    )
    at = int(datetime.fromisoformat("2026-12-24T18:00:01-05:00").timestamp()) * 1_000_000

    assert sentence_of(rules.explain("us/peak", some_facts(columns={}), HERE, (at,))) == (
        "DATES",
        "it is effective from 2026-11-23 until 2026-12-24T18:00, and this was decided on 2026-12-24T18:00:01",
    )


CARRIERS = a_rule_file(
    "carriers:\n"
    "  - {id: heavy, when: shipment.weight > kg(20), use: [A/B]}\n"
    "  - {id: hazmat, when: shipment.weight > kg(30) && dest.country == 'US', use: [C/D]}\n"
    "  - {id: store, when: node.kind == 'STORE', use: [E/F]}\n"
    "  - {id: default, use: [G/H]}\n"
)


def carrier_silence(rule: str, metrics: tuple[int, ...] | None, kind: str = "STORE") -> Silence | None:
    facts = some_facts(columns={"dest.country": ["US"], "node.kind": [kind], "service.id": ["A/B"]})
    return compiled(CARRIERS).explain(f"us/{rule}", facts, HERE, (0,), metrics)


def test_names_the_earlier_rule_that_matched():
    covered = carrier_silence("hazmat", None)
    default = carrier_silence("carriers.default", None)

    assert sentence_of(covered) == ("OTHER_RULE", "`us/heavy` (a.yaml:9) matched before it")
    assert sentence_of(default) == ("OTHER_RULE", "`us/store` (a.yaml:11) matched before it")
    assert covered.decisive.name == "us/heavy"
    assert carrier_silence("carriers.default", None, kind="WAREHOUSE") is None


def test_asks_of_the_shipment_that_is_meant():
    heavy, light = (25_000, 0, 0, 1, 1, 0, 0, 0), (15_000, 0, 0, 1, 1, 0, 0, 0)

    assert carrier_silence("heavy", heavy) is None
    assert sentence_of(carrier_silence("heavy", light)) == (
        "CONDITION", "`shipment.weight > kg(20)` is false: shipment.weight = kg(15)",
    )  # fmt: skip
    assert sentence_of(carrier_silence("store", heavy)) == (
        "OTHER_RULE", "`us/heavy` (a.yaml:9) matched before it",
    )  # fmt: skip
    assert carrier_silence("store", light) is None


def test_safety_stock_yields_to_the_more_specific_rule_and_then_to_the_one_that_keeps_more():
    rules = compiled(
        a_rule_file(
            "safety_stock:\n"
            "  - {id: stores, when: node.kind == 'STORE', keep: 2}\n"
            "  - {id: more, when: node.kind == 'STORE', keep: 3}\n"
            "  - {id: clock, when: line.sku == 'RED-CLOCK', keep: 0}\n"
        )
    )
    columns = {"node.kind": ["STORE"], "line.sku": ["RED-CLOCK", "TIN-LAMP"], "stock.available": [[9], [9]]}
    facts = some_facts(line_order=(0, 0), columns=columns)
    clock, lamp = Cell(line=0, node=0, service=0), Cell(line=1, node=0, service=0)

    assert sentence_of(rules.explain("us/more", facts, clock, (0,))) == (
        "OTHER_RULE", "`us/clock` (a.yaml:11) is more specific",
    )  # fmt: skip
    assert sentence_of(rules.explain("us/stores", facts, lamp, (0,))) == (
        "OTHER_RULE", "`us/more` (a.yaml:10) keeps more, or was read before it",
    )  # fmt: skip
    assert rules.explain("us/more", facts, lamp, (0,)) is None


def test_a_price_of_nothing_is_a_silence():
    rules = compiled(
        a_rule_file(
            "objective: {point_value: usd(1)}\n"
            "scores:\n  - {id: near, weight: 2, value: 1.0 - pair.distance / km(100)}\n"
            "costs:\n  - {id: share, per: shipment, amount: order.total * 0.5}\n"
        )
    )
    facts = some_facts(nodes=2, columns={"pair.distance": [[0, 50]], "order.total": [0]})
    near, far = Cell(line=0, node=0, service=0), Cell(line=0, node=1, service=0)

    assert sentence_of(rules.explain("us/share", facts, near, (0,))) == (
        "NOTHING", "its amount is zero here: `order.total * 0.5`",
    )  # fmt: skip
    assert sentence_of(rules.explain("us/near", facts, near, (0,))) == (
        "NOTHING", "no points are missed here, so there is nothing to charge",
    )  # fmt: skip
    assert rules.explain("us/near", facts, far, (0,)) is None


def test_shows_what_an_aggregate_saw_and_what_is_absent():
    rules = compiled(
        a_rule_file(
            "attributes: {order.attr.gift: bool}\n"
            "holds:\n"
            "  - {id: risky, because: why, when: 'lines.exists(line, line.hazmat == \"LITHIUM\")'}\n"
            "  - {id: gift, because: why, when: has(order.attr.gift)}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 0, 1), orders=2,
        columns={"line.hazmat": ["", "AEROSOL", "LITHIUM"], "order.attr.gift": [None, True]},
    )  # fmt: skip

    assert sentence_of(rules.explain("us/risky", facts, HERE, (0, 0)))[1].endswith(
        'is false: line.hazmat = "" and "AEROSOL"'
    )
    assert sentence_of(rules.explain("us/gift", facts, HERE, (0, 0))) == (
        "CONDITION", "`has(order.attr.gift)` is false: order.attr.gift = absent",
    )  # fmt: skip
