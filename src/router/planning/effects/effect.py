"""The effect of a change of rules: recorded orders decided under both versions, and what that comes to.

Every order is decided on the stock and capacity that its recorded decision saw, so what the change would do to
later orders through the stock it leaves behind is not part of the effect. An order that a wave confined to a node is
decided freely on both sides.

LIMIT: bookings of nodes without a daily limit are recorded only while rules in force read them; rules that begin to
read them see none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from router.domain.identifiers import Digest
from router.domain.plan import Plan
from router.domain.product import Product
from router.planning.effects.changes import Pair, ships_otherwise
from router.planning.effects.comparison import Comparison, compare
from router.planning.effects.said import rules_differing
from router.routing.batch.batch import Batch, read_batch
from router.routing.batch.facts import facts_of
from router.routing.decision import NO_PRICES, Decision, Inputs
from router.routing.network.prepared import PreparedNetwork
from router.routing.plan.plans import plan_of
from router.routing.replay import Recorded, unconfined_request_of
from router.routing.substitutes import solve_round
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import CompiledRules
from router.rules.verdicts import Verdicts

ORDERS_AT_ONCE = 256
LANES_AT_ONCE = 2_000_000
"""Orders x nodes x service levels looked at in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """A recorded decision."""

    decision_id: str
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What came of trying. `solved_before` and `solved_after` count orders that had to be solved for it.

    `touched` are all orders that ship or cost otherwise, as they are; the comparison keeps a few of them, short.
    """

    comparison: Comparison = field(default_factory=Comparison)
    touched: tuple[Pair, ...] = ()
    solved_before: int = 0
    solved_after: int = 0

    def __add__(self, other: "Effect") -> "Effect":
        return Effect(
            comparison=self.comparison + other.comparison,
            touched=self.touched + other.touched,
            solved_before=self.solved_before + other.solved_before,
            solved_after=self.solved_after + other.solved_after,
        )


def try_rules(
    sample: Sequence[Sampled],
    networks: Mapping[Digest, PreparedNetwork],
    base: CompiledRules,
    candidate: CompiledRules,
) -> Iterator[Effect]:
    """Decide `sample` under both packs, some hundred orders at a time; the effects of the parts add up.

    A recorded plan made from `base` is taken as it is. Only orders of which the packs say something else are solved
    again. Raises KeyError when a network that a decision names is missing.
    """
    for group in groups_of(sample, networks):
        yield try_group(group, networks[group[0].decision.inputs.network_digest], base, candidate)


def groups_of(
    sample: Sequence[Sampled], networks: Mapping[Digest, PreparedNetwork]
) -> Iterator[Sequence[Sampled]]:
    """Consecutive decisions that can be looked at together: of one network, one effort and agreeing products."""
    group: list[Sampled] = []
    products: dict[str, Product] = {}
    for one in sample:
        inputs = one.decision.inputs
        if group and not belongs(inputs, group, products, networks):
            yield group
            group, products = [], {}
        group.append(one)
        products.update((product.sku, product) for product in inputs.products)
    if group:
        yield group


def belongs(
    inputs: Inputs,
    group: Sequence[Sampled],
    products: Mapping[str, Product],
    networks: Mapping[Digest, PreparedNetwork],
) -> bool:
    """Whether a decision can be looked at together with those of `group`."""
    first = group[0].decision.inputs
    lanes = max(1, networks[first.network_digest].picks_up.size)
    return (
        len(group) < min(ORDERS_AT_ONCE, max(1, LANES_AT_ONCE // lanes))
        and inputs.network_digest == first.network_digest
        and inputs.effort == first.effort
        and inputs.prices == first.prices == NO_PRICES
        and all(products.get(product.sku, product) == product for product in inputs.products)
    )


def try_group(
    group: Sequence[Sampled], network: PreparedNetwork, base: CompiledRules, candidate: CompiledRules
) -> Effect:
    """The effect on orders that can be looked at together."""
    before = {
        number: one.decision.plan for number, one in enumerate(group) if is_made_from(base, one.decision)
    }
    missing = [number for number in range(len(group)) if number not in before]
    before |= solve(group, missing, network, base)
    why = reasons(group, network, base, candidate)
    differing = [number for number, names in enumerate(why) if names]
    after = before | solve(group, differing, network, candidate)
    pairs = [
        Pair(
            decision_id=one.decision_id,
            order=one.decision.inputs.order,
            at=one.decision.inputs.decision_time,
            before=before[number],
            after=after[number],
            why=why[number],
            place=network.network.find_point(one.decision.inputs.order.destination),
        )
        for number, one in enumerate(group)
    ]
    touched = tuple(pairs[number] for number in differing if is_touched(pairs[number]))
    return Effect(
        comparison=compare(pairs), touched=touched, solved_before=len(missing), solved_after=len(differing)
    )


def is_touched(pair: Pair) -> bool:
    """Whether the order ships or costs otherwise."""
    return pair.before.objective_milli != pair.after.objective_milli or ships_otherwise(
        pair.before, pair.after
    )


def is_made_from(rules: CompiledRules, decision: Decision) -> bool:
    """Whether `rules` alone, with every node free to be chosen, led to the recorded plan."""
    return decision.inputs.rules_digest == rules.digest and not is_confined(decision.inputs)


def reasons(
    group: Sequence[Sampled], network: PreparedNetwork, base: CompiledRules, candidate: CompiledRules
) -> list[tuple[str, ...]]:
    """For each order the rules that say something else of it, by name."""
    names: list[list[str]] = [[] for _ in group]
    if base.digest != candidate.digest:
        # Bookings are looked up only for rules that read them.
        batch = read_batch(*asked(group, network, candidate if candidate.reads_capacity else base))
        found = rules_differing(batch, said_by(base, batch), said_by(candidate, batch))
        for rule in sorted(found):
            for number in found[rule].nonzero()[0].tolist():
                names[number].append(rule)
    return [tuple(rules) for rules in names]


def said_by(rules: CompiledRules, batch: Batch) -> Verdicts:
    """The verdicts of one pack on a batch."""
    facts = facts_of(batch, rules.fact_names, rules.attributes)
    return rules.evaluate(facts, [request.decision_time for request in batch.requests])


def solve(
    group: Sequence[Sampled], numbers: Sequence[int], network: PreparedNetwork, rules: CompiledRules
) -> dict[int, Plan]:
    """The plans of these orders of the group under `rules`, each on the view that was recorded."""
    if not numbers:
        return {}
    effort = group[0].decision.inputs.effort
    solved = solve_round(*asked([group[number] for number in numbers], network, rules), effort)
    return {number: plan_of(one) for number, one in zip(numbers, solved)}


def asked(
    group: Sequence[Sampled], network: PreparedNetwork, rules: CompiledRules
) -> tuple[list[OrderToRoute], World, list[Recorded]]:
    """The orders as they were asked, the world under `rules`, and what each order's decision saw."""
    inputs = [one.decision.inputs for one in group]
    products = {product.sku: product for one in inputs for product in one.products}
    world = World(network=network, products=products, rules=rules, prices=inputs[0].prices)
    requests = [unconfined_request_of(one) for one in inputs]
    return requests, world, [Recorded(one) for one in inputs]


def is_confined(inputs: Inputs) -> bool:
    """Whether a wave chose for the order, which alone might have been decided otherwise."""
    return inputs.only_node is not None or inputs.allotment is not None
