"""Archives: segments of the journal as Parquet files, each chained to the one before, and provable without the ledger.

    folder/000000000001-000000004711.entries.parquet     every entry, with its accounts by name
           000000000001-000000004711.batches.parquet     every batch, with its hash
           000000000001-000000004711.manifest.json       where it begins and ends; written last

The names hold the first and the last position. What is archived stays in the ledger, too.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from router.app.ports.store import Reader, StoreUnusable
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounts import Account, Bucket
from router.ledger.audit_journal import Journal
from router.ledger.audit_rows import EntryRow
from router.ledger.chain import GENESIS, Batch
from router.stores.archive.parquet_files import read_parquet, write_parquet
from router.stores.sqlite.backup import digest_of, incomplete, write_private

FORMAT = 1
ENTRY_TYPES = {
    "position": "BIGINT",
    "time": "BIGINT",
    "code": "INTEGER",
    "sku": "VARCHAR",
    "lot": "VARCHAR",
    "debit_node_id": "VARCHAR",
    "debit_bucket": "INTEGER",
    "credit_node_id": "VARCHAR",
    "credit_bucket": "INTEGER",
    "quantity": "BIGINT",
    "pending_position": "BIGINT",
    "reference": "VARCHAR",
    "line_id": "VARCHAR",
}
BATCH_TYPES = {
    "number": "BIGINT",
    "entry_count": "BIGINT",
    "last_position": "BIGINT",
    "time": "BIGINT",
    "hash": "VARCHAR",
}
_ACCOUNTS = (
    "SELECT debit_node_id, sku, lot, debit_bucket FROM rows"
    " UNION SELECT credit_node_id, sku, lot, credit_bucket FROM rows"
)


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a segment. `previous_hash` is that of the batch before its first."""

    format: int
    first_batch: int
    last_batch: int
    first_position: int
    last_position: int
    first_time: int
    last_time: int
    previous_hash: str
    last_hash: str
    entries_sha256: str
    batches_sha256: str

    @property
    def name(self) -> str:
        return f"{self.first_position:012d}-{self.last_position:012d}"


@dataclass(frozen=True, slots=True)
class Until:
    """Where an archive ends: before a position, or before a time; whole batches only."""

    position: int | None = None
    time: Instant | None = None

    def holds(self, batch: Batch) -> bool:
        if self.position is not None:
            return batch.last_position < self.position
        assert self.time is not None, "one of both is said"
        return batch.time < self.time


