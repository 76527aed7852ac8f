"""A stock snapshot, put together from its stream: whole and exactly as announced, or not at all."""

import hashlib
from typing import NoReturn

from router.api.v1 import inventory_pb2
from router.app.commands import RecordSnapshot
from router.domain.identifiers import NodeId, Sku
from router.domain.limits import SNAPSHOT_ROWS_MAX, STOCK_MAX
from router.domain.reasons import Reason
from router.service.faults import Faults, is_identifier, shown
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of

SEQUENCE_MAX = (1 << 63) - 1


class SnapshotAssembly:
    """Takes the messages of one stream in their order; `finish` gives the command or refuses the whole."""

    def __init__(self) -> None:
        self.header: inventory_pb2.SnapshotHeader | None = None
        self.on_hand: dict[NodeId, dict[Sku, int]] = {}
        self.row_count = 0
        self.chunk_count = 0
        self.faults = Faults()
        self.digest = hashlib.sha256()

    def add(self, message: inventory_pb2.UploadStockSnapshotRequest) -> None:
        """One message. Faults of structure end the stream at once, faults of rows are gathered."""
        part = message.WhichOneof("part")
        if self.header is None:
            if part != "header":
                self._incomplete("header", "header is absent, must be the first message of the stream")
            self._open(message.header)
        elif part != "chunk":
            self._incomplete(
                f"messages[{self.chunk_count + 1}]",
                "only the first message carries the header, all others a chunk",
            )
        else:
            self._take(message.chunk)

    def finish(self) -> RecordSnapshot:
        """The command, once the stream has ended and its rows are as many as the header said."""
        header = self.header
        if header is None:
            self._incomplete("header", "header is absent, must be the first message of the stream")
        if self.row_count != header.row_count:
            self._incomplete(
                "header.row_count",
                f"row_count is {header.row_count:,}, but {self.row_count:,} rows were received; send it again whole",
            )
        as_of_time = None
        if header.HasField("as_of_time"):
            as_of_time = self.faults.instant(header.as_of_time, "header.", "as_of_time")
        self.faults.raise_if_any()
        return RecordSnapshot(
            request_id=header.request_id,
            body_digest=self.digest.digest(),
            feed_id=header.feed_id,
            sequence=header.sequence,
            is_full=header.scope == inventory_pb2.SNAPSHOT_SCOPE_FULL,
            on_hand=self.on_hand,
            as_of_time=as_of_time,
        )

    def _open(self, header: inventory_pb2.SnapshotHeader) -> None:
        faults = self.faults
        request_id_of(header.request_id, faults)
        faults.identifier(header.feed_id, "header.", "feed_id")
        faults.whole(header.sequence, "header.", "sequence", 1, SEQUENCE_MAX)
        faults.whole(header.row_count, "header.", "row_count", 0, SNAPSHOT_ROWS_MAX)
        if header.basis != inventory_pb2.SNAPSHOT_BASIS_PHYSICAL:
            faults.add(
                "header.basis", "UNKNOWN_VALUE", f"basis is {header.basis}, must be SNAPSHOT_BASIS_PHYSICAL"
            )
        if header.scope not in (inventory_pb2.SNAPSHOT_SCOPE_PARTIAL, inventory_pb2.SNAPSHOT_SCOPE_FULL):
            faults.add(
                "header.scope",
                "UNKNOWN_VALUE",
                f"scope is {header.scope}, must be SNAPSHOT_SCOPE_PARTIAL or SNAPSHOT_SCOPE_FULL",
            )
        # A header at fault ends the stream: nothing is gained by receiving two million rows first.
        faults.raise_if_any()
        self.header = header
        self.digest.update(digest_of(header))

    def _take(self, chunk: inventory_pb2.SnapshotChunk) -> None:
        at = f"chunks[{self.chunk_count}]."
        self.chunk_count += 1
        skus, quantities = chunk.skus, chunk.quantities
        if len(skus) != len(quantities):
            self._incomplete(
                at + "quantities",
                f"quantities has {len(quantities):,} entries, must have as many as skus, {len(skus):,}",
            )
        self.row_count += len(skus)
        header = self.header
        assert header is not None, "chunks are taken after the header"
        if self.row_count > header.row_count:
            self._incomplete(
                "header.row_count", f"row_count is {header.row_count:,}, but more rows were received"
            )
        self.digest.update(digest_of_chunk(chunk))
        node_id = NodeId(self.faults.identifier(chunk.node_id, at, "node_id"))
        rows = self.on_hand.setdefault(node_id, {})
        for index, (sku, quantity) in enumerate(zip(skus, quantities, strict=True)):
            # The good row costs one test; words are found for bad rows only.
            if not (0 <= quantity <= STOCK_MAX and is_identifier(sku)):
                self.faults.identifier(sku, at, f"skus[{index}]")
                self.faults.whole(quantity, at, f"quantities[{index}]", 0, STOCK_MAX)
            if sku in rows:
                self.faults.add(
                    f"{at}skus[{index}]",
                    "DUPLICATE",
                    f"skus[{index}] is {shown(sku)}, already given for {shown(node_id)}",
                )
            rows[Sku(sku)] = quantity

    def _incomplete(self, field: str, description: str) -> NoReturn:
        self.faults.add(field, "INCOMPLETE", description)
        self.faults.raise_all(Reason.SNAPSHOT_INCOMPLETE)


def digest_of_chunk(chunk: inventory_pb2.SnapshotChunk) -> bytes:
    return hashlib.sha256(chunk.SerializeToString(deterministic=True)).digest()
