"""Violated cuts: what is found is violated by as much as it says, and nothing is violated by more."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.quality.wave_world import EXTREME, a_wave
from router.solver.problem import Ints
from router.solver.wave import separation
from router.solver.wave.cuts import Cut, count_columns, find_sites, with_cuts
from router.solver.wave.field import Field, no_plans, open_field
from router.solver.wave.generation import nothing_shipped
from router.solver.wave.master import relax_master
from router.solver.wave.parts import only_scarce
from router.solver.wave.pool import Columns, Pool
from router.solver.wave.pricing import price_orders
from router.solver.wave.separation import find_cuts
from tests.proving import seeds

ORDERS = 6


def relaxed_wave(seed: int) -> tuple[Field, Columns, NDArray[np.float64]]:
    """Columns of a wave at some random prices, and what the linear program takes of each. There are two nodes."""
    wave = a_wave(ORDERS, EXTREME, seed=seed, node_count=2, sku_count=3, nodes_per_sku=2, with_capacity=False)
    field = open_field(only_scarce(wave), 100_000)
    random, everyone = np.random.default_rng(seed), np.arange(len(field.records.orders))
    pool = Pool()
    pool.add(field, everyone, nothing_shipped(field, everyone))
    for _ in range(6):
        plans = no_plans(field)
        price_orders(field, everyone, random.integers(0, 2_000_000, len(field.limit)), plans)
        pool.add(field, everyone, plans)
    columns = pool.columns()
    return field, columns, relax_master(columns, everyone, field.limit, is_taken_asked=True).taken


def violations(
    field: Field, columns: Columns, taken: NDArray[np.float64], cuts: list[Cut]
) -> NDArray[np.float64]:
    start, cut_of, counted = count_columns(columns, with_cuts(field.tolls, cuts))
    excess = np.bincount(cut_of, np.repeat(taken, np.diff(start)) * counted, minlength=len(cuts))
    return excess - np.array([cut.limit(field.limit) for cut in cuts])


def all_halves(orders: int, limit: Ints, site: Ints) -> list[Cut]:
    """Every set of rows of a site, with every set of members."""
    eligible = [
        row for row in np.flatnonzero(site >= 0).tolist() if 0 <= limit[row] <= separation.ROW_LIMIT_MAX
    ]
    cuts = []
    for size in range(1, separation.ROWS_MAX + 1):
        for rows in combinations(eligible, size):
            if len({int(site[row]) for row in rows}) == 1:
                for count in range(orders + 1):
                    cuts += [Cut(rows, members, 1, 2) for members in combinations(range(orders), count)]
    return cuts


@pytest.mark.parametrize("seed", seeds(600, 20))
def test_no_half_of_rows_of_a_site_is_violated_more_than_the_first_found(seed: int) -> None:
    field, columns, taken = relaxed_wave(seed)
    site = find_sites(field)
    cuts = all_halves(ORDERS, field.limit, site)
    most = violations(field, columns, taken, cuts).max(initial=0)

    found = [cut for cut in find_cuts(columns, taken, field.limit, site, []) if cut.denominator == 2]

    first = violations(field, columns, taken, found[:1]).max(initial=0)
    assert first == pytest.approx(most, abs=1e-3) or (not found and most <= separation.VIOLATION_MIN + 1e-3)


@pytest.mark.parametrize("seed", seeds(600, 20))
def test_all_that_is_found_is_violated_and_comes_most_violated_first(seed: int) -> None:
    field, columns, taken = relaxed_wave(seed)

    found = find_cuts(columns, taken, field.limit, find_sites(field), [])

    violation = violations(field, columns, taken, found)
    assert (violation > separation.VIOLATION_MIN - 1e-3).all()
    assert (np.diff(violation) < 1e-3).all()


def test_waves_have_cuts_of_several_rows_of_one_node_with_members() -> None:
    found = []
    for seed in range(600, 640):
        field, columns, taken = relaxed_wave(seed)
        site = find_sites(field)
        cuts = find_cuts(columns, taken, field.limit, site, [])
        assert {len(set(site[list(cut.rows)].tolist())) for cut in cuts} <= {1}
        found += cuts

    assert max(len(cut.rows) for cut in found) > 1
    assert max(len(cut.members) for cut in found) > 0


def test_what_is_present_is_not_found_again() -> None:
    for seed in range(600, 620):
        field, columns, taken = relaxed_wave(seed)
        site = find_sites(field)
        found = find_cuts(columns, taken, field.limit, site, [])
        if found:
            break

    assert found[0] not in find_cuts(columns, taken, field.limit, site, found[:1])
