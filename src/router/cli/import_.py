"""`router import`: a file of rows into a server."""

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import client_options, connected, read_file
from router.cli.export import EXPORT_SECONDS_MAX, FORMATS, format_of, rows_of
from router.cli.failures import CommandFailed, Exit
from router.cli.output import as_dict, print_json

if TYPE_CHECKING:
    from router.api.v1.resources_pb2 import ImportHeader, ImportResourceRequest

PIECE_BYTES = 1 << 20


@click.command("import")
@click.argument("resource")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "--format", "name", type=click.Choice(FORMATS), help="How rows are written.  [default: as FILE ends]"
)
@click.option("--dry-run", is_flag=True, help="Check and try all rows, book none.")
@click.option(
    "--key",
    metavar="TEXT",
    help="Of this import; the same file under the same key is booked once.  [default: made up]",
)
@client_options
def import_(
    resource: str,
    file: Path,
    name: str | None,
    dry_run: bool,
    key: str | None,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> int:
    """Book the rows of FILE (`-`: standard input) as RESOURCE; all are checked and tried before the first is."""
    from router.api.v1 import resources_pb2 as pb
    from router.api.v1.resources_pb2_grpc import ResourcesServiceStub

    if str(file) == "-" and name is None:
        raise click.UsageError("say with --format how the rows on standard input are written")
    wanted = name or format_of(file)
    content = content_of(file, wanted)
    header = pb.ImportHeader(
        resource=resource,
        format=pb.ROW_FORMAT_JSON_LINES if wanted == "jsonl" else pb.ROW_FORMAT_CSV,
        request_id=key or f"cli/{uuid.uuid4()}",
        validate_only=dry_run,
    )
    with connected(address, tls_ca) as channel:
        done = ResourcesServiceStub(channel).ImportResource(
            pieces_of(header, content), timeout=EXPORT_SECONDS_MAX
        )
    if as_json:
        print_json(imported=as_dict(done))
    else:
        verb = "would be booked" if dry_run else "were booked before" if done.replayed else "booked"
        times = "1 transaction" if done.transaction_count == 1 else f"{done.transaction_count:,} transactions"
        click.echo(f"{rows_of(done.row_count, resource)} {verb} in {times}")
        for row in done.refused_rows:
            click.echo(f"  row {row.row}: {row.message} [{row.reason}]")
    return Exit.FINDINGS if done.refused_rows else Exit.DONE


def content_of(file: Path, wanted: str) -> bytes:
    """The rows as they are sent; Parquet as CSV."""
    from router.app.ports.store import StoreError
    from router.cli.parquet_rows import parquet_as_csv

    if str(file) == "-":
        if wanted == "parquet":
            raise click.UsageError("Parquet is read from a file, not from standard input")
        return sys.stdin.buffer.read()
    if wanted != "parquet":
        return read_file(str(file))
    try:
        return parquet_as_csv(file)
    except StoreError as error:
        raise CommandFailed(Exit.USAGE, str(error), reason="STORE_UNUSABLE") from error


def pieces_of(header: "ImportHeader", content: bytes) -> "Iterator[ImportResourceRequest]":
    from router.api.v1.resources_pb2 import ImportResourceRequest

    yield ImportResourceRequest(header=header)
    for start in range(0, len(content), PIECE_BYTES):
        yield ImportResourceRequest(content=content[start : start + PIECE_BYTES])
