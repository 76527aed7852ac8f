"""`router ledger archive`: the beginning of the journal as Parquet files, and the proof that they are it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.failures import CommandFailed, Exit
from router.cli.ledger.backup import AS_JSON
from router.cli.ledger.verdict import print_audit
from router.cli.output import console, print_json

if TYPE_CHECKING:
    from router.stores.archive.segments import Until


@click.command()
@click.argument("to", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@click.option("--db", "database", envvar="ROUTER_DB", required=True, metavar="FILE|URL", help="The ledger.")
@click.option(
    "--before",
    required=True,
    metavar="DATE|POSITION",
    help="Up to a day (YYYY-MM-DD, UTC) or a position of the journal; whole batches only.",
)
@AS_JSON
def archive(to: Path, database: str, before: str, as_json: bool) -> None:
    """Write what is not in FOLDER yet, up to a day or a position, as Parquet; the ledger itself stays as it is."""
    from router.app.ports.store import StoreError
    from router.stores.archive.segments import archive_journal
    from router.stores.offline import looking_at

    until = until_of(before)
    try:
        with looking_at(database) as reader:
            segment = archive_journal(reader, to, until)
    except StoreError as error:
        raise CommandFailed(Exit.UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    if as_json:
        print_json(
            archived=None
            if segment is None
            else {
                "name": segment.name,
                "first_position": segment.first_position,
                "last_position": segment.last_position,
                "last_hash": segment.last_hash,
            }
        )
        return
    if segment is None:
        console().print(f"nothing to archive: no whole batch up to {before} is missing there")
        return
    console().print(
        f"{to}/{segment.name}: entries {segment.first_position:,} to {segment.last_position:,},"
        f" {segment.last_batch - segment.first_batch + 1:,} batches; head {segment.last_hash[:16]}"
    )


def until_of(before: str) -> "Until":
    from router.domain.identifiers import Instant
    from router.stores.archive.segments import Until

    if before.isascii() and before.isdigit() and len(before) <= 18:
        return Until(position=int(before))
    try:
        day = datetime.strptime(before, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise click.UsageError(
            f"--before is `{before}`, must be a day such as 2026-11-30 or a position such as 100000"
        ) from error
    return Until(time=Instant(int(day.timestamp()) * 1_000_000))


def verify_with_archive(folder: Path, where: str | None, *, as_json: bool) -> int:
    """Prove an archive and, if a ledger is named, that it follows."""
    from contextlib import nullcontext

    from router.app.ports.store import StoreError
    from router.stores.archive.verify import verify_archive
    from router.stores.offline import looking_at

    try:
        with looking_at(where) if where is not None else nullcontext() as reader:
            report = verify_archive(folder, reader)
    except StoreError as error:
        raise CommandFailed(Exit.UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    code = Exit.FINDINGS if report.faults else Exit.DONE
    if as_json:
        print_json(
            verified={
                "clean": not report.faults,
                "segment_count": report.segment_count,
                "entry_count": report.entry_count,
                "live_entry_count": report.live_entry_count,
                "head_hash": report.head_hash.hex(),
                "faults": list(report.faults),
            }
        )
        return code
    on = f", {report.live_entry_count:,} more in the ledger follow" if where is not None else ""
    print_audit(
        "the archive has",
        report.faults,
        f"{report.entry_count:,} entries in {report.segment_count:,} segments{on}; head {report.head_hash.hex()[:16]}",
    )
    return code
