"""`router stock count`: what somebody found on the shelves, booked against what the router believed."""

import csv
import sys
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import as_dict, console, plain_table, print_json
from router.cli.stock.shortfalls import show_shortfalls

if TYPE_CHECKING:
    from router.api.v1.inventory_pb2 import CountedUnits, CountStockResponse

REASONS = ("CYCLE_COUNT", "STOCKTAKE", "SPOT_CHECK", "RECOUNT", "OPENING")
HEADER = ["node", "sku", "counted", "expected"]


@click.command()
@click.argument("sheet", metavar="SHEET", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--reason", type=click.Choice(REASONS), default=REASONS[0], show_default=True)
@click.option("--reference", default="", metavar="NAME", help="Your own name for the count.")
@client_options
def count(sheet: str, reason: str, reference: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Book the counts in SHEET, a CSV file with the columns node, sku, counted and expected (`-`: standard input).

    `expected` is what the router had on hand when counting began (`router stock show`). If any figure changed since,
    nothing is booked and the command says which (exit 1).
    """
    from router.api.v1.inventory_pb2 import CountStockRequest
    from router.api.v1.inventory_pb2_grpc import InventoryServiceStub

    text = sys.stdin.read() if sheet == "-" else read_sheet(sheet)
    request = CountStockRequest(
        rows=rows_of(text.splitlines(), sheet),
        reason_code=reason,
        reference=reference,
        request_id=str(uuid.uuid4()),
    )
    with connected(address, tls_ca) as channel:
        response = InventoryServiceStub(channel).CountStock(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(counted=as_dict(response))
        return
    show(response)


def read_sheet(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(Exit.USAGE, f"cannot read `{path}`: {error}") from error


def rows_of(lines: Iterable[str], sheet: str) -> "Iterator[CountedUnits]":
    """The rows of a sheet; refuses the first line that is not one."""
    from router.api.v1.inventory_pb2 import CountedUnits

    reader = csv.reader(lines)
    if [name.strip() for name in next(reader, [])] != HEADER:
        raise CommandFailed(Exit.USAGE, f"{sheet}:1: the first line must be `{','.join(HEADER)}`")
    for cells in reader:
        if not cells:
            continue
        where = f"{sheet}:{reader.line_num}"
        if len(cells) != len(HEADER):
            raise CommandFailed(Exit.USAGE, f"{where}: {len(cells)} columns, must have {len(HEADER)}")
        node_id, sku, *figures = (cell.strip() for cell in cells)
        try:
            counted, expected = map(int, figures)
        except ValueError:
            raise CommandFailed(
                Exit.USAGE,
                f"{where}: counted and expected are `{figures[0]}` and `{figures[1]}`, must be whole numbers",
            ) from None
        yield CountedUnits(node_id=node_id, sku=sku, counted=counted, expected_on_hand=expected)


def show(response: "CountStockResponse") -> None:
    table = plain_table("SKU", "node", ">counted", ">difference")
    differing = [row for row in response.rows if row.difference]
    for row in differing:
        figure = row.availability
        table.add_row(figure.sku, figure.node_id, f"{figure.on_hand:,}", f"{row.difference:+,}")
    screen = console()
    if differing:
        screen.print(table)
    screen.print(f"{len(differing):,} of {len(response.rows):,} figures differed")
    show_shortfalls(response.shortfalls)
