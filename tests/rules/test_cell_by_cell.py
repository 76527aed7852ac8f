"""Random packs of all blocks over random batches: the verdicts say what the judge says of every cell and shipment."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from router.rules.blocks.effects import Block
from router.rules.evaluation.evaluation import with_calendar
from router.rules.expressions.scalar import Cell
from router.rules.ruleset import CompiledRules
from router.rules.verdicts import ANY_SHIPMENT, METRIC_MAX, Box, Verdicts
from router.rules.vocabulary import FACTS, Column, Facts
from tests.proving import seeds
from tests.rules.builders import a_rule_file, compiled, some_facts
from tests.rules.cell_by_cell import Judge
from tests.rules.expressions import CELLS, LINES, NODES, ORDERS, SERVICES

OF_ORDERS = (
    "order.tier == 'GOLD'", "order.total > usd(50)", "order.has_promise", "time.hour >= 12", "dest.country == 'US'",
    'lines.exists(line, line.hazmat == "LITHIUM")', "lines.sum(line, line.quantity) > 4",
    "default(order.promise_days, days(9)) < days(3)", "default(order.attr.gift, false)",
)  # fmt: skip
OF_LINES = ("line.category == 'toys'", "line.sku in ['A', 'B']", "line.quantity > 1", 'line.hazmat == ""')
OF_NODES = ("node.kind == 'STORE'", "node.id == 'n1'", "pair.distance <= km(100)", "pair.same_region")
OF_SERVICES = ("service.mode == 'AIR'", "lane.late_days > days(0)")
OF_STOCK = ("stock.available > 3",)
OF_SHIPMENTS = (
    "shipment.weight > kg(2)", "shipment.weight <= kg(5)", "shipment.has_hazmat", "!shipment.has_hazmat",
    "shipment.value >= usd(20.005)", "shipment.unit_count == 3",
)  # fmt: skip
DATES = ("", "", "", ', effective: {from: "2026-01-01"}', ', effective: {to: "2026-01-01"}')
LEVELS = ("", ", ties: [shipments]", ", tiers: [late_days]")
ANYWHERE = (OF_ORDERS, OF_LINES, OF_NODES, OF_SERVICES, OF_STOCK)
AT_NODES = (OF_ORDERS, OF_LINES, OF_NODES, OF_STOCK)
IN_BOXES = (OF_ORDERS, OF_NODES, OF_SHIPMENTS)
NO_COLD, NO_AIR = "ban: service.mode == 'COLD'", "ban: service.mode == 'AIR'"
SOFT = 'ban: node.is_open, soften: {cost: usd(2), per: late_day, effective: {from: "2026-06-01"}}'
NEAR = "weight: 3, value: 1.0 - pair.distance / km(200)"
DEEP = "weight: 1.5, value: float(stock.available) / 4.0"
METRICS_OF_SHIPMENTS = (
    (0, 0, 0, 1, 1, 0, 0, 0), (2_000, 0, 2_000, 3, 1, 0, 0, 0), (2_001, 9, 2_001, 3, 2, 1, 1, 0),
    (5_000, 9, 2_000, 4, 2, 0, 0, 2), (5_001, 9, 9_999, 1, 1, 1, 9, 1),
)  # fmt: skip


class Pack:
    """The text of random rule files; their carriers all ask for lines or all for shipments."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.carriers = IN_BOXES if random.random() < 0.5 else (OF_ORDERS, OF_LINES, OF_NODES)
        self.count = 0

    def file(self, number: int) -> bytes:
        body = (
            "attributes: {order.attr.gift: bool}\n"
            f"objective: {{point_value: usd(0.5){self.random.choice(LEVELS)}}}\n"
            f"holds:\n{self.rules((OF_ORDERS,), '', need=True)}"
            f"filters:\n{self.rules((OF_ORDERS, OF_NODES), 'keep: node.is_open', 'keep: order.line_count > 1')}"
            f"constraints:\n{self.rules(ANYWHERE, 'ban: node.is_open', NO_COLD)}"
            f"{self.rules(IN_BOXES, NO_AIR, SOFT)}"
            f"together:\n{self.rules((OF_ORDERS, OF_LINES), '')}"
            f"safety_stock:\n{self.rules(AT_NODES, 'keep: 2', 'keep: order.line_count', 'keep: 1 - 3')}"
            f"stock_caps:\n{self.rules(AT_NODES, 'share: 0.33', 'units: 2', 'units: order.line_count - 2')}"
            f"scores:\n{self.rules(ANYWHERE, NEAR, DEEP)}"
            f"costs:\n{self.rules(ANYWHERE, 'per: unit, amount: usd(1)', 'per: line, amount: order.total * 0.1')}"
            f"{self.rules(IN_BOXES, 'per: shipment, amount: usd(3)', 'per: late_day, amount: usd(-1)')}"
            f"carriers:\n{self.rules(self.carriers, 'use: [A/A]', 'use: [A/A, B/B]', 'use: [X/X]', need=True)}"
            "  - {id: default, use: [B/B, C/C]}\n"
            f"splits:\n{self.rules((OF_ORDERS,), 'max_shipments: 2', 'complete: true', need=True)}"
            "  - {id: default}\n"
            f"backorder:\n{self.rules((OF_ORDERS, OF_LINES), 'do: CANCEL', 'do: HOLD, max_days: 3', need=True)}"
            "  - {id: default, do: HOLD}\n"
        )
        applies = quoted(self.random.choice((*OF_ORDERS[:-1], "true")))
        return a_rule_file(body, id=f"set{number}", priority=number, applies=applies)

    def rules(self, pools: Sequence[tuple[str, ...]], *effects: str, need: bool = False) -> str:
        """One to four rules, each of up to two conditions (`need`: at least one) and one of the effects."""
        count = self.random.randint(1, 4)
        return "".join(self.rule(pools, self.random.choice(effects), need=need) for _ in range(count))

    def rule(self, pools: Sequence[tuple[str, ...]], effect: str, *, need: bool) -> str:
        self.count += 1
        pool = [part for parts in pools for part in parts]
        parts = self.random.sample(pool, self.random.randint(1 if need else 0, 2))
        sign = "&&" if any("shipment" in part for part in parts) else self.random.choice(("&&", "||"))
        when = [f"when: {quoted(f' {sign} '.join(parts))}"] if parts else []
        keys = [f"id: r{self.count}", "because: why", *when, *([effect] if effect else [])]
        return f"  - {{{', '.join(keys)}{self.random.choice(DATES)}}}\n"


def quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def some_batch(random: Random) -> tuple[Facts, tuple[int, ...]]:
    def words(count: int, *choices: str) -> list[str]:
        return [random.choice(choices) for _ in range(count)]

    def numbers(*shape: int, choices: tuple[int, ...]) -> object:
        return np.array([random.choice(choices) for _ in range(int(np.prod(shape)))]).reshape(shape).tolist()

    columns = {
        "order.tier": words(ORDERS, "GOLD", ""), "order.total": numbers(ORDERS, choices=(1_000, 5_000_001)),
        "order.has_promise": [random.random() < 0.5 for _ in range(ORDERS)],
        "order.promise_days": [random.choice((None, 2, 5)) for _ in range(ORDERS)],
        "order.attr.gift": [random.choice((None, True, False)) for _ in range(ORDERS - 1)] + [True],
        "order.line_count": numbers(ORDERS, choices=(1, 2, 3)), "dest.country": words(ORDERS, "US", "CA"),
        "line.hazmat": words(LINES, "", "LITHIUM"), "line.quantity": numbers(LINES, choices=(1, 2, 3)),
        "line.category": words(LINES, "toys", "food"), "line.sku": words(LINES, "A", "B", "C"),
        "node.kind": words(NODES, "STORE", "WAREHOUSE"), "node.id": ["n0", "n1", "n2"],
        "node.is_open": [random.random() < 0.5 for _ in range(NODES)],
        "pair.distance": numbers(ORDERS, NODES, choices=(0, 100, 101)),
        "pair.same_region": np.array(numbers(ORDERS, NODES, choices=(0, 1)), bool).tolist(),
        "service.id": ["A/A", "C/C"], "service.mode": ["AIR", "COLD"],
        "lane.late_days": numbers(ORDERS, NODES, SERVICES, choices=(0, 1)),
        "stock.available": numbers(LINES, NODES, choices=(0, 1, 4, 10)),
    }  # fmt: skip
    owners = sorted([*range(ORDERS), *(random.randrange(ORDERS) for _ in range(LINES - ORDERS))])
    facts = some_facts(line_order=owners, orders=ORDERS, nodes=NODES, services=SERVICES, columns=columns)
    # Half a year before and after the dates of the rules, at any hour.
    return facts, tuple(
        1_767_200_000_000_000 + random.randrange(-(10**13), 2 * 10**13) for _ in range(ORDERS)
    )