def archive_journal(reader: Reader, folder: Path, until: Until) -> Segment | None:
    """Write what is not archived yet as one more segment; None when there is nothing. Refuses with StoreUnusable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(f"cannot write `{folder}`: {error.strerror}") from error
    segments = list_segments(folder)
    last = segments[-1] if segments else None
    after, position = (last.last_batch, last.last_position) if last else (0, 0)
    accounts, stored, rows = reader.read_journal_rows()
    hashes = deque((batch.hash.hex() for batch in islice(stored, after)), maxlen=1)
    if last is not None and list(hashes) != [last.last_hash]:
        raise StoreUnusable(
            f"`{folder}` is the archive of another ledger: batch {after} has another hash there"
        )
    batches = list(_while_wanted(stored, until))
    if not batches or batches[-1].last_position == position:
        return None
    segment = Segment(
        format=FORMAT,
        first_batch=batches[0].number,
        last_batch=batches[-1].number,
        first_position=position + 1,
        last_position=batches[-1].last_position,
        first_time=batches[0].time,
        last_time=batches[-1].time,
        previous_hash=last.last_hash if last else GENESIS.hex(),
        last_hash=batches[-1].hash.hex(),
        entries_sha256="",
        batches_sha256="",
    )
    return _write(folder, segment, batches, _named(_between(rows, position, segment.last_position), accounts))


def _while_wanted(batches: Iterator[Batch], until: Until) -> Iterator[Batch]:
    for batch in batches:
        if not until.holds(batch):
            return
        yield batch


def _between(rows: Iterator[EntryRow], after: int, last: int) -> Iterator[EntryRow]:
    for row in rows:
        if row[0] > last:
            return
        if row[0] > after:
            yield row


def _named(rows: Iterator[EntryRow], accounts: Mapping[int, Account]) -> Iterator[tuple[int | str, ...]]:
    for position, time, code, debit, credit, quantity, pending, reference, line_id in rows:
        to, source = accounts[debit], accounts[credit]
        places = (to.sku, to.lot, to.node_id, int(to.bucket), source.node_id, int(source.bucket))
        yield (position, time, code, *places, quantity, pending, reference, line_id)


def _write(
    folder: Path, segment: Segment, batches: list[Batch], rows: Iterator[tuple[int | str, ...]]
) -> Segment:
    entries_file, batches_file, manifest = files_of(folder, segment)
    with incomplete(entries_file, batches_file, manifest):
        written = write_parquet(entries_file, ENTRY_TYPES, rows)
        if written != segment.last_position - segment.first_position + 1:
            raise StoreUnusable(
                f"the journal has {written} entries where its batches say {segment.name}; verify it"
            )
        write_parquet(
            batches_file,
            BATCH_TYPES,
            ((one.number, one.entry_count, one.last_position, one.time, one.hash.hex()) for one in batches),
        )
        whole = msgspec.structs.replace(
            segment, entries_sha256=digest_of(entries_file), batches_sha256=digest_of(batches_file)
        )
        write_private(manifest, msgspec.json.format(msgspec.json.encode(whole), indent=2))
    return whole


def files_of(folder: Path, segment: Segment) -> tuple[Path, Path, Path]:
    """Entries, batches, manifest."""
    return (
        folder / f"{segment.name}.entries.parquet",
        folder / f"{segment.name}.batches.parquet",
        folder / f"{segment.name}.manifest.json",
    )


def list_segments(folder: Path) -> list[Segment]:
    """All segments that were finished, in their order. Refuses with StoreUnusable manifests that are none."""
    found = []
    for path in sorted(folder.glob("*.manifest.json")):
        try:
            segment = msgspec.json.decode(path.read_bytes(), type=Segment)
        except (OSError, msgspec.DecodeError) as error:
            raise StoreUnusable(f"`{path}` is no manifest of an archive: {error}") from error
        if segment.format != FORMAT:
            raise StoreUnusable(f"`{path}` has format {segment.format}, this router knows {FORMAT}")
        found.append(segment)
    return found


def batches_of(path: Path) -> Iterator[Batch]:
    for number, entry_count, last_position, time, digest in read_parquet(
        path, "SELECT * FROM rows ORDER BY number"
    ):
        yield Batch(
            number=number,
            entry_count=entry_count,
            last_position=last_position,
            time=Instant(time),
            hash=bytes.fromhex(digest),
        )


def rows_of_archive(path: Path, journal: Journal) -> tuple[dict[int, Account], Iterator[EntryRow]]:
    """The entries of a segment as rows, and all accounts of it and of what `journal` holds already."""
    named = (Account(NodeId(n), Sku(s), lot, Bucket(b)) for n, s, lot, b in read_parquet(path, _ACCOUNTS))
    ids = {account: number for number, account in enumerate(dict.fromkeys((*journal.balances, *named)))}
    return {number: account for account, number in ids.items()}, _numbered(path, ids)


def _numbered(path: Path, ids: dict[Account, int]) -> Iterator[EntryRow]:
    buckets = {int(bucket): bucket for bucket in Bucket}
    for row in read_parquet(path, "SELECT * FROM rows ORDER BY position"):
        position, time, code, sku, lot, to, to_bucket, source, source_bucket, *rest = row
        debit = ids[Account(to, sku, lot, buckets[to_bucket])]
        credit = ids[Account(source, sku, lot, buckets[source_bucket])]
        quantity, pending, reference, line_id = rest
        yield (position, time, code, debit, credit, quantity, pending, reference, line_id)
