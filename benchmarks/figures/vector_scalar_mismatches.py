"""How often the batch evaluator, the tree walker and the generated functions disagree. The goal is never."""

import sys
from random import Random
from typing import Any

from router.rules.expressions.scalar import evaluate
from router.rules.expressions.scalar_code import scalar_form
from router.rules.vocabulary import Type
from tests.rules.expressions import CELLS, NUMERIC, Sentences, a_term, by_batch, random_facts

EXPRESSIONS = 40
"""Expressions of one batch of facts, half of them conditions, half numbers of every type."""


def measure(full: bool) -> dict[str, Any]:
    """The figure over 1,000,000 evaluations, one expression in one cell each, in some minutes; or over 100,000."""
    wanted = 1_000_000 if full else 100_000
    mismatches, evaluations = [], 0
    while evaluations < wanted:
        mismatches.append(mismatches_of(len(mismatches)))
        evaluations += EXPRESSIONS * len(CELLS)
    return {
        "figure": "vector_scalar_mismatches",
        "value": sum(mismatches),
        "unit": "evaluations",
        "runs": evaluations,
        "min": min(mismatches),
        "max": max(mismatches),
        "goal": 0,
    }


def mismatches_of(seed: int) -> int:
    """Cells of one random batch where the three do not give the same; says so on standard error."""
    random = Random(seed)
    facts, sentences = random_facts(random), Sentences(random=random)
    count = 0
    for number in range(EXPRESSIONS):
        type_ = Type.BOOL if number % 2 else random.choice(NUMERIC)
        text = sentences.condition(2) if type_ is Type.BOOL else sentences.number(type_, 3)
        term = a_term(text, type_)
        form, vector = scalar_form(term), by_batch(term, facts)
        for cell, by_vector in zip(CELLS, vector, strict=True):
            walked = evaluate(term, facts, cell)
            if not walked == by_vector == form.at(facts, cell):
                count += 1
                print(f"seed {seed}, {cell}: {text}", file=sys.stderr)
    return count
