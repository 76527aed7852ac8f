"""News: a commit without what nobody keeps in memory, as other processes on the same database take it in."""

from dataclasses import replace

import msgspec

from router.app.records import Commit

NEWS_KEPT = 1_000
"""LIMIT: a process that is more batches behind reads everything again."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Commit)


def pack_news(commit: Commit) -> bytes:
    """Values afterwards are enough: how they came about is in the journal. Nothing personal goes into it."""
    return _ENCODER.encode(
        replace(
            commit,
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
