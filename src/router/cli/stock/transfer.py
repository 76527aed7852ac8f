"""`router stock transfer`: goods on their way from node to node."""

import uuid
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from router.api.v1.transfer_pb2 import Transfer


@click.group(cls=Group)
def transfer() -> None:
    """Goods on their way from node to node."""


@transfer.command()
@click.argument("from_node", metavar="FROM")
@click.argument("to_node", metavar="TO")
@click.argument("units", metavar="SKU=UNITS...", nargs=-1, required=True)
@click.option(
    "--id", "transfer_id", default="", metavar="ID", help="Its name; without one the router makes one."
)
@click.option("--expected", default="", metavar="DATE", help="When it arrives, such as 2026-12-01.")
@client_options
def send(
    from_node: str,
    to_node: str,
    units: tuple[str, ...],
    transfer_id: str,
    expected: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Send free units from one node to another."""
    from router.api.v1.inventory_pb2_grpc import InventoryServiceStub
    from router.api.v1.transfer_pb2 import TransferStockRequest, UnitsToSend

    lines = [UnitsToSend(sku=sku, quantity=count) for sku, (count,) in map(read_units, units)]
    request = TransferStockRequest(
        from_node_id=from_node,
        to_node_id=to_node,
        lines=lines,
        transfer_id=transfer_id,
        expected_date=expected,
        request_id=str(uuid.uuid4()),
    )
    with connected(address, tls_ca) as channel:
        response = InventoryServiceStub(channel).TransferStock(request, timeout=TIMEOUT_SECONDS)
    show([response.transfer], as_json=as_json)


@transfer.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@click.argument("from_node", metavar="FROM")
@client_options
def planned(shipment_id: str, from_node: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Send what the plan of a shipment moves from a node."""
    from router.api.v1.inventory_pb2_grpc import InventoryServiceStub
    from router.api.v1.transfer_pb2 import SendPlannedTransferRequest

    request = SendPlannedTransferRequest(
        shipment_id=shipment_id, from_node_id=from_node, request_id=str(uuid.uuid4())
    )
    with connected(address, tls_ca) as channel:
        response = InventoryServiceStub(channel).SendPlannedTransfer(request, timeout=TIMEOUT_SECONDS)
    show([response.transfer], as_json=as_json)


@transfer.command()
@click.argument("transfer_id", metavar="ID")
@click.argument("units", metavar="[SKU=UNITS[/BROKEN]...]", nargs=-1)
@click.option("--close", is_flag=True, help="What has not arrived now never will: it is lost.")
@click.option(
    "--extra", "accepts_extra", is_flag=True, help="It is true that so many more came than were sent."
)
@client_options
def receive(
    transfer_id: str,
    units: tuple[str, ...],
    close: bool,
    accepts_extra: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Book what arrived; without units everything that is under way, as it was sent."""
    from router.api.v1.inventory_pb2_grpc import InventoryServiceStub
    from router.api.v1.transfer_pb2 import ReceiveTransferRequest, UnitsReceived

    lines = []
    for sku, counts in map(read_units, units):
        good, broken = (*counts, 0)[:2]
        lines.append(UnitsReceived(sku=sku, quantity=good, damaged=broken))
    request = ReceiveTransferRequest(
        transfer_id=transfer_id,
        lines=lines,
        close=close,
        accept_extra=accepts_extra,
        request_id=str(uuid.uuid4()),
    )
    with connected(address, tls_ca) as channel:
        response = InventoryServiceStub(channel).ReceiveTransfer(request, timeout=TIMEOUT_SECONDS)
    show([response.transfer], as_json=as_json)


@transfer.command()
@click.argument("transfer_id", metavar="ID")
@click.option("--reason", default="", help="Why.")
@client_options
def cancel(transfer_id: str, reason: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Take a transfer back of which nothing was received."""
    from router.api.v1.inventory_pb2_grpc import InventoryServiceStub
    from router.api.v1.transfer_pb2 import CancelTransferRequest

    request = CancelTransferRequest(transfer_id=transfer_id, reason=reason, request_id=str(uuid.uuid4()))
    with connected(address, tls_ca) as channel:
        response = InventoryServiceStub(channel).CancelTransfer(request, timeout=TIMEOUT_SECONDS)
    show([response.transfer], as_json=as_json)


@transfer.command("list")
@click.option("--all", "with_over", is_flag=True, help="Those that are over, too.")
@click.option("--node", "node_id", default="", metavar="NODE", help="Only those from or to this node.")
@client_options
def list_transfers(with_over: bool, node_id: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """List what is under way."""
    from router.api.v1.inventory_pb2_grpc import InventoryServiceStub
    from router.api.v1.transfer_pb2 import TRANSFER_STATE_OPEN, ListTransfersRequest

    request = ListTransfersRequest(page_size=1_000, node_id=node_id)
    if not with_over:
        request.state = TRANSFER_STATE_OPEN
    with connected(address, tls_ca) as channel:
        response = InventoryServiceStub(channel).ListTransfers(request, timeout=TIMEOUT_SECONDS)
    show(response.transfers, as_json=as_json)


def read_units(text: str) -> tuple[str, tuple[int, ...]]:
    """`RED-CLOCK=5` or, with broken ones, `RED-CLOCK=4/1`."""
    sku, equals, counts = text.rpartition("=")
    figures = counts.split("/")
    if not (equals and sku and len(figures) <= 2 and all(one.isascii() and one.isdigit() for one in figures)):
        raise CommandFailed(Exit.USAGE, f"`{text}` must read like RED-CLOCK=5")
    return sku, tuple(map(int, figures))


def show(transfers: "Iterable[Transfer]", *, as_json: bool) -> None:
    if as_json:
        print_json(transfers=[as_dict(one) for one in transfers])
        return
    table = plain_table(
        "transfer",
        "state",
        "from",
        "to",
        "expected",
        "SKU",
        ">sent",
        ">received",
        ">damaged",
        ">lost",
        ">under way",
    )
    for one in transfers:
        words = (
            one.transfer_id,
            enum_word(one, "state"),
            one.from_node_id,
            one.to_node_id,
            one.expected_date,
        )
        for line in one.lines:
            figures = (line.sent, line.received, line.damaged, line.lost, line.left)
            table.add_row(*words, line.sku, *(f"{units:,}" if units else "–" for units in figures))
            words = ("", "", "", "", "")
    screen = console()
    screen.print(table if table.row_count else "nothing is under way")
