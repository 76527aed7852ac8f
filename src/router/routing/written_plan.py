"""A plan as the bytes that its record holds of it, beside what booking needs to know of them."""

import msgspec
from msgspec import Raw, Struct

from router.domain.identifiers import Day, LineId, NodeId, Sku
from router.domain.plan import Plan

_UNPACKER = msgspec.msgpack.Decoder(Plan)


class WrittenPlan(Struct, eq=False, gc=False):
    """The plan of a plain order: all of it ships, from nodes that hold it, as it was asked for and by cost alone. So
    it has no `unshipped`, `levels`, `substitutions`, `transfers` and `asked_sku`. It equals the plan that it is, and is
    never changed.

    Columns of its shipments S, in the plan's order, and of what they carry U, one shipment after the other: what
    `Shipment.sent` says of each, in its order.
    """

    packed: Raw
    """Byte for byte what `replay.pack_plan` gives of the plan."""
    node_ids: list[NodeId]  # [S]
    ship_days: list[Day]  # [S]
    unit_counts: list[int]
    """[S] how many of U belong to each; they add up to the length of U."""
    line_ids: list[LineId]  # [U] no line twice in one shipment
    skus: list[Sku]  # [U]
    quantities: list[int]  # [U] 1 or more
    _read: Plan | None = None

    @property
    def plan(self) -> Plan:
        """Itself as a plan, read when somebody asks first."""
        if self._read is None:
            self._read = _UNPACKER.decode(self.packed)
        return self._read

    def __eq__(self, other: object) -> bool:
        if isinstance(other, WrittenPlan):
            return bytes(self.packed) == bytes(other.packed)
        return self.plan == other if isinstance(other, Plan) else NotImplemented

    __hash__ = None  # type: ignore[assignment]


Planned = Plan | WrittenPlan
"""A plan, written or not."""


def read_plan(planned: Planned) -> Plan:
    """The plan itself, for those who ask for more than what is beside the bytes of a written one."""
    return planned.plan if isinstance(planned, WrittenPlan) else planned