def inside(box: Box, metrics: tuple[int, ...]) -> bool:
    return all(low <= value <= high for low, value, high in zip(box.low, metrics, box.high, strict=True))


def at(array: np.ndarray, of_lines: bool, facts: Facts, cell) -> object:
    """One value of a verdict's array [O|L, N|1, S|1]."""
    first = cell.line if of_lines else facts.line_order[cell.line]
    return array[first, min(cell.node, array.shape[1] - 1), min(cell.service, array.shape[2] - 1)].item()


def a_pack(random: Random) -> CompiledRules:
    pack = Pack(random)
    return compiled(*(pack.file(number) for number in (3, 1, 2)))


def judged(seed: int) -> tuple[Random, Facts, Verdicts, Judge]:
    random = Random(seed)
    rules = a_pack(random)
    facts, instants = some_batch(random)
    judge = Judge(rules=rules, facts=with_calendar(facts, instants, rules.zones), at=instants)
    return random, facts, rules.evaluate(facts, instants), judge


@pytest.mark.parametrize("seed", seeds(0, 6))
def test_removals_and_charges_are_those_of_every_cell_and_shipment(seed):
    _, facts, verdicts, judge = judged(seed)
    for cell in CELLS:
        for metrics in METRICS_OF_SHIPMENTS:
            removed = [
                one.rule.name
                for one in verdicts.removals
                if at(one.mask, one.of_lines, facts, cell) and inside(one.box, metrics)
            ]
            assert sorted(removed) == sorted(judge.removed_by(cell, metrics)), (
                f"seed {seed}: {cell} {metrics}"
            )
            charged = {
                one.rule.name: at(one.amount_milli, one.of_lines, facts, cell)
                for one in verdicts.charges
                if at(one.amount_milli, one.of_lines, facts, cell) and inside(one.box, metrics)
            }
            assert charged == judge.charged_by(cell, metrics), f"seed {seed}: {cell} {metrics}"
    assert all(one.mask.any() for one in verdicts.removals), f"seed {seed}"


@pytest.mark.parametrize("seed", seeds(1_000, 6))
def test_limits_policies_holds_and_groups_are_those_of_every_line_and_node(seed):
    _, facts, verdicts, judge = judged(seed)
    for cell in CELLS:
        order = int(facts.line_order[cell.line])
        limits = {one.rule.name: one.units_max[cell.line, cell.node].item() for one in verdicts.stock_limits}
        limits = {name: units for name, units in limits.items() if units != METRIC_MAX}
        assert limits == judge.limited_by(cell), f"seed {seed}: {cell}"
        held = {one.rule.name for one in verdicts.holds if one.mask[order]}
        assert held == judge.named_in(Block.HOLDS, cell), f"seed {seed}: {cell}"
        grouped = {one.rule.name for one in verdicts.together if one.mask[cell.line]}
        assert grouped == judge.named_in(Block.TOGETHER, cell), f"seed {seed}: {cell}"
        split = verdicts.split_policies[verdicts.split[order]].rule.name
        assert split == judge.first_in(Block.SPLITS, cell), f"seed {seed}: {cell}"
        backorder = verdicts.backorder_policies[verdicts.backorder[cell.line]].rule.name
        assert backorder == judge.first_in(Block.BACKORDER, cell), f"seed {seed}: {cell}"
        number = 0 if verdicts.objective is None else int(verdicts.objective[order])
        policies = verdicts.objective_policies or (None,)
        objective = "built-in/objective" if policies[number] is None else policies[number].rule.name
        assert objective == judge.objective(cell), f"seed {seed}: {cell}"


