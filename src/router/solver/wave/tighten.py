"""The bound tightened by cuts: one linear program after another, each with fresh columns and fresh cuts.

Orders are priced at the prices of the linear program and halfway between these and the best known. Columns of either
join the pool, and either may prove more: fresh cuts make the linear program's prices jump.

SOURCE: Wentges 1997 for prices between the last and the best.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import Ints
from router.solver.wave.cuts import Cut, find_sites, widen, with_cuts
from router.solver.wave.field import Field, no_plans
from router.solver.wave.master import relax_master
from router.solver.wave.patience import Stint
from router.solver.wave.pool import Columns, Pool, column_worth, pick
from router.solver.wave.pricing import lagrangian_bound, price_orders
from router.solver.wave.separation import find_cuts
from router.solver.wave.tolls import Tolls

TIGHT_PPM = 100
"""Cuts are sought until the bound is so near to the linear program that has some, in millionths."""

ORDERS_MANY, CUTS_OF_MANY = 4_000, 300
"""Parts of more orders get no more new cuts in a round: with many the dive that follows them ends dearer."""


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
    taken: NDArray[np.float64],
    objective_milli: int,
    rounds: int,
    stint: Stint,
) -> tuple[Proof, int]:
    """The best proof found in so many rounds for `orders`, from one without cuts, and the work.

    `taken` is what the last linear program without cuts took of the columns that were the pool's first. New plans join
    the pool. Columns that by the proof known before are in no plan cheaper than the objective are left out.
    """
    limit, site = proof.limit, find_sites(field)
    cuts_max = None if len(orders) <= ORDERS_MANY else CUTS_OF_MANY
    cuts = find_cuts(pick(pool.columns(), np.arange(len(taken))), taken, limit, site, [])[:cuts_max]
    best: dict[Cut, int] = {}
    first, first_fresh, work = proof, len(pool), 0
    for _ in range(rounds):
        if not cuts or not stint.lasts() or proof.bound_milli >= objective_milli:
            break
        columns = pool.columns()
        wanted = first.reduced(columns) < objective_milli - first.bound_milli
        wanted[first_fresh:] = True
        columns = pick(columns, np.flatnonzero(wanted))
        tolls = with_cuts(field.tolls, cuts)
        wide, limits = widen(columns, tolls), np.append(limit, [cut.limit(limit) for cut in cuts])
        relaxed = relax_master(
            wide, orders, limits, is_taken_asked=True, seconds_left=stint.patience.seconds_left
        )
        if stint.patience.is_over():
            break
        center = np.append(proof.price[: len(limit)], [best.get(cut, 0) for cut in cuts])
        new_count = 0
        for price in (relaxed.price, (relaxed.price + center) // 2):
            found, count, steps = prove(field, orders, price, limits, tolls, proof.share, pool)
            new_count, work = new_count + count, work + steps + len(wide.row)
            if found.bound_milli > proof.bound_milli:
                proof, best = found, dict(zip(cuts, price[len(limit) :].tolist(), strict=True))
        if relaxed.worth_milli - proof.bound_milli <= abs(proof.bound_milli) * TIGHT_PPM // 1_000_000:
            break
        cuts = [cut for cut, milli in zip(cuts, relaxed.price[len(limit) :].tolist(), strict=True) if milli]
        more = find_cuts(columns, relaxed.taken, limit, site, cuts)[:cuts_max]
        cuts += more
        if not (new_count or more):
            break
    return proof, work


def prove(
    field: Field, orders: Ints, price: Ints, limits: Ints, tolls: Tolls, share: Ints, pool: Pool
) -> tuple[Proof, int, int]:
    """What prices of rows and cuts prove, how many of the orders' plans at them are new to the pool, and the work."""
    row_count, fresh = len(field.limit), no_plans(field)
    tolls = tolls._replace(price=price[row_count:])
    bounds, work = price_orders(field._replace(tolls=tolls), orders, price[:row_count], fresh)
    share = share.copy()
    share[orders] = bounds
    proof = Proof(lagrangian_bound(price, limits, bounds), share, price, limits, tolls)
    return proof, pool.add(field, orders, fresh), work
