"""`router ledger`: the journal and its audit."""

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, page_options
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.ledger.archive import archive, verify_with_archive
from router.cli.ledger.export import export
from router.cli.ledger.verdict import print_audit
from router.cli.output import as_dict, console, plain_table, print_json, say_more

if TYPE_CHECKING:
    from router.api.v1.ledger_pb2 import Balance


@click.group(cls=Group)
def ledger() -> None:
    """The truth about goods."""


@ledger.command()
@client_options
def audit(address: str, tls_ca: str | None, as_json: bool) -> int:
    """Count the whole journal again; exit 1 if anything disagrees with it."""
    from router.api.v1.ledger_pb2 import AuditLedgerRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    with connected(address, tls_ca) as channel:
        found = LedgerServiceStub(channel).AuditLedger(AuditLedgerRequest(), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(audit=as_dict(found))
        return Exit.DONE if found.clean else Exit.FINDINGS
    print_audit(
        "the audit found",
        found.faults,
        f"{found.entry_count:,} entries, {found.account_count:,} accounts and {found.reservation_count:,} open "
        f"reservations agree; head {found.head_hash[:16]}",
    )
    return Exit.DONE


@ledger.command()
@click.option("--reference", default="", metavar="ID", help="Of this order or reservation.")
@click.option("--sku", default="", metavar="SKU", help="Where the unit of this product went; with --serial.")
@click.option("--serial", default="", metavar="NUMBER", help="The serial number; with --sku.")
@page_options
@client_options
def serials(
    reference: str,
    sku: str,
    serial: str,
    limit: int,
    page_token: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """List serial numbers that left, of an order or a reservation; or find one unit."""
    from router.api.v1.ledger_pb2 import ListSerialsRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    request = ListSerialsRequest(
        page_size=limit, page_token=page_token, reference=reference, sku=sku, serial=serial
    )
    with connected(address, tls_ca) as channel:
        page = LedgerServiceStub(channel).ListSerials(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(serials=[as_dict(one) for one in page.serials], next_page_token=page.next_page_token)
        return
    table = plain_table("SKU", "serial", "left with", "line", ">entry")
    for one in page.serials:
        table.add_row(one.sku, one.serial, one.reference, one.line_id, f"{one.position:,}")
    console().print(table if page.serials else "none left")
    say_more(page.next_page_token)


@ledger.command()
@click.option("--reference", default="", metavar="ID", help="Only entries of this order, feed or reason.")
@page_options
@client_options
def entries(
    reference: str, limit: int, page_token: str, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """List entries in the order of booking."""
    from router.api.v1.ledger_pb2 import ListEntriesRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    with connected(address, tls_ca) as channel:
        request = ListEntriesRequest(page_size=limit, page_token=page_token, reference=reference)
        page = LedgerServiceStub(channel).ListEntries(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(entries=[as_dict(entry) for entry in page.entries], next_page_token=page.next_page_token)
        return
    table = plain_table(">position", "time", "code", "to", "from", ">units", "reference")
    for entry in page.entries:
        cause = entry.reference + (f" line {entry.line_id}" if entry.line_id else "")
        table.add_row(
            f"{entry.position:,}",
            entry.book_time.ToJsonString(),
            entry.code,
            entry.debit_account,
            entry.credit_account,
            f"{entry.quantity:,}",
            cause,
        )
    console().print(table)
    say_more(page.next_page_token)


@ledger.command()
@click.argument("where", metavar="FILE|URL", required=False)
@click.option(
    "--archive",
    "archive_folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Prove this archive, from the first entry on; with FILE or URL, that the ledger follows it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def verify(where: str | None, archive_folder: Path | None, as_json: bool) -> int:
    """Count a whole journal again without a server: of a file, of a PostgreSQL database (URL), or of an archive."""
    if archive_folder is not None:
        return verify_with_archive(archive_folder, where, as_json=as_json)
    if where is None:
        raise click.UsageError("name a ledger (FILE or URL), an archive (--archive FOLDER), or both")
    from router.app.ports.store import StoreError
    from router.app.reading.verify import verify as verify_books
    from router.stores.offline import looking_at

    try:
        with looking_at(where) as reader:
            report, head = verify_books(reader), reader.head()
    except StoreError as error:
        raise CommandFailed(Exit.UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    if as_json:
        print_json(
            verified={
                "clean": not report.faults,
                "entry_count": report.entry_count,
                "event_position": head.event_position,
                "account_count": report.account_count,
                "reservation_count": report.reservation_count,
                "order_count": report.order_count,
                "head_hash": report.head_hash.hex(),
                "faults": list(report.faults),
            }
        )
        return Exit.FINDINGS if report.faults else Exit.DONE
    print_audit(
        "the audit found",
        report.faults,
        f"{report.entry_count:,} entries, {report.account_count:,} accounts, {report.order_count:,} orders and"
        f" {report.reservation_count:,} open reservations agree; head {report.head_hash.hex()[:16]}",
    )
    return Exit.DONE


@ledger.command()
@client_options
def status(address: str, tls_ca: str | None, as_json: bool) -> int:
    """Say where the ledger stands, whether it is written and its clock is believed; exit 1 while either is not so."""
    from router.api.v1.ledger_pb2 import GetLedgerStatusRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    with connected(address, tls_ca) as channel:
        found = LedgerServiceStub(channel).GetLedgerStatus(GetLedgerStatusRequest(), timeout=TIMEOUT_SECONDS)
    in_doubt = found.HasField("clock_ahead_seconds")
    code = Exit.DONE if found.writable and not in_doubt else Exit.FINDINGS
    if as_json:
        print_json(status=as_dict(found))
        return code
    screen = console()
    if found.writable:
        screen.print("writable", style="green")
    else:
        screen.print(
            f"read-only since {found.read_only_since.ToJsonString()}: {found.read_only_because}", style="red"
        )
    if in_doubt:
        screen.print(
            f"the clock leapt ahead by {found.clock_ahead_seconds:,} s; nothing expires until it is right again or"
            " somebody says that it is: router call TrustClock",
            style="red",
        )
    screen.print(
        f"{found.position:,} entries, {found.event_position:,} events, {found.batch_number:,} batches; "
        f"head {found.head_hash[:16]}"
    )
    if found.database_bytes:
        database, log, free = (
            f"{size / 1e6:,.1f} MB" for size in (found.database_bytes, found.log_bytes, found.free_bytes)
        )
        screen.print(f"database {database}, log {log}, free {free}")
    return code


@ledger.command()
@click.argument("position", type=click.IntRange(min=1))
@click.option("--node", "node_id", default="", metavar="ID", help="Only accounts of this node.")
@click.option("--sku", default="", metavar="SKU", help="Only accounts of this product.")
@client_options
def at(position: int, node_id: str, sku: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Show balances as they were after the entry at POSITION."""
    from router.api.v1.ledger_pb2 import ListBalancesRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    balances: list[Balance] = []
    token, is_first = "", True
    with connected(address, tls_ca) as channel:
        while token or is_first:
            is_first = False
            request = ListBalancesRequest(
                page_size=1_000, page_token=token, node_id=node_id, sku=sku, position=position
            )
            page = LedgerServiceStub(channel).ListBalances(request, timeout=TIMEOUT_SECONDS)
            balances += page.balances
            token = page.next_page_token
    if as_json:
        print_json(balances=[as_dict(one) for one in balances], ledger_position=position)
        return
    table = plain_table("account", ">units", ">reserved", ">received", ">given")
    for one in balances:
        units = one.debits_posted - one.credits_posted
        figures = (units, one.credits_pending, one.debits_posted, one.credits_posted)
        table.add_row(one.account, *(f"{figure:,}" for figure in figures))
    console().print(table)


@ledger.command()
@click.argument("position", type=click.IntRange(min=1))
@click.option("--author", required=True, help="Who says so.")
@click.option("--reason", required=True, help="Why the entry was a mistake.")
@client_options
def correct(position: int, author: str, reason: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Reverse the entry at POSITION, once; both stay in the journal."""
    from router.api.v1.ledger_pb2 import CorrectEntryRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    request = CorrectEntryRequest(
        position=position, author=author, reason=reason, request_id=f"cli/{uuid.uuid4()}"
    )
    with connected(address, tls_ca) as channel:
        done = LedgerServiceStub(channel).CorrectEntry(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(correction=as_dict(done))
        return
    click.echo(f"entry {position:,} is reversed by entry {done.position:,}")


ledger.add_command(archive)
ledger.add_command(export)
