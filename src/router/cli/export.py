"""`router export`: a resource of a server as a file."""

import sys
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from router.cli.connection import client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import console, plain_table, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from router.api.v1.resources_pb2 import ExportResourceResponse

FORMATS = ("csv", "jsonl", "parquet")
EXPORT_SECONDS_MAX = 1_800


@click.command()
@click.argument("resource", required=False)
@click.argument("to", metavar="[FILE]", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format", "name", type=click.Choice(FORMATS), help="How to write rows.  [default: as FILE ends, or csv]"
)
@click.option("--with-personal-data", is_flag=True, help="Also whom orders go to, if you may have it.")
@click.option("--list", "lists", is_flag=True, help="Show what there is to export, and what of it to import.")
@client_options
def export(
    resource: str | None,
    to: Path | None,
    name: str | None,
    with_personal_data: bool,
    lists: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Write all rows of RESOURCE, as of one moment, to FILE (`-`, or none: standard output)."""
    if to == Path("-"):
        to = None
    if lists:
        show_resources(address, tls_ca, as_json=as_json)
        return
    if resource is None:
        raise click.UsageError("name a resource; `router export --list` shows them")
    if to is None and (as_json or name == "parquet"):
        raise click.UsageError("name a FILE: standard output holds rows of csv or jsonl and nothing else")
    wanted = name or format_of(to)
    if to is not None and to.exists():
        raise click.UsageError(f"`{to}` is there already; name another file, nothing is overwritten")
    from router.api.v1 import resources_pb2 as pb
    from router.api.v1.resources_pb2_grpc import ResourcesServiceStub

    request = pb.ExportResourceRequest(
        resource=resource,
        format=pb.ROW_FORMAT_JSON_LINES if wanted == "jsonl" else pb.ROW_FORMAT_CSV,
        with_personal_data=with_personal_data,
    )
    with connected(address, tls_ca) as channel:
        pieces = ResourcesServiceStub(channel).ExportResource(request, timeout=EXPORT_SECONDS_MAX)
        if to is None:
            last = write_pieces(pieces, sys.stdout.buffer)
        elif wanted == "parquet":
            last = write_as_parquet(pieces, resource, to)
        else:
            with new_file(to) as file:
                last = write_pieces(pieces, file)
    tell(resource, to, last, as_json=as_json)


def format_of(path: Path | None) -> str:
    """What the end of a file's name says; csv where there is no file."""
    if path is None:
        return "csv"
    word = {"ndjson": "jsonl"}.get(path.suffix[1:], path.suffix[1:])
    if word not in FORMATS:
        raise click.UsageError(
            f"`{path}` must end in .csv, .jsonl or .parquet, which says how rows are written; or say --format"
        )
    return word


@contextmanager
def new_file(to: Path) -> "Iterator[IO[bytes]]":
    """A file that is there whole or not at all."""
    part = to.with_name(to.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.rename(to)
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot write `{to}`: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def write_pieces(pieces: "Iterable[ExportResourceResponse]", file: IO[bytes]) -> "ExportResourceResponse":
    """All of them; gives the last, which says what the file holds."""
    last: Any = None
    for last in pieces:
        file.write(last.content)
    file.flush()
    assert last is not None, "an export has at least one piece"
    return last  # type: ignore[no-any-return]


def write_as_parquet(
    pieces: "Iterable[ExportResourceResponse]", resource: str, to: Path
) -> "ExportResourceResponse":
    from tempfile import TemporaryFile

    from router.app.ports.store import StoreError
    from router.cli.parquet_rows import write_csv_as_parquet

    with TemporaryFile() as file:
        last = write_pieces(pieces, file)
        file.seek(0)
        part = to.with_name(to.name + ".part")
        try:
            write_csv_as_parquet(file, resource, part)
            part.rename(to)
        except StoreError as error:
            raise CommandFailed(Exit.USAGE, str(error), reason="STORE_UNUSABLE") from error
        finally:
            with suppress(OSError):
                part.unlink()
    return last


def tell(resource: str, to: Path | None, last: "ExportResourceResponse", *, as_json: bool) -> None:
    """What was written, as of when, and loudly if it is personal."""
    if as_json:
        print_json(
            exported={
                "resource": resource,
                "file": str(to),
                "rows": last.row_count,
                "ledger_position": last.ledger_position,
                "event_position": last.event_position,
                "personal_data": last.personal_data,
            }
        )
        return
    warning = "; it holds personal data" if last.personal_data else ""
    text = f"{rows_of(last.row_count, resource)} as of entry {last.ledger_position:,}{warning}"
    click.echo(f"{to}: {text}" if to else text, err=to is None)


def rows_of(count: int, resource: str) -> str:
    """`1 row of network`."""
    return f"{count:,} row{'' if count == 1 else 's'} of {resource}"


def show_resources(address: str, tls_ca: str | None, *, as_json: bool) -> None:
    from router.api.v1.resources_pb2 import ListResourcesRequest
    from router.api.v1.resources_pb2_grpc import ResourcesServiceStub
    from router.cli.connection import TIMEOUT_SECONDS
    from router.cli.output import as_dict

    with connected(address, tls_ca) as channel:
        found = ResourcesServiceStub(channel).ListResources(ListResourcesRequest(), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(resources=[as_dict(one) for one in found.resources])
        return
    table = plain_table("resource", "import", "a row is")
    for one in found.resources:
        title = one.title + (" (personal data only when asked for)" if one.personal_columns else "")
        table.add_row(one.name, "yes" if one.importable else "–", title)
    console().print(table)
