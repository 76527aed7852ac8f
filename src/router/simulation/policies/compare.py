"""Myopic, look-ahead and clairvoyant on one stream: what each pays, without the prices that only steer.

Myopic decides each order as it comes. Look-ahead does the same at prices that are made anew after so many hours, from
the orders that came before and nothing else. Clairvoyant is no policy but a bound: a linear program that knows all
orders and has all stock from the beginning; nobody can cost less.

LIMIT: the bound takes rules as they speak with all stock there, and no substitutes; rules that read stock may make it
too high.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from router.domain.identifiers import Instant
from router.domain.order import Order
from router.domain.plan import CostKind
from router.routing.decision import NO_PRICES, Decision, Prices
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.later import as_if_short
from router.routing.look_ahead.price import price_ahead
from router.routing.look_ahead.season import Season, sell_near
from router.routing.look_ahead.seasonal import expect
from router.routing.look_ahead.sell_through import sell_through
from router.routing.round.round import pose_round
from router.routing.route import route
from router.routing.wave.joint_problem import find_joint_orders, pose_jointly
from router.routing.world import OrderToRoute, World
from router.simulation.policies.stream import Shelf, Stream
from router.solver.problem import DEFAULT_EFFORT, Effort
from router.solver.solve import solve_each
from router.solver.wave.problem import NO_ROW

HOUR = 3_600_000_000
STEERING = (CostKind.STOCK_PRICE, CostKind.CAPACITY_PRICE)

Forecaster = Callable[[Sequence[Order], Instant, int], Forecast]
"""Orders so far, the instant that counts as now, days to look ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What one policy came to. Costs are thousandths of a minor unit, one for each order of the stream."""

    name: str
    costs_milli: tuple[int, ...]
    shipments: int
    split_orders: int
    unshipped_units: int
    refreshes: int

    @property
    def cost_milli(self) -> int:
        return sum(self.costs_milli)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both policies, and the bound of what anybody pays."""

    myopic: Course
    look_ahead: Course
    clairvoyant_milli: int

    @property
    def gap_closed_percent(self) -> float | None:
        """How much of the way from myopic to the bound looking ahead goes; None where there is no way to go."""
        gap = self.myopic.cost_milli - self.clairvoyant_milli
        return 100 * (self.myopic.cost_milli - self.look_ahead.cost_milli) / gap if gap > 0 else None


def compare(
    stream: Stream,
    world: World,
    *,
    days: int,
    refresh_hours: int,
    forecaster: Forecaster = expect,
    sells_percent: int | None = None,
    is_laid_in_near: bool = False,
    effort: Effort = DEFAULT_EFFORT,
    advance: Callable[[], object] = lambda: None,
) -> Comparison:
    """Run the stream under each policy; `advance` is called after every order of each. Deterministic."""
    return Comparison(
        myopic=run_policy(stream, world, "myopic", effort=effort, advance=advance),
        look_ahead=run_policy(
            stream,
            world,
            "look-ahead",
            days=days,
            refresh_hours=refresh_hours,
            forecaster=forecaster,
            sells_percent=sells_percent,
            is_laid_in_near=is_laid_in_near,
            effort=effort,
            advance=advance,
        ),
        clairvoyant_milli=bound_of(stream, world, effort),
    )


def run_policy(
    stream: Stream,
    world: World,
    name: str,
    *,
    days: int = 0,
    refresh_hours: int = 0,
    forecaster: Forecaster = expect,
    sells_percent: int | None = None,
    is_laid_in_near: bool = False,
    effort: Effort = DEFAULT_EFFORT,
    advance: Callable[[], object] = lambda: None,
) -> Course:
    """One after another; looks ahead so many `days`, if any, with prices that are never older than `refresh_hours`.

    `sells_percent`: what is expected of a product is so much of what is there (`look_ahead/sell_through.py`).
    `is_laid_in_near`: the same by the nodes at which stock came, since the first order (`look_ahead/season.py`).
    """
    shelf, laid_in, prices, priced_at, refreshes = Shelf(), Shelf(), NO_PRICES, None, 0
    past: list[Order] = []
    decisions: list[Decision] = []
    for step in stream.steps:
        shelf.change(step.changes)
        laid_in.change(step.changes)
        now = step.request.decision_time
        if days and (priced_at is None or now - priced_at >= refresh_hours * HOUR):
            forecast = forecaster(past, now, days)
            if sells_percent is not None and is_laid_in_near:
                season = Season(laid_in=laid_in.stock, orders=past)
                forecast = sell_near(forecast, season, sells_percent, world.network)
            elif sells_percent is not None:
                forecast = sell_through(forecast, shelf, sells_percent)
            prices = prices_now(forecast, world, shelf, step.request)
            priced_at, refreshes = now, refreshes + 1
        (decision,) = route([step.request], replace(world, prices=prices), shelf, shelf, effort)
        shelf.take(decision)
        past.append(step.request.order)
        decisions.append(decision)
        advance()
    return Course(
        name=name,
        costs_milli=tuple(map(paid, decisions)),
        shipments=sum(len(one.plan.shipments) for one in decisions),
        split_orders=sum(len(one.plan.shipments) > 1 for one in decisions),
        unshipped_units=sum(left.quantity for one in decisions for left in one.plan.unshipped),
        refreshes=refreshes,
    )


def prices_now(forecast: Forecast, world: World, shelf: Shelf, request: OrderToRoute) -> Prices:
    return price_ahead(forecast, world, shelf, shelf, request.decision_time)


def paid(decision: Decision) -> int:
    """The plan's cost without prices of stock and capacity: those steer, and nobody is billed them."""
    return sum(part.amount_milli for part in decision.plan.costs if part.kind not in STEERING)


def bound_of(
    stream: Stream, world: World, effort: Effort = DEFAULT_EFFORT, *, searches_hard: bool = True
) -> int:
    """No policy pays less for the stream. Stock alone ties orders together in it; capacity and waiting do not.

    Without searching hard less is proven where orders are long and their lines may be divided.
    """
    # OR-Tools takes a second to import: only where it is asked for.
    from router.solver.wave.look_ahead import Expectation

    plenty = Shelf()
    plenty.change(stream.all_stock())
    requests = [step.request for step in stream.steps]
    if not requests:
        return 0
    plain = replace(world, prices=NO_PRICES)
    asked = pose_round(requests, plain, [plenty] * len(requests), with_levels=False, gathers=False)
    asked = as_if_short(asked)
    inside = find_joint_orders(asked)
    outside = sorted(set(range(len(requests))) - set(inside.tolist()))
    total = 0
    if outside:
        # Of money alone: tiers and ties are no cost, and a plan that is worse at them may be cheaper.
        alone = as_if_short(
            pose_round(
                [requests[number] for number in outside], plain, [plenty] * len(outside), with_levels=False
            )
        )
        total = sum(one.bound_milli for one in solve_each(alone.problems, lambda _: effort))
    if len(inside):
        problem = pose_jointly(asked, inside).problem
        problem = replace(problem, slot_row=np.full_like(problem.slot_row, NO_ROW))
        expectation, once = Expectation(problem), np.ones(len(inside))
        if searches_hard:
            total += expectation.bound_milli(once, problem.limit)
        else:
            total += expectation.prices(once, problem.limit).bound_milli
    return total
