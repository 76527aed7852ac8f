"""`router stock`: what can be promised, and what people do with goods: count them, move them, judge what feeds say."""

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.groups import Group
from router.cli.output import as_dict, console, plain_table, print_json
from router.cli.stock.count import count
from router.cli.stock.holds import hold_lines, read_holds
from router.cli.stock.suspect import feeds, guard, suspect
from router.cli.stock.transfer import transfer


@click.group(cls=Group)
def stock() -> None:
    """What is where."""


for command in (count, transfer, feeds, guard, suspect):
    stock.add_command(command)


@stock.command()
@click.argument("skus", metavar="SKU...", nargs=-1, required=True)
@click.option("--node", "node_ids", metavar="NODE", multiple=True, help="Only this node; may be repeated.")
@click.option("--lots", "with_lots", is_flag=True, help="Show the lots, in the order in which they leave.")
@client_options
def show(
    skus: tuple[str, ...],
    node_ids: tuple[str, ...],
    with_lots: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Show what can be promised of each SKU at each node, and why."""
    from router.api.v1.inventory_pb2 import GetAvailabilityRequest
    from router.api.v1.inventory_pb2_grpc import InventoryServiceStub

    with connected(address, tls_ca) as channel:
        request = GetAvailabilityRequest(skus=skus, node_ids=node_ids, with_lots=with_lots)
        response = InventoryServiceStub(channel).GetAvailability(request, timeout=TIMEOUT_SECONDS)
        if as_json:
            print_json(availability=as_dict(response))
            return
        holds = read_holds(channel, {(row.node_id, row.sku) for row in response.rows if row.reserved})
    table = plain_table("SKU", "node", ">on hand", ">reserved", ">available")
    for row in response.rows:
        style = "dim" if not row.available else ""
        table.add_row(
            row.sku, row.node_id, f"{row.on_hand:,}", f"{row.reserved:,}", f"{row.available:,}", style=style
        )
        for name, units in hold_lines(holds.get((row.node_id, row.sku), ())):
            table.add_row("", f"  {name}", "", f"{units:,}", "", style="dim")
        for lot in row.lots:
            until = f" until {lot.expiry_day}" if lot.expiry_day else ""
            name = f"  lot {lot.lot}{until}" if lot.lot else "  no lot"
            table.add_row("", name, f"{lot.on_hand:,}", f"{lot.reserved:,}", "", style="dim")
        for coming in row.inbound:
            when = coming.expected_date or "nobody knows when"
            name = f"  under way ({coming.transfer_id}, {when})"
            table.add_row("", name, f"+{coming.quantity:,}", "", "", style="dim")
    screen = console()
    if response.rows:
        screen.print(table)
    else:
        screen.print(f"no node ever held {', '.join(skus)}")
    screen.print(f"as of ledger position {response.ledger_position:,}", style="dim")
