"""The bound tightened by cuts: one linear program after another, each with fresh columns and fresh cuts."""

from typing import NamedTuple

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.cuts import Cut, find_cuts, find_sites, widen, with_cuts
from router.solver.wave.field import Field, no_plans
from router.solver.wave.master import relax_master
from router.solver.wave.patience import Stint
from router.solver.wave.pool import Columns, Pool, column_worth, pick
from router.solver.wave.pricing import lagrangian_bound, price_orders
from router.solver.wave.tolls import Tolls

TIGHT_PPM = 100
"""Cuts are sought until the bound is so near to the linear program that has some, in millionths."""


class Proof(NamedTuple):
    """Prices and limits of rows and cuts, each order's share at the prices, and the bound that they prove."""

    bound_milli: int
    share: Ints  # [O]
    price: Ints  # [R + C]
    limit: Ints  # [R + C] -1 for rows that are not of the part
    tolls: Tolls

    def reduced(self, columns: Columns) -> Ints:
        """What each column costs more than its order's share: no plan below bound + r has a column of more than r."""
        reduced: Ints = columns.cost_milli - self.share[columns.order]
        return reduced + column_worth(widen(columns, self.tolls), self.price)


def tighten(
    field: Field,
    orders: Ints,
    pool: Pool,
    proof: Proof,
    objective_milli: int,
    rounds: int,
    stint: Stint,
) -> tuple[Proof, int]:
    """The best proof found in so many rounds for `orders`, from one without cuts, and the work.

    New plans join the pool. Columns that by the proof known before are in no plan cheaper than the objective are left
    out.
    """
    limit, site = proof.limit, find_sites(field)
    cuts: list[Cut] = []
    known: set[Cut] = set()
    fresh = no_plans(field)
    work = 0
    first, first_fresh = proof, len(pool)
    for _ in range(rounds):
        if not stint.lasts() or proof.bound_milli >= objective_milli:
            break
        columns = pool.columns()
        wanted = first.reduced(columns) < objective_milli - first.bound_milli
        wanted[first_fresh:] = True
        columns = pick(columns, np.flatnonzero(wanted))
        tolls = with_cuts(field.tolls, cuts)
        limits = np.concatenate((limit, np.array([cut.limit(limit) for cut in cuts], np.int64)))
        wide = widen(columns, tolls)
        relaxed = relax_master(wide, orders, limits, is_taken_asked=True)
        tolls = tolls._replace(price=relaxed.price[len(limit) :])
        bounds, steps = price_orders(field._replace(tolls=tolls), orders, relaxed.price[: len(limit)], fresh)
        work += steps + len(wide.row)
        bound = lagrangian_bound(relaxed.price, limits, bounds)
        if bound > proof.bound_milli:
            share = proof.share.copy()
            share[orders] = bounds
            proof = Proof(bound, share, relaxed.price, limits, tolls)
        is_new = pool.add(field, orders, fresh) > 0
        if len(tolls.price) and relaxed.worth_milli - bound <= abs(bound) * TIGHT_PPM // 1_000_000:
            break
        cuts = [cut for cut, milli in zip(cuts, tolls.price.tolist(), strict=True) if milli]
        more = find_cuts(columns, relaxed.taken, limit, site, known, field.tolls)
        known.update(more)
        cuts += more
        if not (is_new or more):
            break
    return proof, work
