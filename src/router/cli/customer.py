"""`router customer`: what is known of a customer, as a file to hand out, and its end."""

import json
import sys
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import SCHEMA_VERSION, as_dict, console, enum_word, plain_table, print_json

if TYPE_CHECKING:
    import grpc

    from router.api.v1.customers_pb2 import GetCustomerResponse

PAGE = 500
SHOWN_MAX = 20


@click.group(cls=Group)
def customer() -> None:
    """Personal data: show it, hand it out, erase it."""


@customer.command()
@click.argument("customer_id", metavar="ID")
@client_options
def show(customer_id: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Show a customer's orders and whom they went to."""
    with connected(address, tls_ca) as channel:
        pages = list(pages_of(channel, customer_id))
    if as_json:
        print_json(customer=whole(customer_id, pages))
        return
    if same := ", ".join(pages[0].same_customer_ids):
        console().print(f"the same e-mail address or telephone number: {same}")
    if pages[0].HasField("erase_time"):
        console().print(f"erased {pages[0].erase_time.ToJsonString()}", style="dim")
    table = plain_table("order", "state", "name", "street", "city", "e-mail", "phone")
    for one in (order for page in pages for order in page.orders):
        to = one.recipient
        table.add_row(
            one.record.order.order_id,
            enum_word(one.record, "state"),
            *(part or "–" for part in (to.name, ", ".join(to.street_lines), to.city, to.email, to.phone)),
        )
    console().print(table)


@customer.command()
@click.option("--email", default="", metavar="ADDRESS")
@click.option("--phone", default="", metavar="NUMBER", help="With its country: +33 …")
@client_options
def find(email: str, phone: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Find customers by e-mail address or telephone number, in whatever channel they ordered."""
    from router.api.v1.customers_pb2 import FindCustomersRequest
    from router.api.v1.customers_pb2_grpc import CustomersServiceStub

    if not (email or phone):
        raise click.UsageError("name --email, --phone or both")
    request = FindCustomersRequest(email=email, phone=phone)
    with connected(address, tls_ca) as channel:
        found = CustomersServiceStub(channel).FindCustomers(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(customer_ids=list(found.customer_ids))
        return
    for one in found.customer_ids or ("nobody",):
        console().print(one)


@customer.command()
@click.argument("customer_id", metavar="ID")
@click.option("--to", "file", metavar="FILE", help="Where to write; standard output without it.")
@client_options
def export(customer_id: str, file: str | None, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Write all that is kept of one customer as one JSON document; it is JSON with and without --json."""
    with connected(address, tls_ca) as channel:
        pages = list(pages_of(channel, customer_id))
    text = json.dumps({"schema_version": SCHEMA_VERSION, "customer": whole(customer_id, pages)}, indent=2)
    if file is None:
        sys.stdout.write(text + "\n")
        return
    try:
        Path(file).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot write `{file}`: {error.strerror}") from error


@customer.command()
@click.argument("customer_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@client_options
def erase(customer_id: str, yes: bool, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Destroy a customer's personal data for ever; decisions and journal stay."""
    from router.api.v1.customers_pb2 import EraseCustomerRequest
    from router.api.v1.customers_pb2_grpc import CustomersServiceStub

    request = EraseCustomerRequest(customer_id=customer_id, request_id=f"cli/{uuid.uuid4()}")
    with connected(address, tls_ca) as channel:
        if not yes:
            waiting = ", ".join(islice(still_to_leave(channel, customer_id), SHOWN_MAX))
            if waiting:
                text = f"still to leave, and then nobody knows where they go: {waiting}"
                click.echo(text, err=True)
            click.confirm(f"destroy the personal data of `{customer_id}` for ever?", abort=True, err=True)
        erased = CustomersServiceStub(channel).EraseCustomer(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(erased=as_dict(erased))
        return
    console().print(f"{customer_id} erased {erased.erase_time.ToJsonString()}")


def still_to_leave(channel: "grpc.Channel", customer_id: str) -> "Iterator[str]":
    """The orders of which units wait or are reserved."""
    for page in pages_of(channel, customer_id):
        for one in page.orders:
            if any(line.reserved or line.backordered for line in one.record.lines):
                yield one.record.order.order_id


def pages_of(channel: "grpc.Channel", customer_id: str) -> "Iterator[GetCustomerResponse]":
    from router.api.v1.customers_pb2 import GetCustomerRequest
    from router.api.v1.customers_pb2_grpc import CustomersServiceStub

    token = ""
    while True:
        request = GetCustomerRequest(customer_id=customer_id, page_size=PAGE, page_token=token)
        page = CustomersServiceStub(channel).GetCustomer(request, timeout=TIMEOUT_SECONDS)
        yield page
        if not (token := page.next_page_token):
            return


def whole(customer_id: str, pages: "list[GetCustomerResponse]") -> dict[str, object]:
    """All pages as one object."""
    found: dict[str, object] = {
        "customerId": customer_id,
        "orders": [as_dict(order) for page in pages for order in page.orders],
    }
    if pages[0].HasField("erase_time"):
        found["eraseTime"] = pages[0].erase_time.ToJsonString()
    return found
