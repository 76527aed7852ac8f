"""Terms that differ in numbers and words alone have, side by side, the values that each has alone."""

from collections.abc import Sequence
from dataclasses import fields, replace
from random import Random
from typing import Any

import numpy as np
import pytest

from router.rules.expressions import forms as forms_module
from router.rules.expressions.families import families_of
from router.rules.expressions.forms import Forms
from router.rules.expressions.grid import Batch
from router.rules.expressions.terms import Compare, Literal, Term, Value
from router.rules.vocabulary import Facts, Type
from tests.proving import seeds
from tests.rules.expressions import (
    LINES,
    NODES,
    NUMERIC,
    SERVICES,
    WORDS,
    Sentences,
    a_term,
    by_batch,
    random_facts,
)

MEMBERS = 4


def side_by_side(terms: Sequence[Term], facts: Facts) -> list[list[Value]]:
    """The values of all cells by each of the terms, which one batch computes together."""
    batch = Batch(facts, Forms(terms))
    shown = [batch.spread(batch.lined(batch.grid(term))).values for term in terms]
    return [np.broadcast_to(values, (LINES, NODES, SERVICES)).ravel().tolist() for values in shown]


def varied(random: Random, term: Any, owner: Term | None = None) -> Any:
    """The term with other numbers, and other words where they are compared."""
    if isinstance(term, tuple):
        return tuple(varied(random, one, owner) for one in term)
    if isinstance(term, Literal):
        if term.type is Type.STRING:
            return replace(term, value=random.choice(WORDS)) if isinstance(owner, Compare) else term
        is_whole = isinstance(term.value, int) and not isinstance(term.value, bool)
        return replace(term, value=term.value + random.randint(0, 3)) if is_whole else term
    if not isinstance(term, Term):
        return term
    names = [one.name for one in fields(term) if one.init and one.compare]
    return replace(term, **{name: varied(random, getattr(term, name), term) for name in names})


@pytest.mark.parametrize("seed", seeds(0, 8))
@pytest.mark.parametrize("values_max", [forms_module.FAMILY_VALUES_MAX, 0])
def test_a_family_has_the_values_of_its_members(
    seed: int, values_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms_module, "FAMILY_VALUES_MAX", values_max)
    random = Random(seed)
    facts, sentences = random_facts(random), Sentences(random=random)

    families = tries = 0
    # Where next to nothing varies in thirty sentences, others are tried until there were some families.
    while tries < 30 or families <= 5:
        tries += 1
        type_ = random.choice((Type.BOOL, *NUMERIC))
        text = sentences.condition(2) if type_ is Type.BOOL else sentences.number(type_, 3)
        first = a_term(text, type_)
        terms = [first, *(varied(random, first) for _ in range(MEMBERS - 1))]
        families += len(list(families_of(terms)))
        assert side_by_side(terms, facts) == [by_batch(term, facts) for term in terms], f"seed {seed}: {text}"
        assert tries < 1_000, f"seed {seed}: {families} families of {tries} sentences"


def test_words_of_channels_and_numbers_of_lines_vary_and_folds_do_not() -> None:
    same_shape = [
        a_term(f'order.channel == "{channel}" && line.quantity > {count}')
        for channel, count in (("web", 1), ("app", 2), ("app", 3))
    ]
    others = [
        a_term('order.channel != "web" && line.quantity > 1'),
        a_term('order.channel == "web" && lines.exists(line, line.quantity > 1)'),
        a_term('order.channel == "web" && lines.exists(line, line.quantity > 2)'),
    ]

    found = [family.members for family in families_of([*same_shape, *others])]

    assert found == [tuple(same_shape)]
