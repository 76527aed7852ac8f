"""A wave's plans between money and other measures: the best at many exchange rates, and what that proves of all plans.

At rates r >= 0 the joint search minimizes cost + sum of r * measure (`measures.py`), and proves that no plan is below
its bound B(r). Hence a plan that is no worse than P at every measure costs at least B(r) - r * measures(P), for every r
that was tried: the largest of these is the proven least cost at P (Lagrangian duality: Geoffrion 1974). Rates are
chosen where two neighbors leave most room between them and their bound (Cohon, Church and Sheer 1979).

What is left out needs no days and no kilometres. So the units left out are a measure of their own, whose rate is such
that leaving a unit out never pays by what it spares at the others; its price in money is in the cost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.joint import solve_joint
from router.solver.wave.measures import PER_MILLION, Measure, Plans, Point, locate, weighted
from router.solver.wave.patience import until
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT, JointProblem, WaveEffort

SCAN_EFFORT = replace(DEFAULT_WAVE_EFFORT, cut_rounds=2, ruin_steps=4, block_rounds=1)
"""For one pair of rates of many."""

TOP = 4
"""At a measure's highest rate its worth in the cheapest plan is so many times the cost of that plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One search: its rates (millionths of a thousandth of a minor unit), that of units left out, and its bound."""

    rates: tuple[int, ...]
    unshipped_rate: int
    bound_milli: int

    def worth(self, point: Point) -> int:
        """Cost and measures of a plan at these rates, in millionths of a thousandth."""
        given = sum(rate * of for rate, of in zip(self.rates, point.measured, strict=True))
        return PER_MILLION * point.cost_milli + given + self.unshipped_rate * point.unshipped_units

    def proves(self, measured: Sequence[int], unshipped_units: int) -> int:
        """What a plan costs at least that is no worse than this."""
        given = sum(rate * of for rate, of in zip(self.rates, measured, strict=True))
        return self.bound_milli - (given + self.unshipped_rate * unshipped_units) // PER_MILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The points that no other met beats, by rising cost; every search made; the prices of the rows at cost alone.

    `known` are the plans that were given, whether or not another beats them.
    """

    points: tuple[Point, ...]
    known: tuple[Point, ...]
    tries: tuple[Try, ...]
    row_price_milli: Ints


class Scan:
    """The state of a scan: plans met, and what was proven."""

    def __init__(
        self,
        problem: JointProblem,
        measures: Sequence[Measure],
        units: Ints,
        effort: WaveEffort,
        keep_going: Callable[[], bool],
    ) -> None:
        self.problem, self.measures, self.units = problem, measures, units
        self.effort, self.keep_going = effort, keep_going
        self.met: list[Point] = []
        self.tries: list[Try] = []
        self.row_price_milli: Ints = np.zeros(len(problem.limit), np.int64)

    def search(self, rates: tuple[int, ...]) -> Point:
        """The best plan at these rates, of all that were met."""
        unshipped_rate = sum(rate * one.worst for rate, one in zip(rates, self.measures, strict=True))
        problem = weighted(self.problem, self.measures, rates, unshipped_rate, self.units)
        found = solve_joint(problem, self.effort, time_used=until(self.keep_going))
        if not self.tries:
            self.row_price_milli = found.price_milli
        made = Try(rates=rates, unshipped_rate=unshipped_rate, bound_milli=found.bound_milli)
        self.tries.append(made)
        self.meet(found.plans)
        return min(self.met, key=lambda point: (made.worth(point), point.place))

    def meet(self, plans: Plans) -> None:
        self.met.append(locate(self.problem.orders, self.measures, self.units, plans))

    def points(self) -> tuple[Point, ...]:
        """Those that no other beats, with what all searches prove of them."""
        known = {point.place: point for point in reversed(self.met)}.values()
        left = sorted(
            (one for one in known if not any(other.dominates(one) for other in known)),
            key=lambda one: one.place,
        )
        return tuple(replace(one, bound_milli=self.bound_of(one)) for one in left)

    def bound_of(self, point: Point) -> int:
        proven = max(made.proves(point.measured, point.unshipped_units) for made in self.tries)
        return min(proven, point.cost_milli)


def find_front(
    problem: JointProblem,
    measures: Sequence[Measure],
    units: Ints,
    *,
    known: Sequence[Plans] = (),
    tries_max: int = 16,
    effort: WaveEffort = SCAN_EFFORT,
    keep_going: Callable[[], bool] = lambda: True,
) -> Front:
    """Search at up to `tries_max` rates, at least at cost alone; `units` says how many units one of each line is.

    `known` plans are met too. Deterministic unless `keep_going` ends it.
    """
    scan = Scan(problem, measures, units, effort, keep_going)
    for plans in known:
        scan.meet(plans)
    cheapest = scan.search((0,) * len(measures))
    gaps: list[Gap] = []
    for number, rates in enumerate(top_rates(cheapest)):
        if any(rates) and len(scan.tries) < tries_max and keep_going():
            best = scan.search(rates)
            gaps.append(Gap(number, cheapest, best, scan.tries[0], scan.tries[-1]))
    while len(scan.tries) < tries_max and keep_going():
        gaps = [gap for gap in gaps if gap.is_open]
        if not gaps:
            break
        gap = max(gaps, key=lambda one: one.room)
        gaps.remove(gap)
        found = scan.search(gap.rates)
        gaps.append(Gap(gap.number, gap.cheap, found, gap.low, scan.tries[-1]))
        gaps.append(Gap(gap.number, found, gap.good, scan.tries[-1], gap.high))
    return Front(
        points=scan.points(),
        known=tuple(replace(one, bound_milli=scan.bound_of(one)) for one in scan.met[: len(known)]),
        tries=tuple(scan.tries),
        row_price_milli=scan.row_price_milli,
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """Two neighbors on the way from cost to one measure, and the searches that found them."""

    number: int
    cheap: Point
    good: Point
    low: Try
    high: Try

    @property
    def rate(self) -> int:
        """At which both are equally good; 0 where one is no worse in both."""
        dearer = self.good.cost_milli - self.cheap.cost_milli
        spared = self.cheap.measured[self.number] - self.good.measured[self.number]
        return rounded(dearer * PER_MILLION // spared) if dearer > 0 and spared > 0 else 0

    @property
    def rates(self) -> tuple[int, ...]:
        return alone(self.number, self.rate, len(self.low.rates))

    @property
    def is_open(self) -> bool:
        """Whether another plan can lie between them."""
        between = self.low.rates[self.number] < self.rate < self.high.rates[self.number]
        return between and self.room > 0

    @property
    def room(self) -> int:
        """How much better than both a plan could be at that rate, for all that the two searches prove."""
        left_out = max(self.cheap.unshipped_units, self.good.unshipped_units)
        low, high = self.low.rates[self.number], self.high.rates[self.number]
        cheap, good = (
            one.bound_milli - one.unshipped_rate * left_out // PER_MILLION for one in (self.low, self.high)
        )
        measured = max(0, (good - cheap) * PER_MILLION // (high - low))
        least = cheap + (self.rate - low) * measured // PER_MILLION
        return self.cheap.cost_milli + self.rate * self.cheap.measured[self.number] // PER_MILLION - least


def top_rates(cheapest: Point) -> list[tuple[int, ...]]:
    """The highest rate of each measure alone; none where there is nothing to make less of."""
    cost, count = max(1, abs(cheapest.cost_milli)), len(cheapest.measured)
    return [
        alone(number, rounded(TOP * cost * PER_MILLION // of) if of > 0 else 0, count)
        for number, of in enumerate(cheapest.measured)
    ]


def rounded(rate: int) -> int:
    """A high rate in whole thousandths, so that no amount by unit has to be rounded and proofs lose nothing."""
    return rate // PER_MILLION * PER_MILLION if rate >= 100 * PER_MILLION else rate


def alone(number: int, rate: int, count: int) -> tuple[int, ...]:
    return tuple(rate if one == number else 0 for one in range(count))
