"""What each rule of a pack did to recorded orders: how often it decided, what it charged, and what it cost.

A rule's cost is the objective with it less the objective without it, summed over orders; below zero it saved. It
counts everything that follows from the rule: a ban's detour, a charge that is paid or avoided, units left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

import numpy as np

from router.domain.identifiers import Digest, Instant
from router.domain.plan import Plan
from router.planning.cases.firing import fired_rules
from router.planning.effects.changes import ships_otherwise
from router.planning.effects.effect import Sampled, asked, groups_of, is_made_from, said_by, solve
from router.planning.effects.said import rules_differing
from router.planning.effects.sums import added, sum_up
from router.routing.network.prepared import PreparedNetwork
from router.routing.round.efforts import Efforts
from router.routing.round.round import Asked, Round, pose_round
from router.rules.blocks.dates import EPOCH
from router.rules.ruleset import CompiledRules

Part = TypeVar("Part", bound="RuleCost")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCost:
    """Of some orders. `decided` counts those for which the rule fired, `changed` those that ship otherwise without it.

    `charged_milli` is what it charged in their plans, `cost_milli` the objective with it less that without it;
    `solved` orders were solved without it to know.
    """

    orders: int = 0
    decided: int = 0
    changed: int = 0
    charged_milli: int = 0
    cost_milli: int = 0
    solved: int = 0

    def __add__(self: Part, other: Part) -> Part:
        return added(self, other)


def cost_rules(
    sample: Sequence[Sampled], networks: Mapping[Digest, PreparedNetwork], rules: CompiledRules
) -> Iterator[Mapping[str, RuleCost]]:
    """What every rule did to some hundred orders of `sample` at a time, by name; the parts add up by rule."""
    without = {row.name: rules.without(row.name) for row in rules.describe()}
    for group in groups_of(sample, networks):
        yield cost_in_group(group, networks[group[0].decision.inputs.network_digest], rules, without)


class Period(StrEnum):
    """Days in UTC, ISO weeks, months, or everything at once."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


def label_of(period: Period, at: Instant) -> str:
    """The name of the period that holds the instant: `2026-11-23`, `2026-W48`, `2026-11`, or `all`."""
    day = (EPOCH + timedelta(microseconds=at)).date()
    match period:
        case Period.DAY:
            return day.isoformat()
        case Period.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02d}"
        case Period.MONTH:
            return f"{day:%Y-%m}"
        case _:
            return "all"


def cost_by_period(
    sample: Sequence[Sampled],
    networks: Mapping[Digest, PreparedNetwork],
    rules: CompiledRules,
    period: Period,
) -> dict[str, dict[str, RuleCost]]:
    """What every rule did in each period that has orders, by period and name; periods in the order of time."""
    parts: dict[str, list[Sampled]] = {}
    for one in sample:
        parts.setdefault(label_of(period, one.decision.inputs.decision_time), []).append(one)
    costs: dict[str, dict[str, RuleCost]] = {}
    for label in sorted(parts):
        total = costs.setdefault(label, {})
        for group in cost_rules(parts[label], networks, rules):
            for name, cost in group.items():
                total[name] = total.get(name, RuleCost()) + cost
    return costs


def cost_in_group(
    group: Sequence[Sampled],
    network: PreparedNetwork,
    rules: CompiledRules,
    without: Mapping[str, CompiledRules],
) -> Mapping[str, RuleCost]:
    """What every rule did to orders that can be looked at together. Only orders of which it speaks are solved again."""
    plans = {
        number: one.decision.plan for number, one in enumerate(group) if is_made_from(rules, one.decision)
    }
    plans |= solve(group, [number for number in range(len(group)) if number not in plans], network, rules)
    posed = pose_round(*asked(group, network, rules))
    fired = fired_rules(unsolved(posed, group, network, rules))
    charged = sum_up(
        (one.decision.inputs.order, plans[number]) for number, one in enumerate(group)
    ).rule_milli
    return {
        name: cost_of_rule(group, network, posed, plans, lesser)
        + RuleCost(
            orders=len(group),
            decided=int(np.count_nonzero(fired[name])) if name in fired else 0,
            charged_milli=charged.get(name, 0),
        )
        for name, lesser in without.items()
    }


def unsolved(posed: Asked, group: Sequence[Sampled], network: PreparedNetwork, rules: CompiledRules) -> Round:
    """The round of a group for those who ask what rules say, not what the solver answers."""
    _, world, _ = asked(group, network, rules)
    known = {one.name: getattr(posed, one.name) for one in fields(posed)}
    return Round(
        **known, world=world, efforts=Efforts([one.decision.inputs.effort for one in group]), solutions=()
    )


def cost_of_rule(
    group: Sequence[Sampled],
    network: PreparedNetwork,
    posed: Asked,
    plans: Mapping[int, Plan],
    lesser: CompiledRules,
) -> RuleCost:
    """What follows from the rule that `lesser` lacks."""
    differing = rules_differing(posed.batch, posed.verdicts, said_by(lesser, posed.batch)).values()
    numbers = np.flatnonzero(np.logical_or.reduce(list(differing))).tolist() if differing else []
    freed = solve(group, numbers, network, lesser)
    return RuleCost(
        changed=sum(ships_otherwise(plans[number], plan) for number, plan in freed.items()),
        cost_milli=sum(
            plans[number].objective_milli - plan.objective_milli for number, plan in freed.items()
        ),
        solved=len(freed),
    )
