"""A stock snapshot, put together from its stream: whole and exactly as announced, or not at all."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NoReturn, cast

from router.api.v1 import inventory_pb2
from router.app.commands.feeds import RecordSnapshot
from router.domain.identifiers import NodeId, Sku
from router.domain.limits import ID_LENGTH_MAX, STOCK_MAX
from router.domain.reasons import Reason
from router.service.faults import Faults, shown
from router.service.from_proto.snapshot_header import check_header, command_of
from router.service.parse import digest_of

SEEN_ASCII = bytes(range(0x21, 0x7F))
"""What ASCII has besides blanks and control characters."""


class SnapshotAssembly:
    """Takes the messages of one stream in their order; `finish` gives the command or refuses the whole."""

    def __init__(self) -> None:
        self.header: inventory_pb2.SnapshotHeader | None = None
        self.on_hand: dict[NodeId, dict[Sku, int]] = {}
        self.row_count = 0
        self.chunk_count = 0
        self.faults = Faults()
        self.digest = hashlib.sha256()
        self.rows_digest = hashlib.sha256()

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
        self.faults.raise_if_any()
        if header.rows_sha256 and header.rows_sha256.lower() != self.rows_digest.hexdigest():
            self._incomplete(
                "header.rows_sha256",
                f"rows_sha256 is {shown(header.rows_sha256)}, but the rows received have"
                f" {self.rows_digest.hexdigest()}; send it again whole",
            )
        return command_of(header, self.digest.digest(), self.on_hand)

    def _open(self, header: inventory_pb2.SnapshotHeader) -> None:
        check_header(header, self.faults)
        # A header at fault ends the stream: nothing is gained by receiving two million rows first.
        self.faults.raise_if_any()
        self.header = header
        self.digest.update(digest_of(header))

    def _take(self, chunk: inventory_pb2.SnapshotChunk) -> None:
        at = f"chunks[{self.chunk_count}]."
        self.chunk_count += 1
        # Lists: whoever walks the columns of a message makes each text of it again.
        skus, quantities = cast(list[Sku], list(chunk.skus)), list(chunk.quantities)
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
        if header.rows_sha256:
            self.rows_digest.update(row_bytes(chunk))
        rows = self.on_hand.setdefault(node_id, {})
        known_count = len(rows)
        rows.update(zip(skus, quantities, strict=True))
        # Good rows are seen to be good all at once; words are found for bad ones only.
        if len(rows) < known_count + len(skus) or not are_good(skus, quantities):
            self._name_faults(chunk, at, islice(rows, known_count))
        if header.basis == inventory_pb2.SNAPSHOT_BASIS_AVAILABLE or chunk.acknowledged:
            self._add_acknowledged(chunk, header, at, rows)

    def _name_faults(self, chunk: inventory_pb2.SnapshotChunk, at: str, known: Iterable[Sku]) -> None:
        """What is wrong with each row; `known` are the SKUs that the node was given before."""
        given = set(known)
        for index, (sku, quantity) in enumerate(zip(map(Sku, chunk.skus), chunk.quantities, strict=True)):
            self.faults.identifier(sku, at, f"skus[{index}]")
            self.faults.whole(quantity, at, f"quantities[{index}]", 0, STOCK_MAX)
            if sku in given:
                self.faults.add(
                    f"{at}skus[{index}]",
                    "DUPLICATE",
                    f"skus[{index}] is {shown(sku)}, already given for {shown(chunk.node_id)}",
                )
            given.add(sku)

    def _add_acknowledged(
        self,
        chunk: inventory_pb2.SnapshotChunk,
        header: inventory_pb2.SnapshotHeader,
        at: str,
        rows: dict[Sku, int],
    ) -> None:
        """What can be sold, and what the feed has taken off for reservations, are together what is there."""
        acknowledged = chunk.acknowledged
        if header.basis != inventory_pb2.SNAPSHOT_BASIS_AVAILABLE:
            self._incomplete(at + "acknowledged", "acknowledged is for basis AVAILABLE only, must be absent")
        if len(acknowledged) != len(chunk.skus):
            self._incomplete(
                at + "acknowledged",
                f"acknowledged has {len(acknowledged):,} entries, must have as many as skus, {len(chunk.skus):,};"
                " a feed that cannot say which reservations it has taken off must send basis PHYSICAL",
            )
        for index, (sku, units) in enumerate(zip(chunk.skus, acknowledged, strict=True)):
            self.faults.whole(units, at, f"acknowledged[{index}]", 0, STOCK_MAX - max(0, rows[Sku(sku)]))
            rows[Sku(sku)] += units

    def _incomplete(self, field: str, description: str) -> NoReturn:
        self.faults.add(field, "INCOMPLETE", description)
        self.faults.raise_all(Reason.SNAPSHOT_INCOMPLETE)


def are_good(skus: Sequence[str], quantities: Sequence[int]) -> bool:
    """Whether all rows are surely well formed; a blank within a SKU leaves it open."""
    if not skus:
        return True
    # Sets: of thousands of rows there are few lengths and few quantities.
    lengths, counts = set(map(len, skus)), set(quantities)
    are_lengths_good = min(lengths) > 0 and max(lengths) <= ID_LENGTH_MAX
    return are_lengths_good and min(counts) >= 0 and max(counts) <= STOCK_MAX and is_plain("".join(skus))


def is_plain(text: str) -> bool:
    """Whether all of it can be seen. Of ASCII that is known without a look at each character."""
    return not text.encode().translate(None, SEEN_ASCII) or (text.isprintable() and " " not in text)


def row_bytes(chunk: inventory_pb2.SnapshotChunk) -> bytes:
    """The rows of a chunk as they are summed: `node_id TAB sku TAB quantity LF`, with what is acknowledged if it is."""
    node_id = chunk.node_id
    columns = (chunk.skus, chunk.quantities, chunk.acknowledged)
    if chunk.acknowledged:
        rows = (
            f"{node_id}\t{sku}\t{quantity}\t{taken}\n" for sku, quantity, taken in zip(*columns, strict=False)
        )
    else:
        rows = (f"{node_id}\t{sku}\t{quantity}\n" for sku, quantity in zip(*columns[:2], strict=True))
    return "".join(rows).encode()


def digest_of_chunk(chunk: inventory_pb2.SnapshotChunk) -> bytes:
    return hashlib.sha256(chunk.SerializeToString(deterministic=True)).digest()
