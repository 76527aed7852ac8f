"""Many shipments packed together: parcel by parcel what packing one alone gives."""

from random import Random

import pytest

from router.solver.charges import pack
from router.solver.parcels import loads_of, pack_columns, parcels_of
from router.solver.problem import Opened, concatenate
from tests.solver.builders import random_brackets, random_problem


@pytest.mark.parametrize("seed", range(30))
def test_packs_as_one_by_one(seed: int) -> None:
    random = Random(seed)
    brackets = random_brackets(seed)
    problems = [random_problem(seed * 100 + number, brackets=brackets) for number in range(4)]
    shipments = []
    for order, problem in enumerate(problems):
        for option in range(problem.option_count):
            loads = {
                line: random.randint(1, 40)
                for line in range(problem.line_count)
                if problem.allowed[line, option] and random.random() < 0.8
            }
            if loads:
                shipments.append((order, Opened(option=option, units=tuple(loads.items()))))
    assert shipments

    packed = pack_columns(concatenate(problems), loads_of(shipments))
    together = parcels_of(packed)

    for (order, opened), parcels in zip(shipments, together, strict=True):
        units = dict(opened.units)
        load = [units.get(line, 0) for line in range(problems[order].line_count)]
        assert parcels == pack(problems[order], opened.option, load)
    counts, charges = packed.totals.tolist()
    assert counts == [len(parcels) for parcels in together]
    assert charges == [sum(parcel.charge_milli for parcel in parcels) for parcels in together]
    assert any(len(parcels) > 1 for parcels in together) or seed
