"""Orders to which substitutes are offered, beside any of the other features; and their best plans by other means.

Every way to replace units is tried: by brute force over all its plans, or by the OR-Tools model where they are too
many. The model does not judge orders of which several bundles want one product: what each may use hangs on the others.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace as changed
from itertools import product
from random import Random

from msgspec.structs import replace

from router.domain.identifiers import Sku
from router.domain.plan import SolutionStatus, Substitution
from router.routing.decision import NO_PRICES, Decision
from router.routing.problem.problems import NOT_HELD
from router.routing.replay import Recorded, request_of
from router.routing.round.efforts import Efforts
from router.routing.round.round import pose_round, solve_as_posed
from router.routing.world import OrderToRoute, World
from router.solver.model import solve_model
from router.solver.problem import Effort
from tests.routing.best_plans import best_by_levels, reached_by
from tests.routing.builders import Shelf, a_world, rules_from
from tests.routing.random_worlds import (
    RULES,
    RULES_ABOUT_STOCK,
    RULES_OF_ALL_KINDS,
    RULES_OF_SUBSTITUTES,
    random_prices,
    random_requests,
    random_shelf,
    random_world,
)

BESIDE = ("kits", "groups", "capacity", "prices", "stock rules", "all rules", "ties", "tiers", "parts")
"""What can be beside substitutes: each alone, and every two together. `parts`: more units, which may be parted."""

PRICES = {"swap/lamps": 70_000, "swap/beans": 20_000, "swap/many": 110_000}


def a_case(seed: int, beside: Collection[str]) -> tuple[list[OrderToRoute], World, Shelf]:
    """Up to four orders with exactly these features beside substitutes."""
    random = Random(seed)
    plain = random_world(random)
    nodes = plain.network.network.nodes
    if "capacity" not in beside:
        nodes = tuple(changed(node, shipments_per_day=None) for node in nodes)
    rules = {"swap": RULES_OF_SUBSTITUTES, "shop": RULES}
    if "stock rules" in beside:
        rules["stock"] = RULES_ABOUT_STOCK
    if {"all rules", "ties", "tiers"} & set(beside):
        tiers = "[late_days]" if "tiers" in beside else "[]"
        ties = "[shipments, distance]" if "ties" in beside else "[]"
        text = RULES_OF_ALL_KINDS.replace("TIERS", tiers).replace("TIES", ties)
        rules["all"] = text if "all rules" in beside else only_the_objective(text)
    prices = random_prices(random, list(nodes)) if "prices" in beside else NO_PRICES
    world = a_world(
        changed(plain.network.network, nodes=nodes),
        tuple(plain.products.values()),
        rules_from(**rules),
        prices,
    )
    quantities = (2, 3, 4) if "parts" in beside else (1, 1, 2)
    requests = [
        replace(one, order=without(one, beside, takes_any=random.random() < 0.8))
        for one in random_requests(random, random.randint(1, 4), quantities)
    ]
    shelf = random_shelf(random, world)
    return requests, world, shelf if "capacity" in beside else Shelf(shelf.stock, {})


def only_the_objective(text: str) -> str:
    head, _, objective = text.partition("holds:")[0], "", text[text.index("objective:") :]
    return head + objective


def without(request: OrderToRoute, beside: Collection[str], *, takes_any: bool):
    """The order without kits and groups, unless they are wanted."""
    lines = tuple(
        replace(
            line,
            kit_id=line.kit_id if "kits" in beside else "",
            together_id=line.together_id if "groups" in beside else "",
        )
        for line in request.order.lines
    )
    return replace(request.order, lines=lines, accepts_substitutes=takes_any)


def differences(decision: Decision, world: World) -> list[str]:
    """Where the decision contradicts the best plan over all ways to replace units; none: it does not."""
    plan, ways = decision.plan, list(every_way(decision, world))
    faults = []
    plans = [best_by_levels(decision, world, way) for way in ways]
    if None not in plans:
        best, reached = min(one for one in plans if one is not None), reached_by(decision)
        if reached < best or (plan.status is SolutionStatus.OPTIMAL and reached != best):
            faults.append(f"it reached {reached}, the best is {best}")
    elif not plan.levels and None not in (answers := [by_model(decision, world, way) for way in ways]):
        answers = [one for one in answers if one is not None]
        if plan.bound_milli > min(cost for cost, _ in answers):
            faults.append(f"its bound is {plan.bound_milli}, the model has a plan for {min(answers)[0]}")
        if min(bound for _, bound in answers) > plan.objective_milli:
            faults.append(f"its plan costs {plan.objective_milli}, below the bound of the model")
    return faults


def by_model(decision: Decision, world: World, way: tuple[Substitution, ...]) -> tuple[int, int] | None:
    """Cost and bound of the OR-Tools model; None: it does not judge."""
    request = replace(request_of(decision.inputs), substitutions=way)
    asked = pose_round([request], world, [Recorded(decision.inputs)])
    if 0 in asked.batch.sharing:
        return None
    solution = solve_model(asked.problems[0], hint=None, effort=Effort())
    return solution.objective_milli, solution.bound_milli


def every_way(decision: Decision, world: World) -> Iterator[tuple[Substitution, ...]]:
    """Every way to replace units of the order, by what the three rules say in words."""
    inputs = decision.inputs
    order = inputs.order
    open_nodes = {node.id for node in world.network.nodes if node.is_open}
    there = {
        sku: sum(units for node_id, units in held.items() if node_id in open_nodes)
        for sku, held in inputs.stock.items()
    }
    solved = solve_as_posed(
        [OrderToRoute(order=order, decision_time=inputs.decision_time)],
        world,
        [Recorded(inputs)],
        Efforts([inputs.effort]),
    )[0]
    if solved.round.posed.held[0] != NOT_HELD:
        yield ()
        return
    ways = []
    in_kit = [line.sku for line in solved.batch.lines if line.in_kit]
    for number in solved.lines:
        line = solved.batch.lines[number]
        offers: dict[str, str] = {}
        if order.accepts_substitutes and line.sku == "CLOCK" and order.tier != "SILVER":
            offers |= {"LAMP": "swap/lamps", "ELIXIR": "swap/lamps"}
        here = solved.round.posed.units[number, : solved.batch.plain_count]
        if line.sku == "BEANS" and here.sum() < line.quantity:
            offers.setdefault("CLOCK", "swap/beans")
        if order.accepts_substitutes and line.quantity > 1 and line.sku != "BEANS":
            offers.setdefault("BEANS", "swap/many")
        if line.in_kit:
            offers = {sku: rule for sku, rule in offers.items() if sku not in in_kit}
            in_kit += offers
        own = int(solved.batch.bundles.bundle_of_line()[number])
        may_part = bool(solved.problem.divisible[own]) and not line.in_kit
        counts = [range(min(line.quantity, there.get(Sku(sku), 0)) + 1) for sku in offers]
        of_line = []
        for units in product(*counts):
            if sum(units) <= line.quantity and (may_part or set(units) <= {0, line.quantity}):
                of_line.append(spread(line.parts, dict(zip(offers.items(), units))))
        ways.append(of_line)
    for chosen in product(*ways):
        yield tuple(one for of_line in chosen for one in of_line)


def spread(parts, units) -> list[Substitution]:
    """Units of the client's lines, the last line first, for one product after another."""
    singles = [part.id for part in reversed(parts) for _ in range(part.quantity)]
    found = []
    for (sku, rule), count in units.items():
        mine, singles = singles[:count], singles[count:]
        for line_id in dict.fromkeys(mine):
            found.append(
                Substitution(
                    line_id=line_id,
                    sku=Sku(sku),
                    quantity=mine.count(line_id),
                    rule=rule,
                    unit_milli=PRICES[rule],
                )
            )
    return found
