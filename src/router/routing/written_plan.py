"""A plan as the bytes that its record holds of it, beside what booking needs to know of them."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, Struct

from router.domain.identifiers import Day, LineId, NodeId, Sku
from router.domain.plan import Plan

_UNPACKER = msgspec.msgpack.Decoder(Plan)

ROW_WIDTH = 3
"""Of a shipment its node, day and how many of the units are its own; of units their line, SKU and quantity."""


class Sent(NamedTuple):
    """What plans send, one after the other: columns of their shipments S, each plan's in its order, and of what they
    carry U, one shipment after the other: what `Shipment.sent` says of each, in its order.
    """

    node_ids: Sequence[NodeId]  # [S]
    ship_days: Sequence[Day]  # [S]
    unit_counts: Sequence[int]
    """[S] how many of U belong to each; they add up to the length of U."""
    line_ids: Sequence[LineId]  # [U] no line twice in one shipment
    skus: Sequence[Sku]  # [U]
    quantities: Sequence[int]  # [U] 1 or more


class WrittenPlan(Struct, eq=False, gc=False):
    """The plan of a plain order: all of it ships, from nodes that hold it, as it was asked for and by cost alone. So
    it has no `unshipped`, `levels`, `substitutions`, `transfers` and `asked_sku`. It equals the plan that it is, and is
    never changed.

    What it sends lies in two tuples, the values of one shipment or unit behind those of the other (`of_rows`). Plans
    live as long as their orders, and whoever looks for cycles goes through every list again and again, but leaves
    tuples of words and numbers alone.
    """

    packed: Raw
    """Byte for byte what `replay.pack_plan` gives of the plan."""
    shipped: tuple[Any, ...]
    units: tuple[Any, ...]
    _read: Plan | None = None

    @property
    def plan(self) -> Plan:
        """Itself as a plan, read when somebody asks first."""
        if self._read is None:
            self._read = _UNPACKER.decode(self.packed)
        return self._read

    @property
    def shipment_count(self) -> int:
        return len(self.shipped) // ROW_WIDTH

    @property
    def unit_count(self) -> int:
        """How many of U it has."""
        return len(self.units) // ROW_WIDTH

    @property
    def sent(self) -> Sent:
        return sent_by([self])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, WrittenPlan):
            return bytes(self.packed) == bytes(other.packed)
        return self.plan == other if isinstance(other, Plan) else NotImplemented

    __hash__ = None  # type: ignore[assignment]


def sent_by(plans: Sequence[WrittenPlan]) -> Sent:
    """What these plans send, one after the other."""
    shipped = list(chain.from_iterable([one.shipped for one in plans]))
    units = list(chain.from_iterable([one.units for one in plans]))
    return Sent(*[rows[place::ROW_WIDTH] for rows in (shipped, units) for place in range(ROW_WIDTH)])


def of_rows(*columns: Sequence[Any]) -> tuple[Any, ...]:
    """Columns of one length as one tuple, row after row: a written plan has some of its rows."""
    rows: list[Any] = [None] * (len(columns) * len(columns[0]))
    for place, column in enumerate(columns):
        rows[place :: len(columns)] = column
    return tuple(rows)


Planned = Plan | WrittenPlan
"""A plan, written or not."""


def read_plan(planned: Planned) -> Plan:
    """The plan itself, for those who ask for more than what is beside the bytes of a written one."""
    return planned.plan if isinstance(planned, WrittenPlan) else planned
