"""`router intake`: orders of shops and trading partners, from files or as webhooks, into the router."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.intake.send import send_all
from router.cli.intake.serve import serve
from router.cli.intake.terms import reading_options, terms_of
from router.cli.intake.withdraw import withdraw_all
from router.cli.output import console, print_json

if TYPE_CHECKING:
    from router.connectors.intake.captured import Intake, Terms
    from router.connectors.intake.endpoint import Sent

FORMATS = {
    "shopify": "Orders of Shopify, as its webhook or its REST API has them.",
    "woocommerce": "Orders of WooCommerce, as its webhook or its REST API has them.",
    "magento": "Orders of Magento (Adobe Commerce), as its REST API has them.",
    "csv": "Orders of a table, one line of an order a row.",
    "parquet": "The same table as a Parquet file.",
    "x12-850": "Purchase orders of a trading partner, X12 850.",
}
SHOWN_MAX = 20


@click.group(cls=Group)
def intake() -> None:
    """Take orders as shops and partners write them; what they cancel is canceled; twice is once."""


intake.add_command(serve)


def command_of(name: str, help: str) -> click.Command:
    @click.command(name, help=f"{help} Reads FILE, routes each order and says what became of it.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
    @click.option("--channel", "channel_name", required=True, metavar="NAME", help="The sales channel.")
    @click.option(
        "--check", is_flag=True, help="Only read FILE, in the currency that the server has; nothing is sent."
    )
    @reading_options
    @client_options
    def take(
        file: str,
        channel_name: str,
        check: bool,
        country: str,
        points: bool,
        customer_key: str | None,
        address: str,
        tls_ca: str | None,
        as_json: bool,
    ) -> int:
        from router.cli.orders.order import currency_of

        with connected(address, tls_ca) as channel:
            terms = terms_of(channel_name, currency_of(channel), country, points, customer_key)
            found = read_document(name, file, terms)
            sent = [] if check else list(send_all(channel, found.orders))
            sent += [] if check else withdraw_all(channel, found.withdrawn)
        return tell(found, sent, is_check=check, as_json=as_json)

    return take


for format_name, words in FORMATS.items():
    intake.add_command(command_of(format_name, words))


def read_document(format_name: str, file: str, terms: "Terms") -> "Intake":
    from router.connectors.intake.captured import DocumentRefused
    from router.connectors.intake.formats import FORMATS as READERS

    try:
        return READERS[format_name](Path(file).read_bytes(), terms)
    except DocumentRefused as error:
        raise CommandFailed(Exit.USAGE, f"{file}: {error}", reason="DOCUMENT_REFUSED") from error


def tell(found: "Intake", sent: "list[Sent]", *, is_check: bool, as_json: bool) -> int:
    """Print what became of the document; 1 when anything of it was not taken."""
    refused = [one for one in sent if one.reason]
    routed = [one for one in sent if not one.canceled]
    canceled = [one for one in sent if one.canceled and not one.reason and not one.replayed]
    before = sum(one.replayed for one in routed)
    if as_json:
        from dataclasses import asdict

        print_json(
            orders=[asdict(one) for one in sent],
            faults=[asdict(one) for one in found.faults],
            read=len(found.orders),
            withdrawn=[asdict(one) for one in found.withdrawn],
        )
        return Exit.FINDINGS if refused or found.faults else Exit.DONE
    screen = console()
    if is_check:
        screen.print(
            f"{len(found.orders):,} order{'' if len(found.orders) == 1 else 's'} can be sent; nothing was"
        )
    else:
        new = sum(not one.reason for one in routed) - before
        also = f", {len(canceled):,} canceled" if canceled else ""
        if at_fault := len({(one.number, "" if one.number else one.row) for one in found.faults}):
            also += f", {at_fault:,} with faults"
        orders = f"{new:,} order{'' if new == 1 else 's'}"
        screen.print(f"{orders} routed, {before:,} were before, {len(refused):,} refused{also}")
    lines = [
        f"row {one.row}, order {one.number or '?'}: {one.description} [{one.code}]" for one in found.faults
    ]
    lines += [f"{one.order_id}: {one.message} [{one.reason}]" for one in refused]
    for line in lines[:SHOWN_MAX]:
        screen.print(line)
    if len(lines) > SHOWN_MAX:
        screen.print(f"and {len(lines) - SHOWN_MAX:,} more; --json names all")
    return Exit.FINDINGS if lines else Exit.DONE
