"""News: a commit without what nobody keeps in memory, as other processes on the same database take it in."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import msgspec
from msgspec import structs

from router.app.records.commit import Commit
from router.domain.identifiers import OrderId
from router.ledger.entry_columns import ColumnReservations
from router.ledger.reservations import Reservation

NEWS_KEPT = 1_000
"""LIMIT: a process that is more batches behind reads everything again."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Commit)


def pack_news(commit: Commit) -> bytes:
    """Values afterwards are enough: how they came about is in the journal. Nothing personal goes into it.

    Of an order that changed it is enough to know which: who needs more reads it from the database.
    """
    orders = {order.order_id: structs.replace(order, counted=()) for order in commit.orders}
    return _ENCODER.encode(
        replace(
            commit,
            orders=tuple(orders.values()),
            reservations=reservations_of_others(commit.reservations, orders),
            shipments=tuple(one for one in commit.shipments if one.order_id not in orders),
            entries=(),
            decisions=(),
            events=(),
            outcomes=(),
            documents=(),
            version_changes=(),
            held_events=(),
            customer_keys=(),
            recipients=(),
            contacts=(),
            contact_key=b"",
            erased_customers=(),
            layouts=(),
            bookings=(),
            manifests=(),
            box_lists=(),
            packings=(),
            unit_costs=(),
            node_owners=(),
        )
    )


def reservations_of_others(
    reservations: Sequence[Reservation], orders: Collection[OrderId]
) -> tuple[Reservation, ...]:
    """Those of none of `orders`: of a commit in columns none is made to be left out."""
    if isinstance(reservations, ColumnReservations) and set(reservations.columns.order_ids).issubset(orders):
        return ()
    return tuple(one for one in reservations if one.order_id not in orders)


def unpack_news(body: bytes) -> Commit:
    return _DECODER.decode(body)