def of_order(facts: Facts, order: int) -> tuple[Facts, list[int]]:
    """The facts of a batch of this order alone, and the numbers that its lines had."""
    lines = np.flatnonzero(facts.line_order == order).tolist()
    own = {"O": [order], "L": lines}
    columns = {}
    for name, column in facts.columns.items():
        rows = own.get(FACTS[name].scope.axes[0] if name in FACTS else "O", slice(None))
        present = None if column.present is None else column.present[rows]
        columns[name] = Column(column.values[rows], column.dictionary, present)
    alone = Facts(
        order_count=1, node_count=NODES, service_count=SERVICES, line_order=np.zeros(len(lines), np.int64),
        columns=columns,
    )  # fmt: skip
    return alone, lines


def told(verdicts: Verdicts, facts: Facts, cell: Cell) -> object:
    """All that the rules say of a cell."""
    order = facts.line_order[cell.line]
    return (
        [(one.rule, one.box) for one in verdicts.removals if at(one.mask, one.of_lines, facts, cell)],
        [
            (one.rule, one.box, one.per, amount)
            for one in verdicts.charges
            if (amount := at(one.amount_milli, one.of_lines, facts, cell))
        ],
        [
            (one.rule, units)
            for one in verdicts.stock_limits
            if (units := one.units_max[cell.line, cell.node]) != METRIC_MAX
        ],
        [one.rule for one in verdicts.holds if one.mask[order]],
        [one.rule for one in verdicts.together if one.mask[cell.line]],
        verdicts.split_policies[verdicts.split[order]],
        verdicts.backorder_policies[verdicts.backorder[cell.line]],
    )


@pytest.mark.parametrize("seed", seeds(3_000, 6))
def test_an_order_alone_is_told_what_it_is_told_among_others(seed):
    _, facts, verdicts, judge = judged(seed)
    for order in range(ORDERS):
        alone, lines = of_order(facts, order)
        own = judge.rules.evaluate(alone, judge.at[order : order + 1])
        for number, line in enumerate(lines):
            for cell in (one for one in CELLS if one.line == line):
                here = replace(cell, line=number)
                assert told(own, alone, here) == told(verdicts, facts, cell), f"seed {seed}: {cell}"


def test_the_random_packs_reach_every_kind_of_effect():
    found = [judged(seed)[2] for seed in range(12)]

    removals = [one for verdicts in found for one in verdicts.removals]
    charges = [one for verdicts in found for one in verdicts.charges]
    assert sum(one.box != ANY_SHIPMENT for one in removals) > 10
    assert sum(one.box != ANY_SHIPMENT for one in charges) > 5
    assert sum(one.softened for one in charges) > 3
    for kind in ("removals", "charges", "holds", "together", "stock_limits"):
        assert sum(len(getattr(verdicts, kind)) for verdicts in found) > 20, kind
    assert sum(verdicts.objective is not None for verdicts in found) > 5


@pytest.mark.parametrize("seed", seeds(2_000, 3))
def test_a_rule_is_silent_exactly_where_it_has_no_effect(seed):
    random, facts, _, judge = judged(seed)
    at_hand = random.sample(CELLS, 3)
    names = [row.name for row in judge.rules.describe()]
    for cell in at_hand:
        metrics = random.choice(METRICS_OF_SHIPMENTS)
        effective = (
            judge.removed_by(cell, metrics) | judge.charged_by(cell, metrics).keys() | judge.limited_by(cell).keys()
            | judge.named_in(Block.HOLDS, cell) | judge.named_in(Block.TOGETHER, cell)
            | {judge.first_in(Block.SPLITS, cell), judge.first_in(Block.BACKORDER, cell)}
        )  # fmt: skip
        first = next(judge.holding(Block.CARRIERS, cell, metrics), None)
        effective |= {first.ref.name} if first is not None else set()
        for name in names:
            silence = judge.rules.explain(name, facts, cell, judge.at, metrics)
            assert (silence is None) == (name in effective), f"seed {seed}: {name} {cell} {silence}"
