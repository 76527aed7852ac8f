"""`router accounting`: vouchers for the books of a company, and the proof that they agree with the ledger."""

import csv
import json
import sys
import uuid
from collections.abc import Iterator
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import as_dict, console, plain_table, print_json
from router.domain.currency import amount_text
from router.domain.limits import UNIT_COSTS_PER_REQUEST_MAX
from router.domain.table_text import separator_fault

if TYPE_CHECKING:
    from router.api.v1.accounting_pb2 import ExportAccountingResponse, UnitCost, Voucher

COLUMNS = (
    "voucher", "position", "time", "kind", "account", "role", "debit_minor", "credit_minor", "currency", "reference",
    "reason", "sku", "quantity",
)  # fmt: skip
EXPORT_SECONDS_MAX = 3_600


@click.group(cls=Group)
def accounting() -> None:
    """What goods and money mean to the books of a company."""


@accounting.command()
@click.option(
    "--from", "after", default=0, type=click.IntRange(0), metavar="POSITION", help="Behind this position."
)
@click.option(
    "--to", "until", default=0, type=click.IntRange(0), metavar="POSITION", help="Up to it; 0: all."
)
@click.option("--format", "kind", default="csv", show_default=True, type=click.Choice(["csv", "json"]))
@client_options
def export(after: int, until: int, kind: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Write the vouchers of a range of the journal: the same bytes whenever it is asked for.

    CSV has a row for each line of a voucher, JSON one voucher a line. Go on with --from at the last position.
    """
    from router.api.v1.accounting_pb2 import ExportAccountingRequest
    from router.api.v1.accounting_pb2_grpc import AccountingServiceStub

    request = ExportAccountingRequest(after_position=after, until_position=until)
    with connected(address, tls_ca) as channel:
        pages = AccountingServiceStub(channel).ExportAccounting(request, timeout=EXPORT_SECONDS_MAX)
        last = write_json(pages) if as_json or kind == "json" else write_csv(pages)
    click.echo(f"up to position {last or after}", err=True)


def write_csv(pages: "Iterator[ExportAccountingResponse]") -> int:
    """Rows on standard output, below a heading that a refusal comes before; gives the last position."""
    first = next(pages, None)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    last = 0
    for page in () if first is None else chain((first,), pages):
        writer.writerows(row for voucher in page.vouchers for row in rows_of(voucher))
        last = page.position
    return last


def rows_of(voucher: "Voucher") -> Iterator[tuple[Any, ...]]:
    for line in voucher.lines:
        yield (
            voucher.voucher_id,
            voucher.position,
            voucher.book_time.ToJsonString(),
            voucher.kind,
            line.account,
            line.role,
            line.debit_minor,
            line.credit_minor,
            voucher.currency,
            voucher.reference,
            voucher.reason,
            voucher.sku,
            voucher.quantity,
        )


def write_json(pages: "Iterator[ExportAccountingResponse]") -> int:
    """One voucher a line on standard output; gives the last position."""
    last = 0
    for page in pages:
        for voucher in page.vouchers:
            print(json.dumps(as_dict(voucher), ensure_ascii=False, sort_keys=True))
        last = page.position
    return last


@accounting.command()
@client_options
def reconcile(address: str, tls_ca: str | None, as_json: bool) -> int:
    """Add all vouchers up and count the same again from the books; exit 1 if they differ."""
    from router.api.v1.accounting_pb2 import ReconcileAccountingRequest
    from router.api.v1.accounting_pb2_grpc import AccountingServiceStub

    with connected(address, tls_ca) as channel:
        found = AccountingServiceStub(channel).ReconcileAccounting(
            ReconcileAccountingRequest(), timeout=EXPORT_SECONDS_MAX
        )
    done = Exit.DONE if found.clean else Exit.FINDINGS
    if as_json:
        print_json(reconciliation=as_dict(found))
        return done
    table = plain_table("account", "name", ">debit", ">credit")
    for one in found.totals:
        text = amount_text(abs(one.balance_minor), one.currency) + f" {one.currency}"
        debit, credit = (text, "") if one.balance_minor >= 0 else ("", text)
        table.add_row(one.account, one.name, debit, credit)
    console().print(table)
    if found.skus_without_cost_count:
        some = ", ".join(found.skus_without_cost[:5])
        console().print(
            f"{found.skus_without_cost_count:,} products in stock are worth nothing, nobody said what a unit costs:"
            f" {some}; see `router accounting costs`"
        )
    for difference in found.differences:
        console().print(f"differs: {difference.text}")
    verdict = "agree with the books" if found.clean else "do not agree with the books"
    console().print(f"{found.voucher_count:,} vouchers up to position {found.position:,} {verdict}")
    return done


@accounting.command()
@client_options
def chart(address: str, tls_ca: str | None, as_json: bool) -> None:
    """Show the chart of accounts in use."""
    from router.api.v1.accounting_pb2 import GetChartOfAccountsRequest
    from router.api.v1.accounting_pb2_grpc import AccountingServiceStub

    with connected(address, tls_ca) as channel:
        found = AccountingServiceStub(channel).GetChartOfAccounts(
            GetChartOfAccountsRequest(), timeout=TIMEOUT_SECONDS
        )
    if as_json:
        print_json(chart=as_dict(found))
        return
    table = plain_table("role", "account", "name")
    for one in found.accounts:
        table.add_row(one.role, one.account, one.name)
    console().print(table)
    taxes = ", ".join(
        f"{country} {rate / 100:g} %" for country, rate in sorted(found.tax_basis_points.items())
    )
    console().print(f"sales count at {found.recognize}; prices include tax: {taxes or 'none'}")


@accounting.command()
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@client_options
def costs(file: Path, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Say what a unit of products costs, from a CSV file with the columns `sku` and `unit_cost_minor`.

    FILE `-` is read from standard input.
    """
    from router.api.v1.accounting_pb2 import PutUnitCostsRequest
    from router.api.v1.accounting_pb2_grpc import AccountingServiceStub

    asked = read_costs(file)
    changed = 0
    with connected(address, tls_ca) as channel:
        stub = AccountingServiceStub(channel)
        for start in range(0, len(asked), UNIT_COSTS_PER_REQUEST_MAX):
            request = PutUnitCostsRequest(
                unit_costs=asked[start : start + UNIT_COSTS_PER_REQUEST_MAX], request_id=f"cli/{uuid.uuid4()}"
            )
            changed += stub.PutUnitCosts(request, timeout=TIMEOUT_SECONDS).changed_count
    if as_json:
        print_json(costs={"rows": len(asked), "changed": changed})
        return
    console().print(f"{len(asked):,} costs read, {changed:,} are others than before")


def read_costs(file: Path) -> "list[UnitCost]":
    """Every row, or a refusal that names the line."""
    from router.api.v1.accounting_pb2 import UnitCost

    found = []
    name = "standard input" if str(file) == "-" else str(file)
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        rows = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""))
        if fault := separator_fault(rows.fieldnames or ()):
            raise CommandFailed(Exit.USAGE, f"{name}:1: {fault}")
        if not {"sku", "unit_cost_minor"} <= set(rows.fieldnames or ()):
            raise CommandFailed(Exit.USAGE, f"`{name}` needs the columns `sku` and `unit_cost_minor`")
        for number, row in enumerate(rows, start=2):
            if None in row:
                raise CommandFailed(
                    Exit.USAGE,
                    f"{name}:{number}: more cells than the heading has columns; write 1000, not 1,000",
                )
            text = (row["unit_cost_minor"] or "").strip()
            if not (text.isascii() and text.isdigit() and len(text) <= 9):
                raise CommandFailed(
                    Exit.USAGE,
                    f"{name}:{number}: unit_cost_minor is `{text}`, must be whole minor units of at most 9 digits",
                )
            found.append(UnitCost(sku=(row["sku"] or "").strip(), unit_cost_minor=int(text)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandFailed(Exit.USAGE, f"cannot read `{name}`: {error}") from error
    if not found:
        raise CommandFailed(Exit.USAGE, f"`{name}` has no rows")
    return found
