"""The header of a stock snapshot: who sends it, what its figures mean, and where it stands in the feed's life."""

from collections.abc import Mapping

from router.api.v1 import inventory_pb2
from router.app.commands.feeds import RecordSnapshot
from router.domain.identifiers import NodeId, Sku
from router.domain.limits import EPOCH_MAX, LAG_SECONDS_MAX, SEQUENCE_MAX, SNAPSHOT_ROWS_MAX
from router.ledger.feeds import BEFORE_ALL, Counting, Mark
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of

_BASES = (inventory_pb2.SNAPSHOT_BASIS_PHYSICAL, inventory_pb2.SNAPSHOT_BASIS_AVAILABLE)
_SCOPES = (inventory_pb2.SNAPSHOT_SCOPE_PARTIAL, inventory_pb2.SNAPSHOT_SCOPE_FULL)
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


def check_header(header: inventory_pb2.SnapshotHeader, faults: Faults) -> None:
    """Collect everything that is wrong with it."""
    request_id_of(header.request_id, faults)
    faults.identifier(header.feed_id, "header.", "feed_id")
    faults.whole(header.row_count, "header.", "row_count", 0, SNAPSHOT_ROWS_MAX)
    faults.whole(header.epoch, "header.", "epoch", 0, EPOCH_MAX)
    if header.basis not in _BASES:
        faults.add(
            "header.basis",
            "UNKNOWN_VALUE",
            f"basis is {header.basis}, must be SNAPSHOT_BASIS_PHYSICAL or SNAPSHOT_BASIS_AVAILABLE",
        )
    if header.scope not in _SCOPES:
        faults.add(
            "header.scope",
            "UNKNOWN_VALUE",
            f"scope is {header.scope}, must be SNAPSHOT_SCOPE_PARTIAL or SNAPSHOT_SCOPE_FULL",
        )
    if header.rows_sha256 and not (
        len(header.rows_sha256) == 64 and _HEXADECIMAL.issuperset(header.rows_sha256)
    ):
        faults.add(
            "header.rows_sha256", "OUT_OF_RANGE", "rows_sha256 must have 64 hexadecimal digits, or be empty"
        )
    _check_counting(header, faults)


def _check_counting(header: inventory_pb2.SnapshotHeader, faults: Faults) -> None:
    """A sequence, else a time, else a lag."""
    if header.HasField("as_of_time"):
        faults.instant(header.as_of_time, "header.", "as_of_time")
    if header.sequence or not (header.HasField("as_of_time") or header.lag_seconds):
        faults.whole(header.sequence, "header.", "sequence", 1, SEQUENCE_MAX)
    counting = counting_of(header)
    if counting is Counting.NOTHING or header.lag_seconds < 0:
        faults.whole(header.lag_seconds, "header.", "lag_seconds", 1, LAG_SECONDS_MAX)
    elif header.lag_seconds:
        faults.add(
            "header.lag_seconds",
            "OUT_OF_RANGE",
            "lag_seconds is for feeds that count by nothing, must be 0 beside sequence or as_of_time",
        )


def counting_of(header: inventory_pb2.SnapshotHeader) -> Counting:
    """What the feed counts by, from what the header says."""
    if header.sequence or not (header.HasField("as_of_time") or header.lag_seconds):
        return Counting.SEQUENCE
    return Counting.TIME if header.HasField("as_of_time") else Counting.NOTHING


def command_of(
    header: inventory_pb2.SnapshotHeader, body_digest: bytes, on_hand: Mapping[NodeId, Mapping[Sku, int]]
) -> RecordSnapshot:
    """The command of a checked header and the rows that came with it."""
    counting = counting_of(header)
    mark = BEFORE_ALL
    if counting is Counting.SEQUENCE:
        mark = Mark(header.epoch, header.sequence)
    elif counting is Counting.TIME:
        mark = Mark(header.epoch, Faults().instant(header.as_of_time, "header.", "as_of_time"))
    else:
        mark = Mark(header.epoch, 0)
    return RecordSnapshot(
        request_id=header.request_id,
        body_digest=body_digest,
        feed_id=header.feed_id,
        mark=mark,
        counting=counting,
        is_full=header.scope == inventory_pb2.SNAPSHOT_SCOPE_FULL,
        on_hand=on_hand,
        restarts=header.restart,
        lag_microseconds=header.lag_seconds * 1_000_000,
    )
