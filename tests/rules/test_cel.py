"""On the shared subset the language means what Google's Common Expression Language (C++) means."""

from random import Random

import pytest

from router.rules.expressions.scalar import evaluate
from tests.proving import seeds
from tests.rules.expressions import CELLS, SMALL, Sentences, a_term, random_facts
from tests.rules.in_cel import cell_in_cel, compiled_in_cel, in_cel

EXPRESSIONS = 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order.total > usd(1.5)", "order.total > (150000)"),
        ("default(node.attr.int, -3) < 2", "(has(node.attr.int) ? node.attr.int : -3) < 2"),
        ("default(lane.x, days(-3)) < days(2)", "(has(lane.x) ? lane.x : (-3)) < (2)"),
        ('default(order.attr.string, "GO") == "US"', '(has(order.attr.string) ? order.attr.string : "GO") == "US"'),
        ("lines.count(line, (line.quantity > 1)) > 2", "lines.filter(line, (line.quantity > 1)).size() > 2"),
        ('time.of_day < clock("08:15")', "time.of_day < (495)"),
    ],
)  # fmt: skip
def test_is_written_in_cel(text: str, expected: str) -> None:
    assert in_cel(text) == expected


@pytest.mark.parametrize("seed", seeds(0, 8))
def test_agrees_with_cel_on_conditions(seed: int) -> None:
    random = Random(seed)
    facts, sentences = random_facts(random, SMALL), Sentences(random=random, for_cel=True)
    maps = [cell_in_cel(facts, cell) for cell in CELLS]

    decided = 0
    for _ in range(EXPRESSIONS):
        text = sentences.condition(2)
        term, judge = a_term(text), compiled_in_cel(text)
        found = [evaluate(term, facts, cell) for cell in CELLS]
        assert found == [judge.eval(data=one).value() for one in maps], f"seed {seed}: {text}"
        decided += len(set(found)) == 2
    assert decided > 5, f"seed {seed}: {decided} conditions tell cells apart"
