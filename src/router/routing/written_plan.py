"""A plan as the bytes that its record holds of it, beside what booking needs to know of them."""

from msgspec import Raw, Struct

from router.domain.identifiers import Day, LineId, NodeId, Sku


class WrittenPlan(Struct, frozen=True, gc=False):
    """The plan of a plain order: all of it ships, from nodes that hold it, as it was asked for and by cost alone. So
    it has no `unshipped`, `levels`, `substitutions`, `transfers` and `asked_sku`.

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
