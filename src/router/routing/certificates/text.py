"""One-order problems, plans, rows and prices -> the text of a certificate: JSON lines of integers, sealed at the end.

The costs are added up by the solver's own judge (`solver/verify.py`); who reads the file adds them up again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from router.domain.plan import METRICS
from router.solver.problem import Brackets, Ints, Opened, OrderProblem
from router.solver.verify import billable_weight, charge_milli, parcels, terms_that_hold

FORMAT = "router-certificate/1"
NO_ROW = -1

PER_LINE = (
    "quantity", "unit_weight", "unit_volume", "unit_value_minor", "backorder_milli", "divisible", "together", "metric",
)  # fmt: skip
PER_OPTION = ("fixed_milli", "parcel_milli", "weight_max", "volume_max", "dim_divisor", "dim_volume_min")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What orders share: its name, how much there is of it, and the price that proves the bound."""

    name: str
    limit: int
    price_milli: int


class StandIn(NamedTuple):
    """Each unit of line number `line` has `units` of `sku` in it, sent instead of `asked`, and pays `milli`."""

    line: int
    asked: str
    sku: str
    units: int
    milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFor:
    """`quantity` units of `asked`, and what may stand in for them: (sku, milli a unit, units there).

    `is_whole`: one of the offers stands in for all of its units, or none does.
    """

    asked: str
    quantity: int
    is_whole: bool
    offers: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """One order with its plan. No plan of it costs less than `bound_milli`, the prices of the rows included.

    `draws[l][k]` are the (row, units) that a unit of line l takes at node k, `slot_row[k]` the row of its shipments.
    """

    order_id: str
    decision_id: str
    problem: OrderProblem
    opened: tuple[Opened, ...]
    bound_milli: int
    line_names: tuple[str, ...]
    node_ids: tuple[str, ...]
    service_ids: tuple[str, ...]
    draws: Sequence[Sequence[Sequence[tuple[int, int]]]]
    slot_row: Sequence[int]
    substitutes: Sequence[StandIn] = ()
    """What stands in for what was asked for: the bound is of plans with the same substitutes."""
    offered: Sequence[OfferedFor] = ()
    """With it all ways to replace units are proven too: this one and those of `variants`."""
    way: Sequence[Sequence[int]] = ()
    """For how many units of each line of `offered` each of its offers stands in."""
    variants: "Sequence[Proven]" = ()
    """Every other way, solved; of its plans none costs less than its own `bound_milli`."""

    @property
    def money_bound_milli(self) -> int:
        """In money, what no plan of any way costs less than: ties are less than one thousandth together."""
        return min(one.bound_milli // one.problem.money_weight for one in (self, *self.variants))

    def substitutes_milli(self, line: int) -> int:
        """What one unit of the line pays for being another product than was asked for."""
        return sum(one.milli for one in self.substitutes if one.line == line)


def certificate_lines(
    scope: Mapping[str, Any], orders: Sequence[Proven], rows: Sequence[Row]
) -> Iterator[bytes]:
    """The file, line by line; equal arguments give equal bytes."""
    used = sorted(
        {row for order in orders for one in (order, *order.variants) for row in one.problem.row.tolist()}
    )
    tariff_of = {row: number for number, row in enumerate(used)}
    records = [order_record(order, tariff_of) for order in orders]
    cost = sum(record["plan"]["cost_milli"] for record in records)
    bound = sum(order.bound_milli for order in orders) - sum(row.limit * row.price_milli for row in rows)
    header = {
        "format": FORMAT,
        "scope": dict(scope),
        "order_count": len(orders),
        "cost_milli": cost,
        "bound_milli": bound,
        "rows": [{"name": row.name, "limit": row.limit, "price_milli": row.price_milli} for row in rows],
        "tariffs": [tariff(orders[0].problem.brackets, row) for row in used],
    }
    digest = hashlib.sha256()
    for record in (header, *records):
        line = json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        digest.update(line)
        yield line
    yield f'{{"seal":"{digest.hexdigest()}"}}\n'.encode()


def tariff(brackets: Brackets, row: int) -> list[list[int]]:
    """[weight_max, base_milli, rate_micro] of each bracket of a row."""
    own = slice(int(brackets.row_start[row]), int(brackets.row_start[row + 1]))
    columns = (brackets.weight_max[own], brackets.base_milli[own], brackets.rate_micro[own])
    return [list(bracket) for bracket in zip(*(column.tolist() for column in columns), strict=True)]


def order_record(order: Proven, tariff_of: Mapping[int, int]) -> dict[str, Any]:
    offered = [
        {
            "asked": one.asked,
            "quantity": one.quantity,
            "is_whole": one.is_whole,
            "offers": [
                {"sku": sku, "milli": milli, "there": there, "units": units}
                for (sku, milli, there), units in zip(one.offers, chosen, strict=True)
            ],
        }
        for one, chosen in zip(order.offered, order.way, strict=True)
    ]
    variants = [
        {**problem_record(one, tariff_of), "way": [list(units) for units in one.way]}
        for one in order.variants
    ]
    return {
        **problem_record(order, tariff_of),
        **(
            {"offered": offered, "variants": variants, "money_bound_milli": order.money_bound_milli}
            if offered
            else {}
        ),
        "order_id": order.order_id,
        "decision_id": order.decision_id,
        "plan": plan_record(order),
    }


def problem_record(order: Proven, tariff_of: Mapping[int, int]) -> dict[str, Any]:
    """What an order does not have is left out, transfers and substitutes, so that certificates of before keep their
    bytes.
    """
    problem = order.problem
    awaiting = (
        {
            "docks": problem.dock.tolist(),
            "awaits": problem.awaits.tolist(),
            "brings": problem.brings.tolist(),
        }
        if problem.awaits.any()
        else {}
    )
    standing_in = {"substitutes": [one._asdict() for one in order.substitutes]} if order.substitutes else {}
    substitutes_milli = [[order.substitutes_milli(line)] for line in range(problem.line_count)]
    return {
        **awaiting,
        **standing_in,
        "bound_milli": order.bound_milli,
        "metrics": [str(metric) for metric in METRICS],
        "lines": [
            {"name": name, **columns}
            for name, columns in zip(order.line_names, records_of(problem, PER_LINE), strict=True)
        ],
        "nodes": [
            {"node_id": node_id, "capacity": capacity, "row": row}
            for node_id, capacity, row in zip(
                order.node_ids, problem.capacity.tolist(), order.slot_row, strict=True
            )
        ],
        "options": option_records(order, tariff_of),
        "terms": term_records(problem),
        "usable": problem.usable.tolist(),
        "draws": [[[list(draw) for draw in draws] for draws in line] for line in order.draws],
        "allowed": problem.allowed.tolist(),
        "line_milli": problem.line_milli.tolist(),
        "unit_milli": (problem.unit_milli - np.array(substitutes_milli, np.int64)).tolist(),
        "money_weight": problem.money_weight,
        "split_milli": problem.split_milli,
        "shipments_max": problem.shipments_max,
        "value_min_minor": problem.value_min_minor,
        "ship_complete": problem.ship_complete,
    }


def option_records(order: Proven, tariff_of: Mapping[int, int]) -> list[dict[str, Any]]:
    """Each option, its tariff by the number that it has in the file."""
    problem = order.problem
    columns = (problem.option_node.tolist(), problem.row.tolist(), records_of(problem, PER_OPTION))
    return [
        {"service": service, "node": node, "tariff": tariff_of[row], **record}
        for service, node, row, record in zip(order.service_ids, *columns, strict=True)
    ]


def term_records(problem: OrderProblem) -> list[dict[str, Any]]:
    columns = (
        problem.term_option.tolist(),
        problem.term_low.tolist(),
        problem.term_high.tolist(),
        problem.term_milli.tolist(),
        problem.term_forbids.tolist(),
    )
    return [
        {"option": option, "low": low, "high": high, "milli": milli, "forbids": forbids}
        for option, low, high, milli, forbids in zip(*columns, strict=True)
    ]


def records_of(problem: OrderProblem, names: Sequence[str]) -> list[dict[str, Any]]:
    """Columns of the problem as one record for each of their entries."""
    columns: list[Ints] = [getattr(problem, name) for name in names]
    return [
        dict(zip(names, values, strict=True))
        for values in zip(*(column.tolist() for column in columns), strict=True)
    ]


def plan_record(order: Proven) -> dict[str, Any]:
    """The shipments with every part of what they cost, the split, and what does not ship."""
    problem, opened = order.problem, order.opened
    shipments = [shipment_record(order, one) for one in opened]
    left = problem.quantity.tolist()
    for one in opened:
        for line, units in one.units:
            left[line] -= units
    split = problem.split_milli * max(0, len(opened) - 1)
    unshipped = sum(each * units for each, units in zip(problem.backorder_milli.tolist(), left, strict=True))
    return {
        "shipments": shipments,
        "split_milli": split,
        "unshipped_milli": unshipped,
        "cost_milli": sum(sum(one["costs"].values()) for one in shipments) + split + unshipped,
    }


def shipment_record(order: Proven, opened: Opened) -> dict[str, Any]:
    problem, option = order.problem, opened.option
    packed = []
    for weight, volume in parcels(problem, opened):
        billable = billable_weight(problem, option, weight, volume)
        charge = charge_milli(problem, int(problem.row[option]), billable)
        packed.append([weight, volume, billable, charge])
    due = sum(int(problem.term_milli[term]) for term in terms_that_hold(problem, opened))
    other = sum(order.substitutes_milli(line) * units for line, units in opened.units)
    unit_milli = sum(int(problem.unit_milli[line, option]) * units for line, units in opened.units)
    return {
        "option": option,
        "units": [list(entry) for entry in opened.units],
        "parcels": packed,
        "costs": {
            "shipment_milli": int(problem.fixed_milli[option]),
            "freight_milli": problem.money_weight * sum(parcel[3] for parcel in packed),
            "parcels_milli": int(problem.parcel_milli[option]) * len(packed),
            "lines_milli": sum(int(problem.line_milli[line, option]) for line, _ in opened.units),
            "units_milli": unit_milli - other,
            "terms_milli": due,
            **({"substitutes_milli": other} if order.substitutes else {}),
        },
    }
