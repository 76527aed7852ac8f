"""The bound tightened by cuts: one linear program after another, each with fresh columns and fresh cuts.

As long as many orders get new plans a program's prices are not worth more than four digits: PDLP goes on from the last
answer. What ends the search, and what the dive begins with, is solved in full.

Orders are priced at the prices of the linear program and halfway between these and the best known. Columns of either
join the pool, and either may prove more: fresh cuts make the linear program's prices jump.

SOURCE: Wentges 1997 for prices between the last and the best; Applegate and others 2021 for PDLP.
"""

from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import Ints
from router.solver.wave.cuts import Cut, find_sites, widen, with_cuts
from router.solver.wave.field import Field, no_plans
from router.solver.wave.master import Start, relax_master
from router.solver.wave.patience import Stint
from router.solver.wave.pool import Columns, Pool, column_worth, pick
from router.solver.wave.pricing import lagrangian_bound, price_orders
from router.solver.wave.rest import Answer
from router.solver.wave.separation import find_cuts
from router.solver.wave.tolls import Tolls

TIGHT_PPM = 100
"""Cuts are sought until the bound is so near to the linear program that has some, in millionths."""

ORDERS_MANY, CUTS_OF_MANY = 4_000, 300
"""Parts of more orders get no more new cuts in a round: with many the dive that follows them ends dearer."""

ORDERS_FEW = 500
"""The programs of parts of no more orders are always solved in full: that takes no longer."""

NEARBY_SHARE = 20
"""As soon as no more than one of so many orders gets a new plan the programs are solved in full."""


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


class Solved(NamedTuple):
    """A linear program over all orders of a part: its limits of rows and cuts, and its answer."""

    limit: Ints
    tolls: Tolls
    answer: Answer


def tighten(
    field: Field,
    orders: Ints,
    pool: Pool,
    proof: Proof,
    taken: NDArray[np.float64],
    objective_milli: int,
    rounds: int,
    stint: Stint,
) -> tuple[Proof, Solved | None, int]:
    """The best proof found in so many rounds for `orders`, from one without cuts; the last program solved; the work.

    `taken` is what the last linear program without cuts took of the columns that were the pool's first. New plans join
    the pool. Columns that by the proof known before are in no plan cheaper than the objective are left out. There is no
    program where the last was not solved in full.
    """
    limit, site = proof.limit, find_sites(field)
    row_count = len(limit)
    cuts_max = None if len(orders) <= ORDERS_MANY else CUTS_OF_MANY
    cuts = find_cuts(pick(pool.columns(), np.arange(len(taken))), taken, limit, site, [])[:cuts_max]
    price = np.append(proof.price[:row_count], np.zeros(len(cuts), np.int64))
    best: dict[Cut, int] = {}
    first, first_fresh, work = proof, len(pool), 0
    solved, is_nearby = None, len(orders) > ORDERS_FEW
    for _ in range(rounds):
        if not cuts or not stint.lasts() or proof.bound_milli >= objective_milli:
            break
        columns = pool.columns()
        wanted = first.reduced(columns) < objective_milli - first.bound_milli
        wanted[first_fresh:] = True
        chosen = np.flatnonzero(wanted)
        columns = pick(columns, chosen)
        start = Start(np.append(taken, np.zeros(len(pool) - len(taken)))[chosen], price)
        limits = np.append(limit, [cut.limit(limit) for cut in cuts])
        tolls = with_cuts(field.tolls, cuts)
        wide = widen(columns, tolls)
        relaxed = relax_master(
            wide, orders, limits, is_taken_asked=True,
            start=start if is_nearby else None, seconds_left=stint.patience.seconds_left,
        )  # fmt: skip
        if stint.patience.is_over():
            break
        solved = None if is_nearby else Solved(limits, tolls, Answer(chosen, wide, relaxed))
        taken = np.zeros(len(pool))
        taken[chosen] = relaxed.taken
        center = np.append(proof.price[:row_count], [best.get(cut, 0) for cut in cuts])
        new_count = 0
        for price in ((relaxed.price + center) // 2, relaxed.price):
            found, count, steps = prove(field, orders, price, limits, tolls, proof.share, pool)
            new_count, work = new_count + count, work + steps + len(wide.row)
            if found.bound_milli > proof.bound_milli:
                proof, best = found, dict(zip(cuts, price[row_count:].tolist(), strict=True))
        is_tight = relaxed.worth_milli - proof.bound_milli <= abs(proof.bound_milli) * TIGHT_PPM // 1_000_000
        if is_tight and not is_nearby:
            break
        is_kept = np.append(np.ones(row_count, np.bool_), relaxed.price[row_count:] > 0)
        cuts = list(compress(cuts, is_kept[row_count:]))
        more = find_cuts(columns, relaxed.taken, limit, site, cuts)[:cuts_max]
        price = np.append(relaxed.price[is_kept], np.zeros(len(more), np.int64))
        cuts += more
        if not (new_count or more or is_nearby):
            break
        is_nearby = is_nearby and not is_tight and new_count * NEARBY_SHARE > len(orders)
    return proof, solved, work


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
