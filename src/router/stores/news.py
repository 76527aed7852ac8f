"""News: a commit without what nobody keeps in memory, as other processes on the same database take it in."""

from dataclasses import replace

import msgspec
from msgspec import structs

from router.app.records.commit import Commit

NEWS_KEPT = 1_000
"""LIMIT: a process that is more batches behind reads everything again."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Commit)


def pack_news(commit: Commit) -> bytes:
    """Values afterwards are enough: how they came about is in the journal. Nothing personal goes into it.

    Of an order that changed it is enough to know which: who needs more reads it from the database.
    """
    orders = {order.order_id: structs.replace(order, lines=()) for order in commit.orders}
    return _ENCODER.encode(
        replace(
            commit,
            orders=tuple(orders.values()),
            reservations=tuple(one for one in commit.reservations if one.order_id not in orders),
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
        )
    )


def unpack_news(body: bytes) -> Commit:
    return _DECODER.decode(body)
