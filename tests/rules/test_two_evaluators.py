"""The batch evaluator, the one-cell evaluator and the generated functions agree on random expressions and facts."""

from random import Random

import pytest

from router.rules.expressions.scalar import evaluate
from router.rules.expressions.scalar_code import scalar_form
from router.rules.vocabulary import Type
from tests.proving import seeds
from tests.rules.expressions import CELLS, NUMERIC, Sentences, a_term, by_batch, random_facts

EXPRESSIONS = 40


@pytest.mark.parametrize("seed", seeds(0, 8))
def test_three_evaluators_agree_on_conditions(seed: int) -> None:
    random = Random(seed)
    facts, sentences = random_facts(random), Sentences(random=random)

    decided = 0
    for _ in range(EXPRESSIONS):
        text = sentences.condition(2)
        term = a_term(text)
        expected = [evaluate(term, facts, cell) for cell in CELLS]
        decided += len(set(expected)) == 2
        assert by_batch(term, facts) == expected, f"seed {seed}: {text}"
        form = scalar_form(term)
        assert [form.at(facts, cell) for cell in CELLS] == expected, f"seed {seed}: {text}"
    assert decided > 5, f"seed {seed}: {decided} conditions tell cells apart"


@pytest.mark.parametrize("seed", seeds(100, 8))
def test_three_evaluators_agree_on_numbers(seed: int) -> None:
    random = Random(seed)
    facts, sentences = random_facts(random), Sentences(random=random)

    varied = 0
    for _ in range(EXPRESSIONS):
        type_ = random.choice(NUMERIC)
        text = sentences.number(type_, 3)
        term = a_term(text, type_)
        expected = [evaluate(term, facts, cell) for cell in CELLS]
        varied += len(set(expected)) > 2
        assert by_batch(term, facts) == expected, f"seed {seed}: {text}"
        form = scalar_form(term)
        assert [form.at(facts, cell) for cell in CELLS] == expected, f"seed {seed}: {text}"
        whole = type_ is not Type.FLOAT
        assert all(isinstance(value, int) == whole or value == 0 for value in expected), (
            f"seed {seed}: {text}"
        )
    assert varied > 5, f"seed {seed}: {varied} numbers vary"
