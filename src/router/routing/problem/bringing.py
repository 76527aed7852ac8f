"""What gatherings carry and what that costs: who gives how many units of which line, and the price of moving them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from router.routing.batch.batch import Batch
from router.routing.batch.gatherings import NO_COLUMN, Gathering
from router.routing.decision import Prices
from router.rules.verdicts import ANY_SHIPMENT, Removal, Verdicts
from router.solver.problem import Bools, Ints

Given = list[tuple[int, int, int]]
"""(lane, column, units) of who gives how much of a line to a gathering; the hub itself by lane NO_COLUMN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """By line and column, 0 at plain nodes: what moving all of the line costs, what its units are worth where they are,
    and a bit for each lane of the gathering that brings any of it."""

    moving_milli: Ints  # [L, N]
    stock_milli: Ints  # [L, N]
    bits: Ints  # [L, N]
    units: Ints
    """[L, N] units that may leave each node, and each gathering: all of a line or none of it."""
    free: Ints
    """[L, N] units that each node gives to gatherings."""
    prices: Prices


def bring_together(batch: Batch, verdicts: Verdicts, prices: Prices, units: Ints) -> Brought | None:
    """What can be brought to the gatherings of `batch` from nodes that have `units` [L, N] to give; None without."""
    if batch.gatherings is None:
        return None
    units = units.copy()
    units[:, batch.gatherings.first :] = 0
    found = Brought(
        moving_milli=np.zeros(units.shape, np.int64),
        stock_milli=np.zeros(units.shape, np.int64),
        bits=np.zeros(units.shape, np.int64),
        units=units,
        free=np.where(gives(batch, verdicts.removals), units, 0),
        prices=prices,
    )
    for number, one in enumerate(batch.gatherings.every):
        column = batch.gatherings.first + number
        for line in lines_gathered(batch, one, column, found):
            given = given_to(batch, found, one, line)
            found.moving_milli[line, column] = sum(
                count * unit_cost(batch, lane, line) for lane, _, count in given
            )
            found.stock_milli[line, column] = sum(
                count * unit_price(batch, prices, source, line) for _, source, count in given
            )
            found.bits[line, column] = sum(
                1 << one.lanes.index(lane) for lane, _, _ in given if lane != NO_COLUMN
            )
            units[line, column] = batch.quantity[line]
    return found


def gives(batch: Batch, removals: Sequence[Removal]) -> Bools:
    """Which nodes give which lines away [L, N]: not where a rule removes the node by every service level."""
    shape = len(batch.lines), len(batch.node)
    open_: Bools = np.ones(shape, np.bool_)
    for removal in removals:
        if removal.box == ANY_SHIPMENT:
            is_out: Bools = np.all(removal.mask, axis=2)
            open_ &= ~np.broadcast_to(is_out if removal.of_lines else is_out[batch.line_order], shape)
    return open_


def lines_gathered(batch: Batch, one: Gathering, column: int, brought: Brought) -> list[int]:
    """The lines of which all is there in the end, of orders to which each of its lanes brings something."""
    sources = brought.free[:, one.sources]
    brings = np.logical_or.reduceat(sources > 0, batch.line_start[:-1], axis=0).all(axis=1)
    brings &= batch.ship_day[:, column] > 0
    own = brought.units[:, one.own] if one.own != NO_COLUMN else 0
    is_whole = own + sources.sum(axis=1) >= batch.quantity
    found: list[int] = np.flatnonzero(is_whole & brings[batch.line_order]).tolist()
    return found


def given_to(batch: Batch, brought: Brought, one: Gathering, line: int) -> Given:
    """Who gives how much of a line, the cheapest first, and before all of equal cost the hub."""
    offers = [(NO_COLUMN, one.own, int(brought.units[line, one.own]) if one.own != NO_COLUMN else 0)]
    offers += [
        (lane, at, int(brought.free[line, at])) for lane, at in zip(one.lanes, one.sources, strict=True)
    ]
    offers.sort(
        key=lambda offer: unit_cost(batch, offer[0], line) + unit_price(batch, brought.prices, offer[1], line)
    )
    left, given = int(batch.quantity[line]), []
    for lane, source, most in offers:
        if count := min(left, most):
            given.append((lane, source, count))
            left -= count
    return given


def unit_cost(batch: Batch, lane: int, line: int) -> int:
    """Of moving one unit of the line by the lane; nothing for what is there already."""
    if lane == NO_COLUMN:
        return 0
    return batch.network.transfer_lanes.lanes[lane].unit_milli(int(batch.unit_weight[line]))


def unit_price(batch: Batch, prices: Prices, column: int, line: int) -> int:
    """Of one unit of the line's stock at the column."""
    if column == NO_COLUMN or not prices.stock_milli:
        return 0
    return prices.stock_milli.get(batch.lines[line].sku, {}).get(batch.node_ids[column], 0)
