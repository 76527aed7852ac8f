"""When units that wait for stock can be there, and what brings them."""

from msgspec import Struct

from router.domain.identifiers import Day, LineId, NodeId, Sku


class Arrival(Struct, frozen=True, kw_only=True, gc=False):
    """Units of a product that come to a node: of a purchase order or of a transfer, the other id is empty.

    `expected_day` None: nobody knows when.
    """

    quantity: int
    node_id: NodeId
    expected_day: Day | None
    purchase_order_id: str = ""
    transfer_id: str = ""


class Restock(Struct, frozen=True, kw_only=True, gc=False):
    """Units of a line that wait for stock, and the day by which what is to come covers all of them.

    `expected_day` None: it does not cover them, or nobody knows when. `sources` bring them, each so many of them, in
    the order of their days; together fewer than `quantity` where the rest is not under way with a day.
    """

    line_id: LineId
    sku: Sku
    quantity: int
    expected_day: Day | None
    sources: tuple[Arrival, ...] = ()
