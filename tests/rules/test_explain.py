"""Why did this rule not fire: the first false part, its place and the actual values."""

import pytest

from router.rules.scalar import Cell
from tests.rules.builders import a_rule_file, compiled, some_facts

RULES = a_rule_file(
    "constraints:\n"
    "  - id: heavy\n"
    "    because: stores have no dock\n"
    "    when: line.weight > kg(20) && order.total < usd(100)\n"
    "    ban: node.kind == 'STORE'\n",
    applies="dest.country == 'US'",
)


def explained(**changes):
    columns = {
        "dest.country": ["US"],
        "line.weight": [30_000],
        "order.total": [5_000_000],
        "node.kind": ["STORE"],
    } | {name.replace("_", ".", 1): [value] for name, value in changes.items()}
    return compiled(RULES).explain("us/heavy", some_facts(columns=columns), Cell(line=0, node=0, service=0))


@pytest.mark.parametrize(
    ("changes", "text", "position", "actual"),
    [
        ({"dest_country": "CA"}, "dest.country == 'US'", "a.yaml:7", (("dest.country", '"CA"'),)),
        ({"line_weight": 20_000}, "line.weight > kg(20)", "a.yaml:11", (("line.weight", "g(20000)"),)),
        (
            {"order_total": 15_050_000},
            "order.total < usd(100)",
            "a.yaml:11",
            (("order.total", "usd(150.5)"),),
        ),
        ({"node_kind": "WAREHOUSE"}, "node.kind == 'STORE'", "a.yaml:12", (("node.kind", '"WAREHOUSE"'),)),
        (
            {"line_weight": 1, "node_kind": "WAREHOUSE"},
            "line.weight > kg(20)",
            "a.yaml:11",
            (("line.weight", "g(1)"),),
        ),
    ],
)
def test_names_the_first_false_part_with_its_values(changes, text, position, actual):
    part = explained(**changes)

    assert (part.text, part.position, part.actual) == (text, position, actual)


def test_says_nothing_of_a_rule_whose_whole_condition_holds():
    assert explained() is None


def test_refuses_a_rule_that_does_not_exist():
    with pytest.raises(KeyError):
        compiled(RULES).explain("us/light", some_facts(columns={}), Cell(line=0, node=0, service=0))
