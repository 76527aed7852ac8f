"""Which rules fired for which orders of a round.

A rule fires for an order when it takes away, prices or limits something that the order could otherwise have used: a
way to travel (a line, a node that holds it, a service that goes there and takes it), units of stock, the freedom to
ship or to part. A rule of a first-match block fires where it is the one chosen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from router.domain.identifiers import NodeId
from router.domain.plan import METRICS, ShipmentMetric
from router.routing.batch.batch import Batch
from router.routing.batch.facts import facts_of
from router.routing.problem.options import fits
from router.routing.round.round import Round
from router.rules.verdicts import (
    ANY_SHIPMENT,
    Box,
    Charge,
    Per,
    Removal,
    RuleRef,
    StockLimit,
    SubstituteOffer,
    Together,
    Verdicts,
)
from router.solver.problem import Bools, Ints
from router.solver.tables import NO_ROW

AMBIENT = "AMBIENT"


@dataclass(frozen=True, slots=True)
class Ways:
    """How orders [O, N, S] and lines [L, N, S] could travel if there were no rules."""

    batch: Batch
    orders: Bools
    lines: Bools


def ways_of(batch: Batch) -> Ways:
    """All ways: the node holds some of the line and works, the service goes there, and takes such goods."""
    row = batch.row[batch.line_order]
    line = np.arange(len(batch.lines))[:, None]
    lines: Bools = fits(batch, line, row) & (row != NO_ROW) & (batch.available > 0)[:, :, None]
    return Ways(batch, np.logical_or.reduceat(lines, batch.line_start[:-1], axis=0), lines)


def fired_rules(round: Round) -> Mapping[str, Bools]:
    """For each rule that fired for any order of the round: for which [O]."""
    ways, verdicts = ways_of(round.batch), round.verdicts
    fired: dict[str, Bools] = {}
    for name, rows in (
        *effects(ways, verdicts), *policies(round.batch, verdicts), *carriers_chosen(round, ways),
    ):  # fmt: skip
        if rows.any():
            fired[name] = fired[name] | rows if name in fired else rows
    return fired


def effects(ways: Ways, verdicts: Verdicts) -> Iterator[tuple[str, Bools]]:
    """What takes away, prices or limits, with the orders [O] of which it does."""
    batch = ways.batch
    for removal in verdicts.removals:
        yield removal.rule.name, removed(ways, removal)
    for charge in verdicts.charges:
        yield charge.rule.name, charged(ways, charge)
    for hold in verdicts.holds:
        yield hold.rule.name, hold.mask
    for trusted in verdicts.on_account:
        yield trusted.rule.name, trusted.mask
    for together in verdicts.together:
        yield together.rule.name, parted(batch, together)
    for offer in verdicts.substitutes:
        yield offer.rule.name, offered(batch, offer)
    for limit in verdicts.stock_limits:
        yield limit.rule.name, by_order(batch, np.any(limited(ways, limit), axis=1))


def policies(batch: Batch, verdicts: Verdicts) -> Iterator[tuple[str, Bools]]:
    """The policies chosen, with the orders [O] that have them."""
    for number, split in enumerate(verdicts.split_policies):
        yield split.rule.name, verdicts.split == number
    for number, backorder in enumerate(verdicts.backorder_policies):
        yield backorder.rule.name, by_order(batch, verdicts.backorder == number)
    if verdicts.objective is not None:
        for number, objective in enumerate(verdicts.objective_policies):
            yield objective.rule.name, verdicts.objective == number


def carriers_chosen(round: Round, ways: Ways) -> Iterator[tuple[str, Bools]]:
    """The `carriers` rules that are the first match somewhere, whether or not they leave a service out."""
    rules, batch = round.world.rules, round.batch
    names = {rule.ref.name for one in rules.sets for rule in one.carriers}
    if not names:
        return
    # A rule that names no service removes them all, wherever it is the first match.
    sets = tuple(
        replace(one, carriers=tuple(replace(rule, use={}) for rule in one.carriers)) for one in rules.sets
    )
    at = [request.decision_time for request in batch.requests]
    verdicts = replace(rules, sets=sets).evaluate(facts_of(batch, rules.fact_names, rules.attributes), at)
    for removal in verdicts.removals:
        if removal.rule.name in names:
            yield removal.rule.name, removed(ways, removal)


def removed(ways: Ways, removal: Removal) -> Bools:
    """The orders [O] of which a removal takes any way to travel."""
    cells = removal.mask & (ways.lines if removal.of_lines else ways.orders)
    rows: Bools = np.any(cells, axis=(1, 2))
    return (by_order(ways.batch, rows) if removal.of_lines else rows) & may_be_in(ways.batch, removal.box)


def charged(ways: Ways, charge: Charge) -> Bools:
    """The orders [O] of which a charge prices any way to travel."""
    cells = (charge.amount_milli != 0) & (ways.lines if charge.of_lines else ways.orders)
    if charge.per is Per.LATE_DAY:
        cells = cells & (ways.batch.late_days > 0)
    rows: Bools = np.any(cells, axis=(1, 2))
    return (by_order(ways.batch, rows) if charge.of_lines else rows) & may_be_in(ways.batch, charge.box)


def parted(batch: Batch, together: Together) -> Bools:
    """The orders [O] of which two lines or more are kept together."""
    return np.greater_equal(np.add.reduceat(together.mask.astype(np.int64), batch.line_start[:-1]), 2)


def offered(batch: Batch, offer: SubstituteOffer) -> Bools:
    """The orders [O] to whose customers something is offered; nothing is for a substitute."""
    welcome = [
        request.substitutions is None and (offer.consent_assumed or request.order.accepts_substitutes)
        for request in batch.requests
    ]
    return by_order(batch, offer.mask) & np.array(welcome, np.bool_)


def limited(ways: Ways, limit: StockLimit) -> Bools:
    """Where [L, N] a limit leaves less than the line could have taken."""
    batch = ways.batch
    could_take = np.minimum(batch.available, batch.quantity[:, None])
    return ways.lines.any(axis=2) & (limit.units_max < could_take)


def may_be_in(batch: Batch, box: Box) -> Bools:
    """The orders [O] that have units of which a shipment inside the box could be made.

    Every metric grows with each unit: units that alone are too much for the box are in no such shipment, and all
    others together must reach its lower bounds.
    """
    if box == ANY_SHIPMENT:
        return np.ones(len(batch.requests), np.bool_)
    of_unit = metrics_of(batch)
    fitting: Bools = np.all(of_unit <= np.array(box.high), axis=1)
    units = np.where(fitting, batch.quantity, 0)[:, None] * of_unit
    units[:, METRICS.index(ShipmentMetric.LINES)] = fitting
    together = np.add.reduceat(units, batch.line_start[:-1], axis=0)
    # A shipment holds something, so an order without any such unit has none in the box.
    reached: Bools = by_order(batch, fitting) & np.all(together >= np.array(box.low), axis=1)
    return reached


def metrics_of(batch: Batch) -> Ints:
    """What one unit of each line adds to a shipment [L, M], in the order of METRICS."""
    products = [line.product for line in batch.lines]
    one = np.ones(len(products), np.int64)
    hazmat = np.array([bool(product.hazmat) for product in products], np.int64)
    values = {
        ShipmentMetric.WEIGHT: batch.unit_weight,
        ShipmentMetric.VOLUME: batch.unit_volume,
        ShipmentMetric.VALUE: np.array([line.value_minor // line.quantity for line in batch.lines], np.int64),
        ShipmentMetric.UNITS: one,
        ShipmentMetric.LINES: one,
        ShipmentMetric.HAZMAT_UNITS: hazmat,
        ShipmentMetric.HAZMAT_WEIGHT: hazmat * batch.unit_weight,
        ShipmentMetric.COLD_UNITS: np.array(
            [product.temperature != AMBIENT for product in products], np.int64
        ),
    }
    return np.stack([values[metric] for metric in METRICS], axis=1)


def by_order(batch: Batch, of_lines: Bools) -> Bools:
    """Whether any line of each order is marked."""
    return np.logical_or.reduceat(of_lines, batch.line_start[:-1])


def removed_from(ways: Ways, verdicts: Verdicts, order: int) -> Mapping[NodeId, tuple[RuleRef, ...]]:
    """By node, the rules that take any of the order's ways from there; those about single boxes are left out."""
    batch = ways.batch
    lines = batch.lines_of(order)
    found: dict[NodeId, tuple[RuleRef, ...]] = {}
    for removal in verdicts.removals:
        if removal.box != ANY_SHIPMENT:
            continue
        if removal.of_lines:
            cells = removal.mask[lines.start : lines.stop] & ways.lines[lines.start : lines.stop]
        else:
            cells = removal.mask[order : order + 1] & ways.orders[order : order + 1]
        for column in np.flatnonzero(cells.any(axis=(0, 2))).tolist():
            node_id = batch.node_ids[column]
            if removal.rule not in found.get(node_id, ()):
                found[node_id] = (*found.get(node_id, ()), removal.rule)
    return found
