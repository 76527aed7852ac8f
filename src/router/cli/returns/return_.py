"""`router return`: what comes back of orders, and what is claimed."""

import uuid

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, page_options
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json, say_more
from router.cli.returns.deeds import cancel, claim, inspect, receive, replace, units_of
from router.cli.returns.policy import policy
from router.domain.currency import amount_text


@click.group("return", cls=Group)
def return_() -> None:
    """Returns and claims of orders."""


for command in (policy, receive, inspect, cancel, claim, replace):
    return_.add_command(command)


@return_.command("list")
@click.option("--order", "order_id", default="", metavar="ID", help="Only returns of this order.")
@page_options
@client_options
def list_returns(
    order_id: str, limit: int, page_token: str, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """List returns and claims, oldest first."""
    from router.api.v1.returns_pb2 import ListReturnsRequest
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    request = ListReturnsRequest(page_size=limit, page_token=page_token, order_id=order_id)
    with connected(address, tls_ca) as channel:
        page = ReturnsServiceStub(channel).ListReturns(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(returns=[as_dict(one) for one in page.records], next_page_token=page.next_page_token)
        return
    table = plain_table(
        "return",
        "order",
        "kind",
        "state",
        "reason",
        "node",
        ">expected",
        ">received",
        ">to inspect",
        ">refunded",
        ">owed",
    )
    for one in page.records:
        units = [
            sum(getattr(line, name) for line in one.lines) for name in ("expected", "received", "to_inspect")
        ]
        money = [
            amount_text(amount, one.currency) if amount else "–"
            for amount in (one.refunded_minor, one.owed_minor)
        ]
        table.add_row(
            one.return_id,
            one.order_id,
            enum_word(one, "kind"),
            enum_word(one, "state"),
            one.reason_code,
            one.node_id or "–",
            *map(str, units),
            *money,
        )
    console().print(table)
    say_more(page.next_page_token)


@return_.command()
@click.argument("order_id", metavar="ORDER")
@click.option("--line", "lines", multiple=True, required=True, metavar="ID=UNITS", help="What comes back.")
@click.option("--reason", required=True, metavar="CODE", help="A reason of the channel's policy.")
@click.option("--id", "return_id", default="", metavar="ID", help="The return's id; one is made otherwise.")
@click.option("--node", "node_id", default="", metavar="ID", help="Where it goes; the best node otherwise.")
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@client_options
def authorize(
    order_id: str,
    lines: tuple[str, ...],
    reason: str,
    return_id: str,
    node_id: str,
    preview: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Let units of ORDER come back, and show where they may go at what cost."""
    from router.api.v1.returns_pb2 import AuthorizeReturnRequest, ReturnedLine
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    named = [units_of(line, "--line") for line in lines]
    request = AuthorizeReturnRequest(
        order_id=order_id,
        lines=[ReturnedLine(line_id=line_id, quantity=units) for line_id, units in named],
        reason_code=reason,
        return_id=return_id,
        node_id=node_id,
        validate_only=preview,
        request_id="" if preview else f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        answer = ReturnsServiceStub(channel).AuthorizeReturn(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(authorized=as_dict(answer))
        return
    one = answer.record
    word = "would go" if preview else "goes"
    name = "it" if preview and not return_id else one.return_id
    console().print(
        f"{name} {word} to {one.node_id}, paid by the {enum_word(one, 'label_payer').lower()};"
        f" expected until {one.expire_time.ToDatetime():%Y-%m-%d}"
    )
    table = plain_table("node", "service level", ">way back", ">handling", ">resale", ">sum")
    for option in answer.options:
        amounts = (option.freight_milli, option.handling_milli, -option.resale_milli, option.total_milli)
        table.add_row(
            option.node_id,
            option.service_level_id,
            *(amount_text(round(amount / 1_000), one.currency) for amount in amounts),
        )
    console().print(table)


@return_.command()
@click.argument("return_id", metavar="RETURN")
@click.option("--shipping", "shipping_minor", default=0, metavar="MINOR", help="For shipping.")
@click.option("--tax", "tax_minor", default=0, metavar="MINOR", help="For tax that prices do not include.")
@click.option("--goods-max", type=click.IntRange(1), metavar="MINOR", help="At most so much for the goods.")
@click.option("--shipping-max", type=click.IntRange(0), metavar="MINOR", help="At most so much for shipping.")
@click.option("--external", default="", metavar="REFERENCE", help="It was paid back elsewhere.")
@client_options
def refund(
    return_id: str,
    shipping_minor: int,
    tax_minor: int,
    goods_max: int | None,
    shipping_max: int | None,
    external: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Give back what is owed for RETURN: by default the share that its units have of what the order was charged."""
    from router.api.v1.returns_pb2 import RefundReturnRequest
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    request = RefundReturnRequest(
        return_id=return_id,
        shipping_minor=shipping_minor,
        tax_minor=tax_minor,
        lines_minor_max=goods_max,
        shipping_minor_max=shipping_max,
        external_reference=external,
        request_id=f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        one = ReturnsServiceStub(channel).RefundReturn(request, timeout=TIMEOUT_SECONDS).record
    if as_json:
        print_json(refunded=as_dict(one))
        return
    last = one.refunds[-1]
    tax = last.tax_minor + last.included_tax_minor
    by = ", ".join(leg.payment_id for leg in last.legs) or last.external_reference
    console().print(
        f"{amount_text(last.total_minor, one.currency)} {one.currency} given back by {by}"
        f" (goods {amount_text(last.lines_minor, one.currency)}, shipping"
        f" {amount_text(last.shipping_minor, one.currency)}, tax {amount_text(tax, one.currency)},"
        f" fee {amount_text(last.fee_minor, one.currency)})"
    )
