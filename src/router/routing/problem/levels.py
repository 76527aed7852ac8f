"""Tiers and ties: how all levels of a plan are packed into one integer that the solver minimizes, and unpacked again.

    objective = sum over tiers of weight x value  +  money weight x cost  +  sum over ties of weight x value

A weight is more than everything behind it can add up to, in the order at hand; so the smallest integer is the plan
that is best at the first level, of those the best at the second, and so on. Where the integers would grow too large for
the solver, ties are dropped, the last first. Tiers too large even so get the largest weights that fit, and the plan is
then called proven only where each tier is at 0, the least there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from router.domain.plan import Level
from router.rules.verdicts import ObjectivePolicy
from router.solver.magnitudes import TOTAL_MILLI_MAX, magnitudes_of
from router.solver.problem import Bools, Ints, OrderProblems

LEVELS = tuple(Level)
"""The order in which arrays hold them."""

SHARE_OF_TOTAL = 1 / 8
"""How much of the solver's range the weights may use: its own bound of an order's total is cruder than ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """By order: what one thousandth of money counts, and one step of each level; 0 where a level does not count."""

    money: Ints  # [O]
    level: Ints  # [V, O]
    is_exact: Bools  # [O] whether no sum of later levels can outweigh a step of a tier
    cost_max_milli: Ints  # [O] no plan costs more, nor less than its negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What opening each option adds to each level [V, P], and leaving out one of each bundle [G] to unshipped units."""

    opening: Ints
    leaving: Ints


def weigh(
    problems: OrderProblems,
    steps: Steps,
    policies: Sequence[ObjectivePolicy],
    policy_of_order: Ints,
) -> Weights:
    """The weights of every order; the amounts of `problems` are money alone."""
    cost_max = magnitudes_of(problems)
    most = most_of_each(problems, steps)
    count = len(problems)
    money, level = np.ones(count, np.int64), np.zeros((len(LEVELS), count), np.int64)
    is_exact = np.ones(count, np.bool_)
    for number, policy in enumerate(policies):
        orders = np.flatnonzero(policy_of_order == number)
        if len(orders) and (policy.tiers or policy.ties):
            money[orders], level[:, orders], is_exact[orders] = weigh_policy(
                policy, most[:, orders], 2.0 * cost_max[orders].astype(np.float64) + 1.0
            )
    return Weights(money=money, level=level, is_exact=is_exact, cost_max_milli=cost_max)


def weigh_policy(
    policy: ObjectivePolicy, most: Ints, cost_milli: NDArray[np.float64]
) -> tuple[Ints, Ints, Bools]:
    """Money weight [O], level weights [V, O] and whether they are exact [O], for orders of one policy.

    `most` [V, O] bounds each level, `cost_milli` [O] the difference of any two costs and the size of each.
    """
    tiers = [LEVELS.index(level) for level in policy.tiers]
    ties = [LEVELS.index(level) for level in policy.ties if level not in policy.tiers]
    radix = 1.0 + most
    limit = TOTAL_MILLI_MAX * SHARE_OF_TOTAL
    above = np.prod(radix[tiers], axis=0)
    is_exact = above * cost_milli <= limit
    weights = np.zeros(most.shape, np.int64)
    room = limit / (above * cost_milli)
    fitting = [np.prod(radix[ties[: place + 1]], axis=0) <= room for place in range(len(ties))]
    reach = np.ones(most.shape[1], np.int64)
    for place in reversed(range(len(ties))):
        weights[ties[place]] = np.where(fitting[place], reach, 0)
        reach = np.where(fitting[place], reach * (1 + most[ties[place]]), reach)
    money = reach.copy()
    span = np.where(is_exact, cost_milli, np.maximum(1.0, np.floor(limit / above)))
    reached = money * span
    for tier in reversed(tiers):
        weights[tier] = np.minimum(np.ceil(reached), np.floor(limit / radix[tier]))
        reached = (weights[tier] + 1.0) * radix[tier]
    return money, weights, is_exact


def most_of_each(problems: OrderProblems, steps: Steps) -> Ints:
    """What each level can be at most in each order [V, O]."""
    counts = np.diff(problems.option_start)
    order_of_line = np.repeat(np.arange(len(problems)), np.diff(problems.line_start))
    units = np.bincount(order_of_line, weights=problems.quantity, minlength=len(problems)).astype(np.int64)
    shipments = np.minimum(np.minimum(problems.shipments_max, counts), units)
    order_of_option = np.repeat(np.arange(len(problems)), counts)
    dearest = np.zeros((len(LEVELS), len(problems)), np.int64)
    for level in range(len(LEVELS)):
        np.maximum.at(dearest[level], order_of_option, steps.opening[level])
    most = dearest * shipments
    most[LEVELS.index(Level.UNSHIPPED_UNITS)] = np.bincount(
        order_of_line, weights=problems.quantity * steps.leaving, minlength=len(problems)
    )
    return most


def packed(problems: OrderProblems, weights: Weights, steps: Steps) -> OrderProblems:
    """The problems with every level in their amounts."""
    of_line = np.repeat(np.arange(len(problems)), np.diff(problems.line_start))
    of_option = np.repeat(np.arange(len(problems)), np.diff(problems.option_start))
    of_cell = np.repeat(np.arange(len(problems)), np.diff(problems.cell_start))
    of_term = np.repeat(np.arange(len(problems)), np.diff(problems.term_start))
    money = weights.money
    unshipped = weights.level[LEVELS.index(Level.UNSHIPPED_UNITS)]
    return replace(
        problems,
        money_weight=money,
        backorder_milli=problems.backorder_milli * money[of_line] + unshipped[of_line] * steps.leaving,
        fixed_milli=problems.fixed_milli * money[of_option]
        + (weights.level[:, of_option] * steps.opening).sum(axis=0),
        parcel_milli=problems.parcel_milli * money[of_option],
        line_milli=problems.line_milli * money[of_cell],
        unit_milli=problems.unit_milli * money[of_cell],
        term_milli=problems.term_milli * money[of_term],
        split_milli=problems.split_milli * money,
    )
