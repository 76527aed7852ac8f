"""Verifying archives: nothing in them was changed, they follow each other, and the ledger follows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from router.app.ports.store import Reader, StoreError
from router.app.reading.verify import compare_with
from router.ledger.audit_journal import Journal, note_serials
from router.ledger.audit_rows import recount
from router.ledger.chain import GENESIS
from router.stores.archive.segments import Segment, batches_of, files_of, list_segments, rows_of_archive
from router.stores.sqlite.backup import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveReport:
    """What was read and what is wrong with it; `live_entry_count` of a ledger that follows the archive, else 0."""

    segment_count: int
    entry_count: int
    live_entry_count: int
    head_hash: bytes
    faults: tuple[str, ...]


def verify_archive(folder: Path, reader: Reader | None = None) -> ArchiveReport:
    """Count everything again from the first entry on: through all segments and, if given, on through the ledger."""
    journal = Journal()
    if reader is not None:
        note_serials(journal, reader.read_serials())
    try:
        segments = list_segments(folder)
        faults = [*faults_of_files(folder, segments), *faults_of_order(segments)] or read_segments(
            folder, segments, journal
        )
    except (StoreError, KeyError, ValueError) as error:
        segments, faults = [], [f"the archive cannot be read: {error}"]
    if not segments and not faults:
        faults = [f"`{folder}` holds no segments"]
    archived = journal.position
    if reader is not None and not faults:
        faults = go_on(reader, journal)
    return ArchiveReport(
        segment_count=len(segments),
        entry_count=archived,
        live_entry_count=journal.position - archived,
        head_hash=journal.hash,
        faults=tuple(faults),
    )


def faults_of_files(folder: Path, segments: Sequence[Segment]) -> list[str]:
    """Files that are not byte for byte those that the manifests were written for."""
    faults = []
    for segment in segments:
        entries, batches, _ = files_of(folder, segment)
        for path, wanted in ((entries, segment.entries_sha256), (batches, segment.batches_sha256)):
            if not path.exists():
                faults.append(f"`{path.name}` is missing")
            elif digest_of(path) != wanted:
                faults.append(f"`{path.name}` is not the file that its manifest was written for")
    return faults


def faults_of_order(segments: Sequence[Segment]) -> list[str]:
    """Segments that do not begin where the one before ends."""
    faults = []
    batch, position, digest = 0, 0, GENESIS.hex()
    for segment in segments:
        begins = (segment.first_batch, segment.first_position, segment.previous_hash)
        if begins != (batch + 1, position + 1, digest):
            faults.append(
                f"segment {segment.name} does not follow position {position:,}:"
                " a segment is missing, or is of another ledger"
            )
        batch, position, digest = segment.last_batch, segment.last_position, segment.last_hash
    return faults


def read_segments(folder: Path, segments: Sequence[Segment], journal: Journal) -> list[str]:
    for segment in segments:
        entries, batches, _ = files_of(folder, segment)
        accounts, rows = rows_of_archive(entries, journal)
        is_whole = recount(journal, accounts, batches_of(batches), rows)
        if not is_whole or journal.hash.hex() != segment.last_hash:
            return [
                f"segment {segment.name}: its entries do not have the hashes of its batches, or break the books"
            ]
    return []


def go_on(reader: Reader, journal: Journal) -> list[str]:
    """Read what the ledger has behind the archive, and compare all that it holds with the whole."""
    accounts, batches, rows = reader.read_journal_rows()
    skipped = list(islice(batches, journal.number))
    if len(skipped) < journal.number or skipped[-1].hash != journal.hash:
        return [
            f"the ledger does not hold batch {journal.number} with the archive's hash: it is another ledger's"
        ]
    for _ in islice(rows, journal.position):
        continue
    if not recount(journal, accounts, batches, rows) or journal.serials:
        return [
            f"what the ledger holds behind batch {skipped[-1].number} does not follow; verify the ledger alone"
        ]
    return list(compare_with(journal, reader).faults)
